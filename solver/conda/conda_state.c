#include "conda_state.h"

#include <stdlib.h>

#include "conda_checks.h"
#include "history.h"
#include "pip_records.h"

static enum eg_error_kind parse(const struct eg_conda_state *state, const char *text, struct eg_matchspec *ret)
{
	bool mamba = state->at->request->tool != EG_CONDA_CONDA;

	return mamba ? eg_matchspec_parse_mamba(state->run, state->at->config, text, ret)
		     : eg_matchspec_parse(state->run, state->at->config, text, ret);
}

/* Specs of one name are one request (MatchSpec.merge). */
static enum eg_error_kind add_requested(struct eg_conda_state *state, const char *text)
{
	struct eg_matchspec *spec = EG_NEW(state->run->arena, struct eg_matchspec);
	enum eg_error_kind kind = parse(state, text, spec);

	if (kind)
		return kind;
	const struct eg_matchspec *before = eg_map_get(&state->requested, spec->name);
	if (before)
		kind = eg_matchspec_merge(state->run, before, spec, spec);
	if (!kind)
		eg_map_put(&state->requested, spec->name, spec);
	return kind;
}

/* A text that is no MatchSpec stops the tool, wherever it stands. */
static enum eg_error_kind add_specs(struct eg_conda_state *state, const char *where, const struct eg_strs *texts,
				    struct eg_map *map)
{
	for (size_t i = 0; i < texts->n; i++) {
		struct eg_matchspec *spec = EG_NEW(state->run->arena, struct eg_matchspec);
		struct eg_run quiet = {.arena = state->run->arena};
		bool mamba = state->at->request->tool != EG_CONDA_CONDA;

		if ((mamba ? eg_matchspec_parse_mamba : eg_matchspec_parse)(&quiet, state->at->config, texts->v[i], spec))
			return eg_fail(state->run, EG_FORMAT, "%s: %s", where, quiet.error.message);
		eg_map_put(map, spec->name, spec);
	}
	return EG_OK;
}

/* mamba looks at the history only to keep what was asked for when it clears up, or to take away what a file lacks. */
static bool needs_history(const struct eg_conda_state *state)
{
	const struct eg_conda_request *request = state->at->request;

	if (request->action == EG_CONDA_CREATE || request->explicit_urls.n || !state->at->prefix->history)
		return false;
	if (request->tool == EG_CONDA_CONDA)
		return true;
	if (request->env_file)
		return request->prune;
	bool all = request->all || request->update_all;
	return !request->no_prune_deps && !request->force_remove && (state->removing || (state->updating && all));
}

static enum eg_error_kind add_history(struct eg_conda_state *state)
{
	const char *text = state->at->prefix->history;
	struct eg_map specs;
	bool mamba = state->at->request->tool != EG_CONDA_CONDA;
	enum eg_error_kind kind = mamba ? eg_mamba_history(state->run, text, &specs)
					: eg_conda_history(state->run, text, &specs);

	for (size_t i = 0; !kind && i < specs.n; i++) {
		struct eg_matchspec *spec = EG_NEW(state->run->arena, struct eg_matchspec);

		if (!specs.v[i].value || !eg_map_get(&state->by_name, specs.v[i].key))
			continue;
		kind = parse(state, specs.v[i].value, spec);
		eg_map_put(&state->history, spec->name, spec);
	}
	return kind;
}

/* create_default_packages, but for those that are asked for otherwise. */
static enum eg_error_kind add_defaults(struct eg_conda_state *state)
{
	const struct eg_conda_request *request = state->at->request;
	const struct eg_strs *defaults = &state->at->config->create_default_packages;

	if (request->action != EG_CONDA_CREATE || request->no_default_packages || request->explicit_urls.n ||
	    request->clone)
		return EG_OK;
	for (size_t i = 0; i < defaults->n; i++) {
		if (eg_map_get(&state->requested, eg_matchspec_name_of(state->run->arena, defaults->v[i])))
			continue;
		enum eg_error_kind kind = add_requested(state, defaults->v[i]);

		if (kind)
			return kind;
	}
	return EG_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct eg_conda_record *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void forget_depends(struct eg_conda_record **records, size_t n)
{
	for (size_t i = 0; i < n; i++)
		records[i]->depends = (struct eg_strs){0};
}

static void read_installed(struct eg_conda_state *state)
{
	const struct eg_conda_prefix *prefix = state->at->prefix;
	struct eg_arena *arena = state->run->arena;

	state->by_name.arena = arena;
	if (state->at->request->action == EG_CONDA_CREATE) /* what is there is replaced as a whole */
		return;
	eg_pip_records(state->run, prefix->path, &prefix->by_name, &state->by_pip, &state->n_by_pip);
	state->installed = EG_ARRAY(arena, struct eg_conda_record *, prefix->n_records + state->n_by_pip);
	for (size_t i = 0; i < prefix->n_records; i++) {
		struct eg_conda_record *record = EG_NEW(arena, struct eg_conda_record);

		*record = *prefix->records[i];
		record->channel = eg_conda_channel_name(state->run, state->at->config, record->channel);
		state->installed[state->n_installed++] = record;
	}
	for (size_t i = 0; i < state->n_by_pip && state->at->config->prefix_data_interoperability; i++)
		state->installed[state->n_installed++] = state->by_pip[i];
	if (state->n_installed > prefix->n_records) { /* mamba's pip records have no dependencies, and come last */
		state->n_by_pip = 0;
		if (state->at->request->tool == EG_CONDA_CONDA)
			qsort(state->installed, state->n_installed, sizeof(*state->installed), by_name);
		else
			forget_depends(state->installed + prefix->n_records, state->n_installed - prefix->n_records);
	}
	for (size_t i = 0; i < state->n_installed; i++)
		eg_map_put(&state->by_name, state->installed[i]->name, state->installed[i]);
}

static enum eg_update_modifier update_modifier(const struct eg_conda_request *request)
{
	if (request->satisfied_skip_solve)
		return EG_UPDATE_SKIP_SATISFIED;
	if (request->update_all || (request->all && request->action == EG_CONDA_UPDATE))
		return EG_UPDATE_ALL;
	if (request->update_deps)
		return EG_UPDATE_DEPS;
	if (request->update_specs)
		return EG_UPDATE_SPECS;
	bool frozen = request->freeze_installed || request->env_file || request->action == EG_CONDA_INSTALL;
	if (frozen && !(request->prune && request->env_file))
		return EG_UPDATE_FREEZE;
	return EG_UPDATE_SPECS;
}

/* The channels that requested specs name come last (_collect_channel_list). */
static enum eg_error_kind add_channels(struct eg_conda_state *state)
{
	struct eg_run *run = state->run;
	EG_VEC(struct eg_channel) channels = {0};
	struct eg_strs named = {0};
	struct eg_channel *more;
	size_t n;

	for (size_t i = 0; i < state->at->n_channels; i++)
		eg_vec_push(run->arena, &channels, state->at->channels[i]);
	for (size_t i = 0; i < state->requested.n; i++) {
		const struct eg_matchspec *spec = state->requested.v[i].value;
		bool pattern = spec->channel && strpbrk(spec->channel, "*^");

		if (pattern && state->at->request->tool != EG_CONDA_CONDA)
			return eg_fail(run, EG_FORMAT, "'%s' names the channel '%s', which mamba does not take for a pattern: "
				       "there is none of that name", spec->text, spec->channel);
		if (spec->channel && !pattern)
			eg_vec_push(run->arena, &named, spec->channel);
	}
	enum eg_error_kind kind = eg_conda_channels(run, state->at->config, &named, &more, &n);
	for (size_t i = 0; !kind && i < n; i++) {
		bool known = false;

		for (size_t j = 0; j < channels.n && !known; j++)
			known = !strcmp(channels.v[j].name, more[i].name);
		if (!known)
			eg_vec_push(run->arena, &channels, more[i]);
	}
	state->channels = channels.v;
	state->n_channels = channels.n;
	return kind;
}

enum eg_error_kind eg_conda_state_read(struct eg_run *run, const struct eg_conda_situation *at,
				       struct eg_conda_state *ret)
{
	const struct eg_conda_request *request = at->request;
	const struct eg_conda_config *config = at->config;
	struct eg_conda_state state = {
		.run = run,
		.at = at,
		.requested.arena = run->arena,
		.pinned.arena = run->arena,
		.history.arena = run->arena,
		.aggressive.arena = run->arena,
		.update = update_modifier(request),
		.updating = request->action == EG_CONDA_UPDATE && !request->env_file,
		.removing = request->action == EG_CONDA_REMOVE,
		.prune = request->prune && request->env_file,
		.no_deps = request->no_deps,
		.only_deps = request->only_deps,
	};
	bool create = request->action == EG_CONDA_CREATE;

	read_installed(&state);
	for (size_t i = 0; i < request->specs.n; i++) {
		enum eg_error_kind kind = add_requested(&state, request->specs.v[i]);

		if (kind)
			return kind;
	}
	enum eg_error_kind kind = EG_OK;
	if (!request->no_pin)
		kind = add_specs(&state, "pinned_packages", &config->pinned_packages, &state.pinned);
	if (!kind && !request->no_pin && !create)
		kind = add_specs(&state, "conda-meta/pinned", &at->prefix->pinned, &state.pinned);
	if (!kind)
		kind = add_specs(&state, "aggressive_update_packages", &config->aggressive_update_packages,
				 &state.aggressive);
	if (!kind)
		kind = add_defaults(&state);
	if (!kind && needs_history(&state))
		kind = add_history(&state);
	if (!kind)
		kind = add_channels(&state);
	if (!kind)
		kind = eg_conda_checks(&state);
	if (!kind)
		*ret = state;
	return kind;
}

enum eg_error_kind eg_conda_state_given(struct eg_run *run, const struct eg_conda_situation *at,
					const struct eg_strs *specs, struct eg_conda_state *ret)
{
	struct eg_conda_state state = {
		.run = run,
		.at = at,
		.requested.arena = run->arena,
		.update = update_modifier(at->request),
		.removing = at->request->action == EG_CONDA_REMOVE,
	};

	read_installed(&state);
	for (size_t i = 0; i < specs->n; i++) {
		enum eg_error_kind kind = add_requested(&state, specs->v[i]);

		if (kind)
			return kind;
	}
	*ret = state;
	return EG_OK;
}

void eg_conda_state_names(const struct eg_conda_state *state, struct eg_strs *ret)
{
	const struct eg_map *const maps[] = {&state->requested, &state->pinned, &state->history, &state->aggressive,
					     &state->by_name};
	struct eg_map seen = {.arena = state->run->arena};
	static char present;

	for (size_t k = 0; k < sizeof(maps) / sizeof(*maps); k++)
		for (size_t i = 0; i < maps[k]->n; i++)
			eg_map_put(&seen, maps[k]->v[i].key, &present);
	eg_map_put(&seen, "python", &present);
	eg_map_put(&seen, "pip", &present);
	for (size_t i = 0; i < seen.n; i++)
		eg_vec_push(state->run->arena, ret, seen.v[i].key);
}
