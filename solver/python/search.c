#include "search.h"

#include <limits.h>
#include <stdlib.h>

#include "ceilings.h"
#include "preference.h"
#include "proof.h"
#include "search_state.h"

/* After this many failed pins libsolv is asked whether there is any solution, and again when there are four times as many. */
enum { FIRST_PROOF = 64 };

struct search {
	struct eg_factory *factory;
	struct eg_arena *arena;
	const struct eg_reqs *roots;
	size_t failures, next_proof;
	struct eg_stack stack;
	bool optimistic;          /* resolvelib 1.2: backjumping beyond the safe rule is still allowed */
	struct eg_states saved;      /* … and what to go back to when that fails */
	long optimistic_start;
};

static struct eg_criterion *new_criterion(struct search *search, const struct eg_state *state, struct eg_identifier *id,
					  const struct eg_infos *infos, const struct eg_exclusions *excluded)
{
	struct eg_criterion *criterion = EG_NEW(search->arena, struct eg_criterion);
	const struct eg_criterion *base = id->base != id ? eg_state_criterion(state, id->base) : NULL;

	criterion->id = id;
	criterion->infos = infos;
	criterion->excluded = excluded;
	criterion->matches = eg_matches_find(search->factory, id, infos, base ? base->infos : NULL, excluded);
	return criterion;
}

/* _add_to_criteria: NULL, or the criterion that nothing satisfies any more */
static struct eg_criterion *add_requirement(struct search *search, struct eg_state *state, struct eg_req *req,
					    struct eg_candidate *parent)
{
	const struct eg_criterion *known = eg_state_criterion(state, req->id);
	struct eg_info *info = EG_NEW(search->arena, struct eg_info);
	struct eg_infos *infos = EG_NEW(search->arena, struct eg_infos);

	*info = (struct eg_info){req, parent};
	*infos = (struct eg_infos){info, known ? known->infos : NULL};
	struct eg_criterion *criterion =
		new_criterion(search, state, req->id, infos, known ? known->excluded : NULL);
	if (!eg_matches_any(search->factory, criterion->matches))
		return criterion;
	eg_state_set_criterion(&search->stack, state, criterion);
	return NULL;
}

static void add_causes(struct search *search, struct eg_causes *causes, const struct eg_criterion *criterion)
{
	size_t from = causes->n;

	for (const struct eg_infos *i = criterion->infos; i; i = i->next) {
		bool known = false;

		for (size_t j = 0; j < causes->n && !known; j++)
			known = causes->v[j] == i->info;
		if (!known)
			eg_vec_push(search->arena, causes, i->info);
	}
	for (size_t a = from, b = causes->n; a + 1 < b; a++) { /* the list is newest first, pip's oldest first */
		const struct eg_info *info = causes->v[a];

		causes->v[a] = causes->v[--b];
		causes->v[b] = info;
	}
}

/* _attempt_to_pin_criterion: true when pinned; else *causes says why no candidate will do */
static bool attempt_to_pin(struct search *search, struct eg_identifier *id, struct eg_causes *causes)
{
	struct eg_state *state = eg_stack_top(&search->stack);
	struct eg_criterion *criterion = eg_state_criterion(state, id);
	struct eg_candidate *candidate;
	struct eg_walk walk;

	eg_walk_start(&walk, search->factory, criterion->matches);
	while ((candidate = eg_walk_next(&walk))) {
		const struct eg_reqs *dependencies = eg_factory_dependencies(search->factory, candidate);
		struct eg_state *tried = eg_state_copy(&search->stack, state);
		struct eg_criterion *conflict = NULL;

		for (size_t i = 0; i < dependencies->n && !conflict && !search->factory->stopped; i++)
			conflict = add_requirement(search, tried, dependencies->v[i], candidate);
		if (conflict || search->factory->stopped) {
			if (conflict)
				add_causes(search, causes, conflict);
			eg_state_drop(&search->stack, tried);
			if (search->factory->stopped)
				return false;
			continue;
		}
		eg_state_set_pin(&search->stack, tried, id, candidate);
		search->stack.states.v[search->stack.states.n - 1] = tried;
		eg_state_drop(&search->stack, state);
		return true;
	}
	return !causes->n && !search->factory->stopped; /* resolvelib takes "no cause" for success */
}

/* ---- backtracking ---- */

struct broken {
	struct eg_state *state;
	struct eg_identifier *id;
	struct eg_candidate *candidate;
};

static struct eg_exclusions *exclude(struct search *search, const struct eg_candidate *candidate,
				     const struct eg_exclusions *next)
{
	struct eg_exclusions *e = EG_NEW(search->arena, struct eg_exclusions);

	*e = (struct eg_exclusions){candidate, next};
	return e;
}

static bool is_excluded(const struct eg_exclusions *list, const struct eg_candidate *candidate)
{
	for (; list; list = list->next)
		if (list->candidate == candidate)
			return true;
	return false;
}

/* _patch_criteria for one identifier: what the broken state knew to be impossible is impossible here too */
static bool patch(struct search *search, struct eg_identifier *id, const struct eg_exclusions *more)
{
	struct eg_state *state = eg_stack_top(&search->stack);
	struct eg_criterion *known = eg_state_criterion(state, id);
	const struct eg_exclusions *all;

	if (!known || !more)
		return true;
	all = known->excluded;
	for (; more; more = more->next)
		if (!is_excluded(all, more->candidate))
			all = exclude(search, more->candidate, all);
	struct eg_criterion *criterion = new_criterion(search, state, id, known->infos, all);
	if (!eg_matches_any(search->factory, criterion->matches))
		return false;
	eg_state_set_criterion(&search->stack, state, criterion);
	return true;
}

static bool apply_broken(struct search *search, const struct broken *broken)
{
	for (size_t i = 0; i < broken->state->criteria.n; i++) {
		const struct eg_criterion *criterion = broken->state->criteria.v[i];

		if (!patch(search, criterion->id, criterion->excluded))
			return false;
	}
	return patch(search, broken->id, exclude(search, broken->candidate, NULL));
}

/* The identifiers that take part in the conflict. */
struct id_set {
	bool *in;
	size_t n;
};

static void id_set_add(struct id_set *set, const struct eg_identifier *id)
{
	if (id->number < set->n)
		set->in[id->number] = true;
}

static bool id_set_has(const struct id_set *set, const struct eg_identifier *id)
{
	return id->number < set->n && set->in[id->number];
}

static struct id_set incompatible_ids(struct search *search, const struct eg_causes *causes)
{
	struct id_set set = {.n = search->factory->identifiers.n};

	set.in = EG_ARRAY(search->arena, bool, set.n);
	for (size_t i = 0; i < causes->n; i++) {
		id_set_add(&set, causes->v[i]->req->id);
		if (causes->v[i]->parent)
			id_set_add(&set, causes->v[i]->parent->id);
	}
	return set;
}

static bool depends_on_any(struct search *search, struct eg_candidate *candidate, const struct id_set *set)
{
	const struct eg_reqs *dependencies = eg_factory_dependencies(search->factory, candidate);

	for (size_t i = 0; i < dependencies->n; i++)
		if (id_set_has(set, dependencies->v[i]->id))
			return true;
	return false;
}

static void save_states(struct search *search)
{
	search->saved = (struct eg_states){0};
	for (size_t i = 0; i < search->stack.states.n; i++)
		eg_vec_push(search->arena, &search->saved, eg_state_copy(&search->stack, search->stack.states.v[i]));
}

static void roll_back(struct search *search)
{
	search->optimistic = false;
	if (search->saved.n)
		search->stack.states = search->saved;
	search->saved = (struct eg_states){0};
}

/* Should the search go on below this pin? The inner loop of _backjump; false: it was jumped over. */
static bool stop_here(struct search *search, const struct broken *broken, const struct id_set *incompatible)
{
	struct eg_pip_release release = search->factory->release;
	bool involved = id_set_has(incompatible, broken->id);

	if (!eg_since(release, 23, 1)) /* resolvelib 0.8: one step back */
		return true;
	if (eg_since(release, 25, 1) && !search->optimistic && !involved)
		return true;
	if (search->optimistic && !search->saved.n && !involved)
		save_states(search);
	if (depends_on_any(search, broken->candidate, incompatible))
		return true;
	/* resolvelib 1.1 and later do not go back to where nothing is pinned */
	return eg_since(release, 25, 1) && !broken->state->pinned.n;
}

enum jump { JUMPED, DEAD_END, IMPOSSIBLE };

/* _backjump: from the state that nothing can be pinned in to one where another candidate can be tried */
static enum jump backjump(struct search *search, const struct eg_causes *causes)
{
	struct id_set incompatible = incompatible_ids(search, causes);

	while (search->stack.states.n >= 3) {
		struct broken broken;

		eg_state_drop(&search->stack, eg_stack_pop(&search->stack));
		for (;;) {
			if (!search->stack.states.n || !eg_stack_top(&search->stack)->pinned.n)
				return IMPOSSIBLE;
			struct eg_state *state = eg_stack_pop(&search->stack);
			broken.state = state;
			broken.id = state->pinned.v[state->pinned.n - 1];
			broken.candidate = eg_state_pin(state, broken.id);
			eg_state_unpin(state, broken.id);
			if (stop_here(search, &broken, &incompatible))
				break;
			if (eg_since(search->factory->release, 25, 3) && search->stack.states.n <= 1)
				return IMPOSSIBLE;
			eg_state_drop(&search->stack, state);
		}
		if (!search->stack.states.n)
			return IMPOSSIBLE;
		eg_stack_push_copy(&search->stack);
		bool works = apply_broken(search, &broken);
		eg_state_drop(&search->stack, broken.state);
		if (works)
			return JUMPED;
	}
	return DEAD_END;
}

/* ---- rounds ---- */

static void drop_parents(struct search *search, struct eg_state *state, const struct id_set *parents)
{
	for (size_t i = 0; i < state->criteria.n; i++) {
		const struct eg_criterion *known = state->criteria.v[i];
		EG_VEC(const struct eg_info *) kept = {0};
		size_t n = 0;

		for (const struct eg_infos *j = known->infos; j; j = j->next, n++)
			if (!j->info->parent || !id_set_has(parents, j->info->parent->id))
				eg_vec_push(search->arena, &kept, j->info);
		if (kept.n == n)
			continue;
		struct eg_criterion *criterion = EG_NEW(search->arena, struct eg_criterion);
		*criterion = *known;
		criterion->checked = NULL;
		criterion->infos = NULL;
		for (size_t j = kept.n; j-- > 0;) {
			struct eg_infos *infos = EG_NEW(search->arena, struct eg_infos);

			*infos = (struct eg_infos){kept.v[j], criterion->infos};
			criterion->infos = infos;
		}
		state->criteria.v[i] = criterion;
	}
}

/* _remove_information_from_criteria: a pin that no longer satisfies takes its requirements with it (1.0 and later) */
static void drop_unsatisfied(struct search *search, const bool *was_satisfied, size_t n)
{
	struct eg_state *state = eg_stack_top(&search->stack);
	struct id_set parents = {.n = search->factory->identifiers.n};
	bool any = false;

	if (!eg_since(search->factory->release, 23, 1))
		return;
	for (size_t i = 0; i < state->criteria.n; i++) {
		struct eg_criterion *criterion = state->criteria.v[i];

		if (criterion->id->number >= n || !was_satisfied[criterion->id->number] || eg_state_satisfied(state, criterion))
			continue;
		if (!parents.in)
			parents.in = EG_ARRAY(search->arena, bool, parents.n);
		id_set_add(&parents, criterion->id);
		any = true;
	}
	if (any)
		drop_parents(search, state, &parents);
}

static void mark_conflict(const struct eg_causes *causes)
{
	for (size_t i = 0; i < causes->n; i++) {
		causes->v[i]->req->id->base->in_conflict = true;
		if (causes->v[i]->parent)
			causes->v[i]->parent->id->base->in_conflict = true;
	}
}

/* A failed pin: true when the search goes on. */
static bool recover(struct search *search, const struct eg_causes *causes, struct eg_search_result *ret)
{
	mark_conflict(causes);
	if (++search->failures == search->next_proof) {
		search->next_proof *= 4;
		ret->causes = *causes;
		if (eg_proof_impossible(search->factory, search->roots, &ret->proof))
			return false;
	}
	enum jump jump = backjump(search, causes);

	if (jump != JUMPED && search->optimistic && search->saved.n) {
		roll_back(search);
		return true;
	}
	ret->causes = *causes;
	if (jump == JUMPED)
		eg_stack_top(&search->stack)->causes = *causes;
	return jump == JUMPED;
}

/* Optimistic backjumping gets a tenth of the rounds that are left; true when it was just given up. */
static bool optimism_is_spent(struct search *search, long round)
{
	if (!search->optimistic || !search->saved.n)
		return false;
	if (search->optimistic_start < 0) {
		search->optimistic_start = round;
		return false;
	}
	if (round - search->optimistic_start < (EG_MAX_ROUNDS - search->optimistic_start) / 10)
		return false;
	roll_back(search);
	return true;
}

static enum eg_search_status run_rounds(struct search *search, struct eg_search_result *ret)
{
	struct eg_factory *factory = search->factory;
	struct eg_unsatisfied unsatisfied = {0};
	size_t room = 0;
	bool *satisfied = NULL;

	search->optimistic_start = -1;
	for (long round = 0; round < EG_MAX_ROUNDS; round++) {
		struct eg_causes causes = {0};

		ret->rounds = (size_t)round;
		if (optimism_is_spent(search, round))
			continue;
		if (!(round & 255) && !eg_left_ms(factory->run, 1)) {
			factory->stopped = eg_fail(factory->run, EG_TIMEOUT, "the time budget is spent after %ld rounds of resolution", round);
			return EG_STOPPED;
		}
		struct eg_state *state = eg_stack_top(&search->stack);
		if (room < factory->identifiers.n) {
			room = 2 * factory->identifiers.n;
			satisfied = EG_ARRAY(search->arena, bool, room);
		}
		memset(satisfied, 0, room * sizeof(*satisfied));
		unsatisfied.n = 0;
		for (size_t i = 0; i < state->criteria.n; i++) {
			struct eg_criterion *criterion = state->criteria.v[i];

			if (eg_state_satisfied(state, criterion))
				satisfied[criterion->id->number] = true;
			else
				eg_vec_push(search->arena, &unsatisfied, criterion);
		}
		if (!unsatisfied.n)
			return EG_FOUND;
		struct eg_identifier *id = eg_prefer(factory, &unsatisfied, &state->causes, state->pin.v, state->pin.n);
		bool pinned = attempt_to_pin(search, id, &causes);
		if (factory->stopped || factory->refused)
			return EG_STOPPED;
		if (!pinned) {
			if (!recover(search, &causes, ret))
				return factory->stopped ? EG_STOPPED : EG_CONFLICT;
			continue;
		}
		drop_unsatisfied(search, satisfied, room);
		eg_stack_push_copy(&search->stack);
	}
	return EG_TOO_DEEP;
}

/* ---- result ---- */

/* By identifier number: is it connected, and in which walk was it last met? */
struct reach {
	bool *connected;
	size_t *met;
};

static bool reaches_root(const struct eg_state *state, const struct eg_identifier *id, size_t walk, struct reach *reach)
{
	const struct eg_criterion *criterion = eg_state_criterion(state, id);
	bool *connected = &reach->connected[id->number];

	if (*connected)
		return true;
	if (!criterion || reach->met[id->number] == walk)
		return false;
	reach->met[id->number] = walk;
	for (const struct eg_infos *i = criterion->infos; i && !*connected; i = i->next) {
		const struct eg_candidate *parent = i->info->parent;

		*connected = !parent || (eg_state_pin(state, parent->id) == parent &&
					 reaches_root(state, parent->id, walk, reach));
	}
	return *connected;
}

/* _build_result: pins that nothing asks for any more fall out */
static void keep_connected(struct search *search, struct eg_state *state)
{
	size_t n = search->factory->identifiers.n;
	struct reach reach = {EG_ARRAY(search->arena, bool, n), EG_ARRAY(search->arena, size_t, n)};

	for (size_t i = 0; i < state->criteria.n; i++)
		reaches_root(state, state->criteria.v[i]->id, i + 1, &reach);
	for (size_t i = 0; i < state->pin.n; i++)
		if (!reach.connected[i])
			state->pin.v[i] = NULL;
}

void eg_search(struct eg_factory *factory, const struct eg_reqs *roots, struct eg_search_result *ret)
{
	struct search search = {
		.factory = factory,
		.arena = factory->run->arena,
		.roots = roots,
		.next_proof = FIRST_PROOF,
		.stack.arena = factory->run->arena,
	};
	struct eg_criterion *conflict = NULL;

	*ret = (struct eg_search_result){0};
	search.optimistic = eg_since(factory->release, 25, 2);
	eg_vec_push(search.arena, &search.stack.states, EG_NEW(search.arena, struct eg_state));
	for (size_t i = 0; i < roots->n && !conflict && !factory->stopped; i++)
		conflict = add_requirement(&search, eg_stack_top(&search.stack), roots->v[i], NULL);
	if (conflict)
		add_causes(&search, &ret->causes, conflict);
	eg_stack_push_copy(&search.stack);
	if (factory->stopped || factory->refused)
		ret->status = EG_STOPPED;
	else
		ret->status = conflict ? EG_CONFLICT : run_rounds(&search, ret);
	if (!search.stack.states.n)
		return;
	struct eg_state *state = eg_stack_top(&search.stack);
	if (ret->status == EG_FOUND)
		keep_connected(&search, state);
	ret->criteria = state->criteria.v;
	ret->n_criteria = state->criteria.n;
	ret->pins = state->pin.v;
	ret->n_pins = state->pin.n;
}
