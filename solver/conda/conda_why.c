#include "conda_why.h"

struct step {
	const struct eg_conda_record *parent; /* NULL: asked for */
	const char *text;                     /* the request, or the parent's dependency */
};

struct search {
	const struct eg_conda_state *state;
	const struct eg_map *after;
	struct eg_map steps; /* name to struct step: how it was reached first */
	struct eg_strs queue;
};

static void reach(struct search *search, const char *name, const struct eg_conda_record *parent, const char *text)
{
	struct step *step = EG_NEW(search->state->run->arena, struct step);

	if (eg_map_get(&search->steps, name))
		return;
	*step = (struct step){parent, text};
	eg_map_put(&search->steps, name, step);
	eg_vec_push(search->state->run->arena, &search->queue, name);
}

/* Breadth first from the requested packages, so that the way is short. */
static void walk(struct search *search)
{
	struct eg_arena *arena = search->state->run->arena;

	for (size_t head = 0; head < search->queue.n; head++) {
		const struct eg_conda_record *record = eg_map_get(search->after, search->queue.v[head]);

		for (size_t i = 0; record && i < record->depends.n; i++)
			reach(search, eg_matchspec_name_of(arena, record->depends.v[i]), record, record->depends.v[i]);
	}
}

static bool refuses(struct eg_arena *arena, const char *dependency, const struct eg_conda_record *record)
{
	struct eg_run quiet = {.arena = arena};
	struct eg_matchspec spec;

	return !eg_matchspec_parse(&quiet, NULL, dependency, &spec) && !strcmp(spec.name, record->name) &&
	       !eg_matchspec_match(arena, &spec, record);
}

/* What could not stay as it was: a package that will be there, was reached, and asks for something else. */
static const char *culprit(const struct search *search, const struct eg_conda_record *was,
			   const struct eg_conda_record **ret_by)
{
	struct eg_arena *arena = search->state->run->arena;

	for (size_t i = 0; i < search->queue.n; i++) {
		const struct eg_conda_record *by = eg_map_get(search->after, search->queue.v[i]);

		for (size_t j = 0; by && j < by->depends.n + by->constrains.n; j++) {
			const char *text = j < by->depends.n ? by->depends.v[j] : by->constrains.v[j - by->depends.n];

			if (refuses(arena, text, was)) {
				*ret_by = by;
				return text;
			}
		}
	}
	return NULL;
}

/* The removed package NAME needed something that is there no more, or is there as another. */
static const char *lost(const struct search *search, const struct eg_conda_record *was,
			const struct eg_conda_record **ret_by)
{
	struct eg_arena *arena = search->state->run->arena;

	for (size_t i = 0; i < was->depends.n; i++) {
		const char *name = eg_matchspec_name_of(arena, was->depends.v[i]);
		const struct eg_conda_record *now = eg_map_get(search->after, name);
		const struct eg_conda_record *before = eg_map_get(&search->state->by_name, name);

		if (before && (!now || refuses(arena, was->depends.v[i], now))) {
			*ret_by = before;
			return was->depends.v[i];
		}
	}
	return NULL;
}

static void push_way(const struct search *search, const struct eg_conda_record *by, struct eg_strs *ret)
{
	struct eg_arena *arena = search->state->run->arena;
	struct eg_strs steps = {0};
	size_t limit = search->steps.n + 1;

	for (const struct eg_conda_record *r = by; r && limit--;) {
		const struct step *step = eg_map_get(&search->steps, r->name);

		eg_vec_push(arena, &steps, eg_strf(arena, "%s %s", r->name, r->version));
		if (step && !step->parent && strcmp(step->text, r->name))
			eg_vec_push(arena, &steps, step->text);
		r = step ? step->parent : NULL;
	}
	while (steps.n)
		eg_vec_push(arena, ret, steps.v[--steps.n]);
}

static void explain(const struct search *search, struct eg_change *change)
{
	struct eg_arena *arena = search->state->run->arena;
	const char *name = (change->to ? change->to : change->from)->name;
	const struct eg_conda_record *was = eg_map_get(&search->state->by_name, name), *by = NULL;
	const char *text = was && !change->requested ? culprit(search, was, &by) : NULL;

	if (!text && was && !change->to && !change->requested)
		text = lost(search, was, &by);
	if (!text) {
		const struct step *step = eg_map_get(&search->steps, name);

		text = step ? step->text : NULL;
		by = step ? step->parent : NULL;
	}
	if (by)
		push_way(search, by, &change->why);
	if (text)
		eg_vec_push(arena, &change->why, text);
}

void eg_conda_why(const struct eg_conda_state *state, const struct eg_map *after, struct eg_plan *plan)
{
	struct search search = {.state = state, .after = after, .steps.arena = state->run->arena};

	for (size_t i = 0; i < state->requested.n; i++) {
		const struct eg_matchspec *spec = state->requested.v[i].value;

		reach(&search, spec->name, NULL, spec->text);
	}
	walk(&search);
	for (size_t i = 0; i < plan->n_changes; i++)
		explain(&search, &plan->changes[i]);
}
