#include "jobs.h"


static const char *const do_not_remove[] = {"anaconda", "conda", "conda-build", "python.app", "console_shortcut",
					    "powershell_shortcut"};

struct eg_matchspec eg_conda_compatible_spec(struct eg_matchspec spec)
{
	const char *channel = spec.channel;

	if (channel && (!*channel || strstr(channel, "://") || strpbrk(channel, "*^") || !strcmp(channel, "<unknown>")))
		spec.channel = NULL;
	return spec;
}

static void add(const struct eg_conda_state *state, struct eg_solver_request *request, enum eg_job_kind kind,
		struct eg_matchspec spec)
{
	eg_vec_push(state->run->arena, &request->jobs,
		    (struct eg_solver_job){.kind = kind, .spec = eg_conda_compatible_spec(spec), .clean_deps = true});
}

static struct eg_matchspec named(const char *name)
{
	return (struct eg_matchspec){.text = name, .name = name};
}

static struct eg_matchspec written(const struct eg_conda_state *state, const char *text)
{
	struct eg_matchspec spec = named(text);
	struct eg_run quiet = {.arena = state->run->arena};

	eg_matchspec_parse(&quiet, state->at->config, text, &spec);
	return spec;
}

/* Not to be taken away as a dependency that is needed no more, if possible. */
static bool is_user_installed(const struct eg_conda_state *state, const char *name)
{
	bool kept = eg_map_get(&state->history, name) || eg_map_get(&state->aggressive, name) ||
		    eg_map_get(&state->pinned, name);

	for (size_t i = 0; i < sizeof(do_not_remove) / sizeof(*do_not_remove) && !kept; i++)
		kept = !strcmp(do_not_remove[i], name);
	return kept;
}

static bool is_always_updated(const struct eg_conda_state *state, const char *name)
{
	bool installed = eg_map_get(&state->by_name, name);

	if (installed && eg_map_get(&state->aggressive, name))
		return true;
	if (state->at->prefix->is_base && state->at->config->auto_update_conda && !strcmp(name, "conda"))
		return true;
	return state->update == EG_UPDATE_ALL && installed && strcmp(name, "python") && !eg_map_get(&state->pinned, name);
}

/* Is a python asked for that the installed one is not? Then what is built for it must be free to follow. */
static bool python_may_change(const struct eg_conda_state *state)
{
	const struct eg_conda_record *python = eg_map_get(&state->by_name, "python");
	const struct eg_map *const sources[] = {&state->requested, &state->pinned, &state->history, &state->aggressive};

	for (size_t i = 0; python && i < sizeof(sources) / sizeof(*sources); i++) {
		const struct eg_matchspec *spec = eg_map_get(sources[i], "python");

		if (spec)
			return !eg_matchspec_match(state->run->arena, spec, python);
	}
	return false;
}

static bool follows_python(const struct eg_conda_state *state, const struct eg_conda_record *record)
{
	for (size_t i = 0; record->noarch == EG_NOT_NOARCH && i < record->depends.n; i++) {
		const char *name = eg_matchspec_name_of(state->run->arena, record->depends.v[i]);

		if (!strcmp(name, "python") || !strcmp(name, "python_abi"))
			return true;
	}
	return false;
}

/* Name, version and build that stand in the way: the version alone is held on to. */
static struct eg_matchspec neutered(const struct eg_conda_state *state, const struct eg_matchspec *history)
{
	const char *version = history->version ? eg_conda_spec_text(history->version) : "";
	struct eg_arena *arena = state->run->arena;

	if (!strncmp(version, "==", 2))
		return written(state, eg_strf(arena, "%s %s", history->name, version + 2));
	if (!strncmp(version, "!=", 2) || *version == '<' || *version == '>')
		return written(state, eg_strf(arena, "%s %s", history->name, version));
	if (*version)
		return written(state, eg_strf(arena, "%s %s.*", history->name, version));
	return named(history->name);
}

static const char *python_series(const struct eg_conda_state *state, const char *version)
{
	size_t n = strcspn(version, ".");

	n += version[n] ? 1 + strcspn(version + n + 1, ".") : 0;
	return eg_strf(state->run->arena, "python %.*s.*", (int)n, version);
}

static void freeze(const struct eg_conda_state *state, const struct eg_conda_record *installed,
		   const struct eg_matchspec *pinned, bool python_changes, struct eg_solver_request *request)
{
	bool lock = state->update == EG_UPDATE_FREEZE || (pinned && eg_matchspec_is_name_only(pinned));

	if (python_changes && follows_python(state, installed))
		lock = false;
	if (lock)
		add(state, request, EG_JOB_FREEZE, eg_matchspec_of(state->run, installed));
}

static void add_requested(const struct eg_conda_state *state, const struct eg_matchspec *requested,
			  const struct eg_matchspec *pinned, bool installed, bool kept,
			  struct eg_solver_request *request)
{
	bool by_pin = pinned && eg_matchspec_is_name_only(requested) && !eg_matchspec_is_name_only(pinned);

	add(state, request, installed ? EG_JOB_UPDATE : EG_JOB_INSTALL, by_pin ? *pinned : *requested);
	if (installed && !kept)
		add(state, request, EG_JOB_KEEP, named(requested->name));
}

static void add_name(const struct eg_conda_state *state, const struct eg_map *conflicts, const char *name,
		     bool python_changes, struct eg_solver_request *request)
{
	const struct eg_conda_record *installed = eg_map_get(&state->by_name, name);
	const struct eg_matchspec *requested = eg_map_get(&state->requested, name);
	const struct eg_matchspec *history = eg_map_get(&state->history, name);
	const struct eg_matchspec *pinned = eg_map_get(&state->pinned, name);
	bool conflicting = eg_map_get(conflicts, name);
	bool kept = installed && is_user_installed(state, name) && !state->prune && !conflicting;

	if (kept)
		add(state, request, EG_JOB_KEEP, eg_matchspec_of(state->run, installed));
	if (pinned && !eg_matchspec_is_name_only(pinned))
		add(state, request, EG_JOB_PIN, *pinned);
	if (requested)
		add_requested(state, requested, pinned, installed, kept, request);
	else if (is_always_updated(state, name))
		add(state, request, EG_JOB_UPDATE, named(name));
	else if (state->prune)
		return;
	else if (!strcmp(name, "python") && installed && !pinned)
		add(state, request, EG_JOB_PIN, written(state, python_series(state, installed->version)));
	else if (history)
		add(state, request, EG_JOB_INSTALL,
		    conflicting && eg_matchspec_strictness(history) == 3 ? neutered(state, history) : *history);
	else if (installed && !conflicting)
		freeze(state, installed, pinned, python_changes, request);
}

/* conda hands these over in conda-build's form: no channel. */
static struct eg_matchspec keep_spec(const struct eg_conda_state *state, const struct eg_conda_record *record)
{
	struct eg_matchspec spec = eg_matchspec_of(state->run, record);

	spec.channel = spec.subdir = NULL;
	return spec;
}

static void add_removals(const struct eg_conda_state *state, struct eg_solver_request *request)
{
	for (size_t i = 0; i < state->n_installed; i++) {
		const char *name = state->installed[i]->name;

		if (eg_map_get(&state->history, name) || eg_map_get(&state->aggressive, name))
			add(state, request, EG_JOB_KEEP, keep_spec(state, state->installed[i]));
	}
	for (size_t i = 0; i < state->requested.n; i++)
		add(state, request, EG_JOB_REMOVE, *(const struct eg_matchspec *)state->requested.v[i].value);
}

void eg_conda_jobs(const struct eg_conda_state *state, const struct eg_map *conflicts, struct eg_solver_request *ret)
{
	struct eg_solver_request request = {
		.allow_downgrade = !state->updating,
		.allow_uninstall = true,
		.strict_priority = state->at->config->priority == EG_PRIORITY_STRICT,
	};
	struct eg_strs names = {0};
	const struct eg_map *const maps[] = {&state->requested, &state->pinned, &state->history, &state->aggressive,
					     &state->by_name};
	bool python_changes = python_may_change(state);

	if (state->removing) {
		add_removals(state, &request);
		*ret = request;
		return;
	}
	for (size_t k = 0; k < sizeof(maps) / sizeof(*maps); k++)
		for (size_t i = 0; i < maps[k]->n; i++) {
			bool seen = false;

			for (size_t j = 0; j < k && !seen; j++)
				seen = eg_map_get(maps[j], maps[k]->v[i].key);
			if (!seen)
				eg_vec_push(state->run->arena, &names, maps[k]->v[i].key);
		}
	for (size_t i = 0; i < names.n; i++)
		add_name(state, conflicts, names.v[i], python_changes, &request);
	*ret = request;
}
