#include "conda_explicit.h"

static void keep_all(const struct eg_conda_state *state, struct eg_map *after)
{
	after->arena = state->run->arena;
	for (size_t i = 0; i < state->n_installed; i++)
		eg_map_put(after, state->installed[i]->name, state->installed[i]);
}

/* "https://host/channel/linux-64/name-1.0-build.conda#md5", as conda list --explicit writes it. */
static enum eg_error_kind read_url(const struct eg_conda_state *state, const char *line,
				   struct eg_conda_record **ret_record)
{
	struct eg_run *run = state->run;
	const char *url = eg_strndup(run->arena, line, strcspn(line, "#"));
	struct eg_conda_record *record = EG_NEW(run->arena, struct eg_conda_record);
	struct eg_matchspec spec;
	enum eg_error_kind kind = eg_matchspec_parse(run, state->at->config, url, &spec);

	if (kind)
		return kind;
	*record = (struct eg_conda_record){
		.name = spec.name,
		.version = eg_conda_spec_text(spec.version),
		.build = spec.build,
		.channel = spec.channel ? spec.channel : "",
		.subdir = spec.subdir ? spec.subdir : "",
		.fn = spec.fn,
		.url = spec.url,
		.size = -1,
	};
	*ret_record = record;
	return EG_OK;
}

enum eg_error_kind eg_conda_explicit(const struct eg_conda_state *state, struct eg_map *ret_after)
{
	const struct eg_strs *urls = &state->at->request->explicit_urls;
	struct eg_map after = {0};

	keep_all(state, &after);
	for (size_t i = 0; i < urls->n; i++) {
		struct eg_conda_record *record;
		enum eg_error_kind kind = read_url(state, urls->v[i], &record);

		if (kind)
			return kind;
		const struct eg_conda_record *installed = eg_map_get(&state->by_name, record->name);
		bool same = installed && !strcmp(installed->version, record->version) &&
			    !strcmp(installed->build, record->build) && !strcmp(installed->channel, record->channel);
		if (!same)
			eg_map_put(&after, record->name, record);
	}
	*ret_after = after;
	return EG_OK;
}

bool eg_conda_remove_without_solve(const struct eg_conda_state *state, struct eg_map *ret_after,
				   const char **ret_missing)
{
	struct eg_map after = {0};
	bool mamba = state->at->request->tool != EG_CONDA_CONDA;

	keep_all(state, &after);
	for (size_t i = 0; i < state->n_installed && state->at->request->all; i++)
		eg_map_put(&after, state->installed[i]->name, NULL);
	for (size_t i = 0; i < state->requested.n; i++) {
		const struct eg_matchspec *spec = state->requested.v[i].value;
		bool found = false;

		if (mamba && state->at->request->force_remove) { /* goes by names, and passes over what is not there */
			if (eg_map_get(&state->by_name, spec->name))
				eg_map_put(&after, spec->name, NULL);
			continue;
		}
		for (size_t j = 0; j < state->n_installed; j++) {
			if (!eg_matchspec_match(state->run->arena, spec, state->installed[j]))
				continue;
			found = true;
			eg_map_put(&after, state->installed[j]->name, NULL);
		}
		if (!found) {
			*ret_missing = spec->text;
			return false;
		}
	}
	*ret_after = after;
	return true;
}

/* Is RECORD the "channel/subdir::name-version-build" DIST? Old histories name no channel. */
static bool is_dist(struct eg_arena *arena, const struct eg_conda_record *record, const char *dist)
{
	const char *colons = strstr(dist, "::"), *bare = colons ? colons + 2 : dist;

	if (strncmp(bare, record->name, strlen(record->name)) ||
	    strcmp(bare, eg_strf(arena, "%s-%s-%s", record->name, record->version, record->build)))
		return false;
	return !colons || !strncmp(dist, eg_strf(arena, "%s/%s::", record->channel, record->subdir), (size_t)(colons - dist)) ||
	       !strncmp(dist, eg_strf(arena, "%s::", record->channel), (size_t)(colons - dist));
}

static struct eg_conda_record *find_dist(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
					 const char *dist)
{
	struct eg_arena *arena = state->run->arena;

	for (size_t i = 0; i < state->n_installed; i++)
		if (is_dist(arena, state->installed[i], dist))
			return state->installed[i];
	for (size_t i = 0; i < universe->n_subdirs; i++)
		for (size_t j = 0; j < universe->subdirs[i].n_records; j++)
			if (is_dist(arena, universe->subdirs[i].records[j], dist))
				return universe->subdirs[i].records[j];
	return NULL;
}

const char *eg_conda_revert(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
			    const struct eg_strs *dists, struct eg_map *ret_after)
{
	struct eg_map after = {0};

	keep_all(state, &after);
	for (size_t i = 0; i < state->n_installed; i++)
		eg_map_put(&after, state->installed[i]->name, NULL);
	for (size_t i = 0; i < dists->n; i++) {
		struct eg_conda_record *record = find_dist(state, universe, dists->v[i]);

		if (!record)
			return dists->v[i];
		eg_map_put(&after, record->name, record);
	}
	*ret_after = after;
	return NULL;
}
