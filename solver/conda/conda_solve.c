#include "conda_solve.h"

#include "attempts.h"
#include "conda_after.h"
#include "conda_clone.h"
#include "conda_explain.h"
#include "conda_explicit.h"
#include "conda_pins.h"
#include "conda_plan.h"
#include "mamba_jobs.h"
#include "solver_child.h"

static enum eg_error_kind impossible(struct eg_plan *plan, const char *kind, const char *why)
{
	plan->status = EG_IMPOSSIBLE;
	plan->error_kind = kind;
	plan->error = why;
	return EG_OK;
}

struct solve {
	const struct eg_conda_state *state;
	struct eg_conda_pool *pool;
};

static void solve_for_conda(void *context, struct eg_solver_outcome *ret)
{
	const struct solve *solve = context;

	eg_conda_attempts(solve->state, solve->pool, ret);
}

static void solve_for_mamba(void *context, struct eg_solver_outcome *ret)
{
	const struct solve *solve = context;
	struct eg_solver_request request;

	eg_mamba_jobs(solve->state, &request);
	eg_solver_run(solve->pool, &request, ret);
}

static enum eg_error_kind run_solver(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
				     struct eg_solver_outcome *ret)
{
	const struct eg_conda_situation *at = state->at;
	bool mamba = at->request->tool != EG_CONDA_CONDA;
	struct eg_conda_pool_options options = {
		.config = at->config,
		.universe = universe,
		.installed = state->installed,
		.n_installed = state->n_installed,
		.virtual_packages = at->virtual_packages,
		.n_virtual = at->n_virtual,
		.mamba = mamba,
	};

	if (mamba)
		options.installed = eg_mamba_sorted(state->run, state->installed, state->n_installed);
	struct solve solve = {.state = state, .pool = eg_conda_pool_new(state->run, &options)};
	enum eg_error_kind kind = eg_solver_child(state->run, mamba ? solve_for_mamba : solve_for_conda, &solve, ret);
	eg_conda_pool_free(solve.pool);
	return kind;
}

/* "3.10" of "3.10.13". */
static bool same_series(const char *a, const char *b)
{
	size_t n = strcspn(a, "."), m = strcspn(b, ".");

	n += a[n] ? 1 + strcspn(a + n + 1, ".") : 0;
	m += b[m] ? 1 + strcspn(b + m + 1, ".") : 0;
	return n == m && !strncmp(a, b, n);
}

/* Packages without compiled code are linked anew for another python. */
static void relink_noarch(const struct eg_conda_state *state, const struct eg_map *after, struct eg_map *ret)
{
	const struct eg_conda_record *from = eg_map_get(&state->by_name, "python"), *to = eg_map_get(after, "python");

	if (!from || !to || same_series(from->version, to->version))
		return;
	for (size_t i = 0; i < state->n_installed; i++)
		if (state->installed[i]->noarch == EG_NOARCH_PYTHON)
			eg_map_put(ret, state->installed[i]->name, state->installed[i]);
}

/* conda's own --force-reinstall. */
static void relink_requested(const struct eg_conda_state *state, const struct eg_map *after, struct eg_map *ret)
{
	for (size_t i = 0; i < state->requested.n && state->at->request->force_reinstall; i++) {
		struct eg_conda_record *record = eg_map_get(after, state->requested.v[i].key);

		if (record)
			eg_map_put(ret, record->name, record);
	}
}

static enum eg_error_kind plan_for_conda(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
					 struct eg_plan *plan)
{
	struct eg_solver_outcome outcome;
	struct eg_map after = {.arena = state->run->arena}, relinked = {.arena = state->run->arena};
	enum eg_error_kind kind = run_solver(state, universe, &outcome);

	if (kind)
		return kind;
	if (!outcome.solved) {
		eg_conda_explain(state, universe, &outcome, plan);
		return EG_OK;
	}
	eg_conda_after(state, &outcome, &after);
	if (state->update == EG_UPDATE_DEPS && !state->removing && !state->no_deps) {
		struct eg_conda_state second = *state;

		second.requested = (struct eg_map){.arena = state->run->arena};
		eg_conda_update_deps(state, &after, &second.requested);
		second.update = EG_UPDATE_SPECS;
		second.updating = second.prune = false;
		kind = run_solver(&second, universe, &outcome);
		if (kind)
			return kind;
		if (!outcome.solved) {
			eg_conda_explain(&second, universe, &outcome, plan);
			return EG_OK;
		}
		eg_conda_after(&second, &outcome, &after);
	}
	relink_noarch(state, &after, &relinked);
	relink_requested(state, &after, &relinked);
	eg_conda_plan(state, &after, &relinked, plan);
	return EG_OK;
}

/* libmamba's --no-deps and --only-deps leave actions out of its answer. */
static bool is_omitted(const struct eg_conda_state *state, const char *name)
{
	bool requested = eg_map_get(&state->requested, name) ||
			 (!strcmp(name, "pip") && eg_map_get(&state->requested, "python"));

	return state->no_deps ? !requested : state->only_deps && requested;
}

static enum eg_error_kind plan_for_mamba(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
					 struct eg_plan *plan)
{
	struct eg_solver_outcome outcome;
	struct eg_map after = {.arena = state->run->arena}, relinked = {.arena = state->run->arena};
	enum eg_error_kind kind = run_solver(state, universe, &outcome);

	if (kind)
		return kind;
	if (!outcome.solved) {
		eg_conda_explain(state, universe, &outcome, plan);
		return EG_OK;
	}
	for (size_t i = 0; i < state->n_installed; i++)
		eg_map_put(&after, state->installed[i]->name, state->installed[i]);
	for (size_t i = 0; i < outcome.removed.n; i++)
		if (!is_omitted(state, outcome.removed.v[i]->name))
			eg_map_put(&after, outcome.removed.v[i]->name, NULL);
	for (size_t i = 0; i < outcome.installed.n; i++)
		if (!is_omitted(state, outcome.installed.v[i]->name))
			eg_map_put(&after, outcome.installed.v[i]->name, outcome.installed.v[i]);
	for (size_t i = 0; i < outcome.reinstalled.n; i++)
		eg_map_put(&relinked, outcome.reinstalled.v[i]->name, outcome.reinstalled.v[i]);
	relink_noarch(state, &after, &relinked);
	eg_conda_plan(state, &after, &relinked, plan);
	return EG_OK;
}

static bool is_satisfied(const struct eg_conda_state *state)
{
	for (size_t i = 0; i < state->requested.n; i++) {
		const struct eg_conda_record *record = eg_map_get(&state->by_name, state->requested.v[i].key);

		if (!record || !eg_matchspec_match(state->run->arena, state->requested.v[i].value, record))
			return false;
	}
	return true;
}

/* What needs no solver (SolverOutputState.early_exit, explicit lists). *ret_done: the plan stands. */
static enum eg_error_kind plan_without_solver(const struct eg_conda_state *state, struct eg_plan *plan, bool *ret_done)
{
	const struct eg_conda_request *request = state->at->request;
	bool mamba = request->tool != EG_CONDA_CONDA, done = true;
	struct eg_map after = {.arena = state->run->arena}, relinked = {.arena = state->run->arena};
	const char *missing = NULL;
	enum eg_error_kind kind = EG_OK;

	if (request->explicit_urls.n && !request->specs.n) {
		kind = eg_conda_explicit(state, &after);
	} else if (state->removing && !eg_conda_remove_without_solve(state, &after, &missing)) {
		if (!mamba || request->force_remove) {
			*ret_done = true;
			return impossible(plan, "packages-not-found",
					  eg_strf(state->run->arena, "package '%s' is not installed", missing));
		}
		done = false;
	} else if (state->removing) {
		done = request->force_remove || request->all;
	} else if (state->update == EG_UPDATE_SKIP_SATISFIED && is_satisfied(state)) {
		for (size_t i = 0; i < state->n_installed; i++)
			eg_map_put(&after, state->installed[i]->name, state->installed[i]);
	} else {
		done = false;
	}
	if (!kind && done)
		eg_conda_plan(state, &after, &relinked, plan);
	*ret_done = done;
	return kind;
}

/* "name" of "channel/subdir::name-version-build". */
static const char *dist_name(struct eg_arena *arena, const char *dist)
{
	const char *colons = strstr(dist, "::");
	char *name = eg_strdup(arena, colons ? colons + 2 : dist);

	for (int i = 0; i < 2 && strrchr(name, '-'); i++)
		*strrchr(name, '-') = 0;
	return name;
}

static enum eg_error_kind plan_revision(const struct eg_conda_state *state, struct eg_cache *cache,
					struct eg_fetch *fetch, struct eg_plan *plan)
{
	struct eg_run *run = state->run;
	struct eg_conda_universe universe;
	struct eg_strs dists = {0}, names = {0};
	struct eg_map after, relinked = {.arena = run->arena};
	enum eg_error_kind kind =
		eg_conda_prefix_revision(run, state->at->prefix, (size_t)state->at->request->revision, &dists);

	for (size_t i = 0; i < dists.n; i++)
		eg_vec_push(run->arena, &names, dist_name(run->arena, dists.v[i]));
	if (!kind)
		kind = eg_conda_universe_load(run, cache, fetch, state->at->config, state->channels, state->n_channels,
					      &names, &universe);
	if (kind)
		return kind;
	const char *missing = eg_conda_revert(state, &universe, &dists, &after);
	if (missing)
		return impossible(plan, "packages-not-found",
				  eg_strf(run->arena, "'%s' of that revision is in no channel", missing));
	relink_noarch(state, &after, &relinked);
	eg_conda_plan(state, &after, &relinked, plan);
	return EG_OK;
}

static enum eg_error_kind plan_clone(const struct eg_conda_state *state, struct eg_cache *cache, struct eg_fetch *fetch,
				     struct eg_plan *plan)
{
	struct eg_run *run = state->run;
	struct eg_conda_universe universe = {0};
	struct eg_strs names = {0};
	struct eg_map after, relinked = {.arena = run->arena};
	enum eg_error_kind kind = EG_OK;

	eg_conda_clone_names(state, &names);
	if (names.n)
		kind = eg_conda_universe_load(run, cache, fetch, state->at->config, state->channels, state->n_channels,
					      &names, &universe);
	if (kind)
		return kind;
	const char *missing = eg_conda_clone(state, &universe, &after);
	if (missing)
		return impossible(plan, "packages-not-found",
				  eg_strf(run->arena, "'%s' of the environment to be cloned is in no channel", missing));
	eg_conda_plan(state, &after, &relinked, plan);
	return EG_OK;
}

/* The configuration with the next of repodata_fns; NULL after repodata.json, which is always the last. */
static const struct eg_conda_config *with_next_repodata(struct eg_run *run, const struct eg_conda_config *config)
{
	struct eg_conda_config *next = EG_NEW(run->arena, struct eg_conda_config);

	if (!config->repodata_fns.n || !strcmp(config->repodata_fns.v[0], "repodata.json"))
		return NULL;
	*next = *config;
	next->repodata_fns.v++;
	next->repodata_fns.n--;
	next->repodata_fns.cap = 0;
	return next;
}

static enum eg_error_kind plan_request(const struct eg_conda_state *state, struct eg_cache *cache,
				       struct eg_fetch *fetch, struct eg_plan *plan)
{
	struct eg_conda_universe universe;
	struct eg_strs names = {0};
	bool mamba = state->at->request->tool != EG_CONDA_CONDA, done;

	if (state->at->request->revision >= 0)
		return plan_revision(state, cache, fetch, plan);
	if (state->at->clone)
		return plan_clone(state, cache, fetch, plan);
	enum eg_error_kind kind = plan_without_solver(state, plan, &done);
	if (kind || done)
		return kind;
	eg_conda_state_names(state, &names);
	/* mamba removes without looking at a channel: what lost its dependency goes too, nothing takes its place */
	kind = eg_conda_universe_load(state->run, cache, fetch, state->at->config, state->channels,
				      mamba && state->removing ? 0 : state->n_channels, &names, &universe);
	if (kind)
		return kind;
	if (mamba)
		return plan_for_mamba(state, &universe, plan);
	const char *conflict = eg_conda_pin_conflict(state, &universe);
	const struct eg_conda_config *next = conflict ? with_next_repodata(state->run, state->at->config) : NULL;
	if (next) { /* of what libmamba finds wrong, this alone is tried again (cli/install.py, TryRepodata) */
		struct eg_conda_situation at = *state->at;
		struct eg_conda_state again = *state;

		at.config = next;
		again.at = &at;
		return plan_request(&again, cache, fetch, plan);
	}
	if (conflict)
		return impossible(plan, "pin-conflict", conflict);
	return plan_for_conda(state, &universe, plan);
}

enum eg_error_kind eg_conda_refused(struct eg_run *run, struct eg_plan *plan)
{
	const char *why = run->error.message;

	eg_recover(run);
	return impossible(plan, "refused", why);
}

enum eg_error_kind eg_conda_solve(struct eg_run *run, struct eg_cache *cache, struct eg_fetch *fetch,
				  const struct eg_conda_situation *situation, struct eg_plan *ret)
{
	struct eg_conda_state state;
	enum eg_error_kind kind = eg_conda_state_read(run, situation, &state);

	ret->status = EG_UNKNOWN;
	if (kind == EG_FORMAT)
		return eg_conda_refused(run, ret);
	if (kind)
		return kind;
	eg_conda_plan_before(&state, ret);
	return plan_request(&state, cache, fetch, ret);
}
