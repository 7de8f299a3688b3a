#include "attempts.h"

#include <stdlib.h>

#include "jobs.h"

enum { MAX_ATTEMPTS = 10, TOO_MANY_CONFLICTS = 10 };

static const char *exactly(struct eg_arena *arena, const struct eg_conda_record *record)
{
	return eg_strf(arena, "%s==%s=%s", record->name, record->version, record->build);
}

/* Who is in the way, by name, and what is (_parse_problems). */
static void read_conflicts(struct eg_arena *arena, const struct eg_solver_outcome *outcome, struct eg_map *ret,
			   bool *ret_not_found)
{
	*ret_not_found = false;
	for (size_t i = 0; i < outcome->problems.n; i++) {
		const struct eg_solver_problem *problem = &outcome->problems.v[i];
		struct eg_conda_record *who = problem->kind == EG_PROBLEM_CONSTRAINS ? problem->target : problem->source;

		if (problem->kind == EG_PROBLEM_NOTHING_ASKED || problem->kind == EG_PROBLEM_NOTHING_FOR)
			*ret_not_found = true;
		if (problem->kind == EG_PROBLEM_OTHER || problem->kind == EG_PROBLEM_SAME_NAME ||
		    problem->kind == EG_PROBLEM_NOTHING_ASKED)
			continue;
		if (who)
			eg_map_put(ret, who->name, (void *)exactly(arena, who));
		if (problem->kind == EG_PROBLEM_REQUIRES && problem->dep)
			eg_map_put(ret, eg_matchspec_name_of(arena, problem->dep), (void *)problem->dep);
	}
}

static size_t count_new(const struct eg_map *found, const struct eg_map *before)
{
	size_t n = 0;

	for (size_t i = 0; i < found->n; i++) {
		bool known = false;

		for (size_t j = 0; j < before->n && !known; j++)
			known = !strcmp(before->v[j].value, found->v[i].value);
		n += !known;
	}
	return n;
}

/* Adds what failed to CONFLICTS; false: another attempt of this kind is of no use (_maybe_raise_for_problems). */
static bool learn(struct eg_arena *arena, const struct eg_solver_outcome *outcome, struct eg_map *conflicts)
{
	struct eg_map found = {.arena = arena};
	bool not_found;

	read_conflicts(arena, outcome, &found, &not_found);
	if (!found.n && not_found)
		return false;
	size_t news = count_new(&found, conflicts);
	bool same = conflicts->n && !news && !count_new(conflicts, &found);
	if (same || news >= TOO_MANY_CONFLICTS)
		return false;
	for (size_t i = 0; i < found.n; i++)
		if (news <= 1 || strcmp(found.v[i].key, "python")) /* what hangs on python is freed before python */
			eg_map_put(conflicts, found.v[i].key, found.v[i].value);
	return true;
}

static size_t max_attempts(const struct eg_conda_state *state)
{
	const char *said = getenv("CONDA_LIBMAMBA_SOLVER_MAX_ATTEMPTS");
	unsigned long number = said ? strtoul(said, NULL, 10) : 0;

	if (number)
		return number < state->n_installed ? number : state->n_installed;
	if (state->update != EG_UPDATE_FREEZE || !state->n_installed)
		return 1;
	return state->n_installed < MAX_ATTEMPTS ? state->n_installed : MAX_ATTEMPTS;
}

void eg_conda_attempts(const struct eg_conda_state *state, struct eg_conda_pool *pool, struct eg_solver_outcome *ret)
{
	struct eg_map conflicts = {.arena = state->run->arena};
	struct eg_solver_request request;

	for (size_t i = 0; i < max_attempts(state); i++) {
		eg_conda_jobs(state, &conflicts, &request);
		eg_solver_run(pool, &request, ret);
		if (ret->solved)
			return;
		if (!learn(state->run->arena, ret, &conflicts))
			break;
	}
	for (size_t i = 0; i < state->n_installed; i++)
		eg_map_put(&conflicts, state->installed[i]->name,
			   (void *)exactly(state->run->arena, state->installed[i]));
	eg_conda_jobs(state, &conflicts, &request);
	eg_solver_run(pool, &request, ret);
}
