#include "conda_why.h"

/* Who led to the change of a package first. */
struct step {
	const char *parent; /* name; NULL: the request, or a rule of the tool */
	const char *text;   /* the requirement, or the request */
	bool said;          /* a parent's text is not said again: it was asked for by its bare name */
};

struct search {
	const struct eg_conda_state *state;
	const struct eg_map *after;
	const struct eg_plan *plan;
	struct eg_map changed; /* names */
	struct eg_map steps;   /* name to struct step */
	struct eg_strs queue;
};

static char present;

static void reach(struct search *search, const char *name, const char *parent, const char *text)
{
	struct step *step = EG_NEW(search->state->run->arena, struct step);

	if (eg_map_get(&search->steps, name))
		return;
	*step = (struct step){.parent = parent, .text = text, .said = !parent && !strcmp(text, name)};
	eg_map_put(&search->steps, name, step);
	eg_vec_push(search->state->run->arena, &search->queue, name);
}

static struct eg_conda_record *before(const struct search *search, const char *name)
{
	return eg_map_get(&search->state->by_name, name);
}

static bool has_changed(const struct search *search, const char *name)
{
	return eg_map_get(&search->changed, name);
}

static bool refuses(struct eg_arena *arena, const char *dependency, const struct eg_conda_record *record)
{
	struct eg_run quiet = {.arena = arena};
	struct eg_matchspec spec;

	return !eg_matchspec_parse(&quiet, NULL, dependency, &spec) && !strcmp(spec.name, record->name) &&
	       !eg_matchspec_match(arena, &spec, record);
}

/* What RECORD, which will be there, asks for: what is new, what could not stay as it was, and what is fine. */
static void reach_needs(struct search *search, const struct eg_conda_record *record)
{
	struct eg_arena *arena = search->state->run->arena;

	for (size_t i = 0; i < record->depends.n + record->constrains.n; i++) {
		bool needs = i < record->depends.n;
		const char *text = needs ? record->depends.v[i] : record->constrains.v[i - record->depends.n];
		const char *name = eg_matchspec_name_of(arena, text);
		const struct eg_conda_record *was = before(search, name);

		if (was && has_changed(search, name) ? refuses(arena, text, was) : needs)
			reach(search, name, record->name, text);
	}
}

/* Those for which the record NAME was there, and that is there no more, or as something else. */
static void reach_losers(struct search *search, const char *name)
{
	struct eg_arena *arena = search->state->run->arena;
	const struct eg_conda_record *now = eg_map_get(search->after, name);

	for (size_t i = 0; i < search->changed.n; i++) {
		const struct eg_conda_record *loser = before(search, search->changed.v[i].key);

		for (size_t k = 0; loser && k < loser->depends.n; k++) {
			const char *text = loser->depends.v[k];

			if (!strcmp(eg_matchspec_name_of(arena, text), name) && (!now || refuses(arena, text, now)))
				reach(search, loser->name, name,
				      eg_strf(arena, "%s %s needed %s", loser->name, loser->version, text));
		}
	}
}

/* What was there for a package that goes, and goes with it. */
static void reach_orphans(struct search *search, const struct eg_conda_record *was)
{
	struct eg_arena *arena = search->state->run->arena;

	for (size_t i = 0; i < was->depends.n; i++) {
		const char *name = eg_matchspec_name_of(arena, was->depends.v[i]);

		if (before(search, name) && !eg_map_get(search->after, name))
			reach(search, name, was->name, was->depends.v[i]);
	}
}

/* Breadth first, so that the ways are short. */
static void walk(struct search *search, size_t *done)
{
	for (; *done < search->queue.n; ++*done) {
		const char *name = search->queue.v[*done];
		const struct eg_conda_record *now = eg_map_get(search->after, name), *was = before(search, name);

		if (now)
			reach_needs(search, now);
		if (was && has_changed(search, name)) {
			reach_losers(search, name);
			reach_orphans(search, was);
		}
	}
}

/* What nobody asked for by name: updates of everything, and of what conda always updates. */
static void reach_updated(struct search *search)
{
	const struct eg_conda_state *state = search->state;

	for (size_t i = 0; i < search->plan->n_changes; i++) {
		const struct eg_change *change = &search->plan->changes[i];

		if (change->action != EG_UPGRADE && change->action != EG_REBUILD)
			continue;
		if (change->action == EG_UPGRADE && state->update == EG_UPDATE_ALL)
			reach(search, change->to->name, NULL, "update --all");
		else if (eg_map_get(&state->aggressive, change->to->name))
			reach(search, change->to->name, NULL, "aggressive_update_packages");
	}
}

static const char *shown(const struct search *search, const char *name)
{
	const struct eg_conda_record *now = eg_map_get(search->after, name), *was = before(search, name);
	const struct eg_conda_record *record = now ? now : was;

	return record ? eg_strf(search->state->run->arena, "%s %s", name, record->version) : name;
}

static void push_way(const struct search *search, const char *name, struct eg_strs *ret)
{
	struct eg_arena *arena = search->state->run->arena;
	struct eg_strs steps = {0};
	size_t limit = search->steps.n + 1;

	while (name && limit--) {
		const struct step *step = eg_map_get(&search->steps, name);

		eg_vec_push(arena, &steps, shown(search, name));
		if (step && !step->parent && !step->said && eg_map_get(&search->state->requested, name))
			eg_vec_push(arena, &steps, step->text);
		name = step ? step->parent : NULL;
	}
	while (steps.n)
		eg_vec_push(arena, ret, steps.v[--steps.n]);
}

/* Packages without compiled code that are linked anew for another python. */
static bool follows_python(const struct search *search, const struct eg_change *change)
{
	return change->action == EG_REINSTALL && !change->requested && has_changed(search, "python");
}

static void explain(const struct search *search, struct eg_change *change)
{
	const char *name = (change->to ? change->to : change->from)->name;
	const struct step *step = eg_map_get(&search->steps, name);

	if (follows_python(search, change)) {
		push_way(search, "python", &change->why);
		eg_vec_push(search->state->run->arena, &change->why, "noarch: python");
		return;
	}
	if (!step)
		return;
	push_way(search, step->parent, &change->why);
	eg_vec_push(search->state->run->arena, &change->why, step->text);
}

void eg_conda_why(const struct eg_conda_state *state, const struct eg_map *after, struct eg_plan *plan)
{
	struct search search = {.state = state, .after = after, .plan = plan, .steps.arena = state->run->arena,
				.changed.arena = state->run->arena};
	size_t done = 0;

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_package *package = plan->changes[i].to ? plan->changes[i].to : plan->changes[i].from;

		eg_map_put(&search.changed, package->name, &present);
	}
	for (size_t i = 0; i < state->requested.n; i++) {
		const struct eg_matchspec *spec = state->requested.v[i].value;

		reach(&search, spec->name, NULL, spec->text);
	}
	walk(&search, &done);
	reach_updated(&search);
	walk(&search, &done);
	for (size_t i = 0; i < plan->n_changes; i++)
		explain(&search, &plan->changes[i]);
}
