#include "explain_words.h"

#include <stdlib.h>

enum { MAX_ITEMS = 3 };

static int by_version(const void *a, const void *b)
{
	return strverscmp(*(const char *const *)a, *(const char *const *)b);
}

const char *eg_explain_join(struct eg_arena *arena, struct eg_strs *list, const char *glue)
{
	const char *text = "";
	size_t n = 0;

	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), by_version);
	for (size_t i = 0; i < list->n; i++)
		if (!n || strcmp(list->v[n - 1], list->v[i]) != 0)
			list->v[n++] = list->v[i];
	list->n = n;
	for (size_t i = 0; i < n; i++) {
		bool left_out = n > MAX_ITEMS && i >= MAX_ITEMS - 1 && i + 1 < n;

		if (left_out && i > MAX_ITEMS - 1)
			continue;
		text = eg_strf(arena, "%s%s%s", text, i ? glue : "", left_out ? "…" : list->v[i]);
	}
	return text;
}

/* "2.5" of "pytorch ==2.5.* cuda*"; "" where no version is in it. */
static const char *version_start(struct eg_arena *arena, const char *spec)
{
	const char *version = spec + strcspn(spec, " ");

	version += strspn(version, " =<>!~");
	size_t n = strspn(version, "0123456789.");
	while (n && version[n - 1] == '.')
		n--;
	return eg_strndup(arena, version, n);
}

static bool begins(const char *version, const char *start)
{
	size_t n = strlen(start);

	return n && !strncmp(version, start, n) && (!version[n] || version[n] == '.');
}

const char *eg_explain_available(struct eg_arena *arena, const struct eg_conda_universe *universe, const char *name,
				 const char *spec)
{
	const char *start = version_start(arena, spec);
	struct eg_strs all = {0}, near = {0};

	for (size_t i = 0; i < universe->n_subdirs; i++)
		for (size_t k = 0; k < universe->subdirs[i].n_records; k++) {
			const struct eg_conda_record *record = universe->subdirs[i].records[k];

			if (strcmp(record->name, name) != 0)
				continue;
			eg_vec_push(arena, &all, record->version);
			if (begins(record->version, start))
				eg_vec_push(arena, &near, record->version);
		}
	if (near.n)
		return eg_explain_join(arena, &near, ", ");
	if (!all.n)
		return NULL;
	eg_explain_join(arena, &all, "");
	return all.n > 1 ? eg_strf(arena, "%s to %s", all.v[0], all.v[all.n - 1]) : all.v[0];
}

static bool both_match(const struct eg_conda_state *state, const struct eg_matchspec *a, const struct eg_matchspec *b,
		       const struct eg_conda_record *record)
{
	return !strcmp(record->name, a->name) && eg_matchspec_match(state->run->arena, a, record) &&
	       eg_matchspec_match(state->run->arena, b, record);
}

bool eg_explain_exclude(const struct eg_conda_state *state, const struct eg_conda_universe *universe, const char *a,
			const char *b)
{
	struct eg_run quiet = {.arena = state->run->arena};
	struct eg_matchspec first, second;

	if (eg_matchspec_parse(&quiet, state->at->config, a, &first) ||
	    eg_matchspec_parse(&quiet, state->at->config, b, &second))
		return false;
	for (size_t i = 0; i < universe->n_subdirs; i++)
		for (size_t k = 0; k < universe->subdirs[i].n_records; k++)
			if (both_match(state, &first, &second, universe->subdirs[i].records[k]))
				return false;
	for (size_t i = 0; i < state->n_installed; i++)
		if (both_match(state, &first, &second, state->installed[i]))
			return false;
	return true;
}

const char *eg_explain_first_channel(const struct eg_conda_universe *universe, const char *name)
{
	for (size_t i = 0; i < universe->n_subdirs; i++)
		for (size_t k = 0; k < universe->subdirs[i].n_records; k++)
			if (!strcmp(universe->subdirs[i].records[k]->name, name))
				return universe->subdirs[i].channel->name;
	return NULL;
}
