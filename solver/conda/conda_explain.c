#include "conda_explain.h"

enum { MAX_LINES = 30, MAX_DEPTH = 8, MAX_VERSIONS = 3 };

/* The facts as a tree: what was asked for, what that needs, and why it cannot be had. */
struct tree {
	const struct eg_conda_state *state;
	const struct eg_solver_outcome *outcome;
	struct eg_map seen; /* names whose needs were told */
	struct eg_strs *lines;
};

static char present;

static void tell(struct tree *tree, int depth, const char *text)
{
	struct eg_arena *arena = tree->state->run->arena;

	for (int i = 0; i < depth; i++)
		text = eg_strf(arena, "%s %s", i ? "│" : "└", text);
	if (tree->lines->n == MAX_LINES)
		text = "…";
	if (tree->lines->n <= MAX_LINES)
		eg_vec_push(arena, tree->lines, text);
}

static const char *name_of(const struct tree *tree, const char *dep)
{
	return eg_matchspec_name_of(tree->state->run->arena, dep);
}

/* Do both say the same thing of the same package, but for versions and builds? */
static bool alike(const struct tree *tree, const struct eg_solver_problem *a, const struct eg_solver_problem *b)
{
	if (a->kind != b->kind || !a->source || !b->source || strcmp(a->source->name, b->source->name))
		return false;
	return !a->dep || !b->dep ? a->dep == b->dep : !strcmp(name_of(tree, a->dep), name_of(tree, b->dep));
}

static void add_new(struct eg_arena *arena, struct eg_strs *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], text))
			return;
	eg_vec_push(arena, list, text);
}

static const char *join(struct eg_arena *arena, const struct eg_strs *list, const char *glue)
{
	const char *text = "";

	for (size_t i = 0; i < list->n && i <= MAX_VERSIONS; i++)
		text = eg_strf(arena, "%s%s%s", text, i ? glue : "", i < MAX_VERSIONS ? list->v[i] : "…");
	return text;
}

/* "pytorch 2.1.0", "pytorch (2.1.0, 2.1.1, …)": all that are like the fact. */
static const char *sources(const struct tree *tree, const struct eg_solver_problem *like)
{
	struct eg_arena *arena = tree->state->run->arena;
	struct eg_strs versions = {0};

	for (size_t i = 0; i < tree->outcome->facts.n; i++)
		if (alike(tree, &tree->outcome->facts.v[i], like))
			add_new(arena, &versions, tree->outcome->facts.v[i].source->version);
	return eg_strf(arena, versions.n > 1 ? "%s (%s)" : "%s %s", like->source->name, join(arena, &versions, ", "));
}

/* "pytorch 2.1.0", "python >=3.8,<3.9.0a0 or >=3.9,<3.10.0a0" */
static const char *needs(const struct tree *tree, const struct eg_solver_problem *like)
{
	struct eg_arena *arena = tree->state->run->arena;
	const char *name = name_of(tree, like->dep);
	struct eg_strs versions = {0};

	for (size_t i = 0; i < tree->outcome->facts.n; i++) {
		const char *dep = tree->outcome->facts.v[i].dep;

		if (!alike(tree, &tree->outcome->facts.v[i], like))
			continue;
		const char *rest = strstr(dep, name) ? strstr(dep, name) + strlen(name) : "";
		add_new(arena, &versions, rest + strspn(rest, " "));
	}
	return eg_strf(arena, "%s %s", name, join(arena, &versions, " or "));
}

static bool was_told(const struct tree *tree, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (alike(tree, &tree->outcome->facts.v[i], &tree->outcome->facts.v[number]))
			return true;
	return false;
}

static void tell_needs(struct tree *tree, const char *name, int depth);

static void tell_fact(struct tree *tree, const struct eg_solver_problem *fact, int depth)
{
	struct eg_arena *arena = tree->state->run->arena;
	const char *who = sources(tree, fact);

	switch (fact->kind) {
	case EG_PROBLEM_REQUIRES:
		tell(tree, depth, eg_strf(arena, "%s needs %s", who, needs(tree, fact)));
		tell_needs(tree, name_of(tree, fact->dep), depth + 1);
		break;
	case EG_PROBLEM_NOTHING_FOR:
		tell(tree, depth, eg_strf(arena, "%s needs %s, which %s", who, needs(tree, fact),
					  fact->dep[0] == '_' && fact->dep[1] == '_' ? "this machine does not have"
										      : "no channel has"));
		break;
	case EG_PROBLEM_CONSTRAINS:
		if (fact->target)
			tell(tree, depth, eg_strf(arena, "%s allows only %s, not %s %s %s", who, fact->dep,
						  fact->target->name, fact->target->version, fact->target->build));
		break;
	case EG_PROBLEM_STRICT_PRIORITY:
		tell(tree, depth, eg_strf(arena, "%s of %s is left out: a channel before it has %s "
					  "(channel_priority: strict)", who, fact->source->channel, fact->source->name));
		break;
	default:
		break;
	}
}

static void tell_needs(struct tree *tree, const char *name, int depth)
{
	if (depth > MAX_DEPTH || eg_map_get(&tree->seen, name))
		return;
	eg_map_put(&tree->seen, name, &present);
	for (size_t i = 0; i < tree->outcome->facts.n; i++) {
		const struct eg_solver_problem *fact = &tree->outcome->facts.v[i];

		if (fact->source && !strcmp(fact->source->name, name) && !was_told(tree, i))
			tell_fact(tree, fact, depth);
	}
}

static const char *origin(const struct tree *tree, const struct eg_solver_problem *fact)
{
	struct eg_arena *arena = tree->state->run->arena;
	const char *name = name_of(tree, fact->dep);
	const struct eg_matchspec *history = eg_map_get(&tree->state->history, name);

	if (eg_map_get(&tree->state->requested, name))
		return eg_strf(arena, "%s is asked for", fact->dep);
	if (fact->kind == EG_PROBLEM_FROZEN)
		return eg_strf(arena, "%s stays as it is installed", fact->dep);
	if (history)
		return eg_strf(arena, "%s was asked for before (history)", fact->dep);
	return eg_strf(arena, "%s is wanted", fact->dep);
}

static void tell_roots(struct tree *tree)
{
	for (size_t i = 0; i < tree->outcome->facts.n; i++) {
		const struct eg_solver_problem *fact = &tree->outcome->facts.v[i];
		bool root = fact->kind == EG_PROBLEM_JOB || fact->kind == EG_PROBLEM_FROZEN ||
			    fact->kind == EG_PROBLEM_NOTHING_ASKED;

		if (!root || !fact->dep || !strncmp(fact->dep, "pin-", 4))
			continue;
		if (fact->kind == EG_PROBLEM_NOTHING_ASKED)
			tell(tree, 0, eg_strf(tree->state->run->arena, "%s is asked for, which no channel has", fact->dep));
		else
			tell(tree, 0, origin(tree, fact));
		tell_needs(tree, name_of(tree, fact->dep), 1);
	}
}

/* A pin is a constraint of nobody. */
static void tell_pins(struct tree *tree)
{
	struct eg_map told = {.arena = tree->state->run->arena};

	for (size_t i = 0; i < tree->outcome->facts.n; i++) {
		const struct eg_solver_problem *fact = &tree->outcome->facts.v[i];

		if (fact->kind != EG_PROBLEM_CONSTRAINS || fact->source || !fact->dep || eg_map_get(&told, fact->dep))
			continue;
		eg_map_put(&told, fact->dep, &present);
		const struct eg_matchspec *pin = eg_map_get(&tree->state->pinned, name_of(tree, fact->dep));
		tell(tree, 0, eg_strf(tree->state->run->arena, "%s is pinned%s", fact->dep,
				      pin ? "" : " to the installed one"));
	}
}

/* What neither a request nor a need led to: packages that are there already. */
static void tell_rest(struct tree *tree)
{
	for (size_t i = 0; i < tree->outcome->facts.n; i++) {
		const struct eg_solver_problem *fact = &tree->outcome->facts.v[i];

		if (fact->source)
			tell_needs(tree, fact->source->name, 0);
	}
}

void eg_conda_explain(const struct eg_conda_state *state, const struct eg_solver_outcome *outcome,
		      struct eg_plan *plan)
{
	struct tree tree = {.state = state, .outcome = outcome, .seen.arena = state->run->arena, .lines = &plan->conflict};

	plan->status = EG_IMPOSSIBLE;
	plan->error_kind = "unsatisfiable";
	plan->error = "what is asked for and what is there cannot be had together";
	tell_roots(&tree);
	tell_pins(&tree);
	tell_rest(&tree);
	for (size_t i = 0; i < outcome->problems.n && !plan->conflict.n; i++)
		eg_vec_push(state->run->arena, &plan->conflict, outcome->problems.v[i].text);
}
