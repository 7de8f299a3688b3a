#include "conda_explain.h"

#include "explain_words.h"

enum { MAX_LINES = 30, MAX_DEPTH = 8 };

struct line {
	int depth;
	const char *text;
};

/* The facts as a tree: what was asked for, what that needs, and why it cannot be had. */
struct tree {
	const struct eg_conda_state *state;
	const struct eg_conda_universe *universe;
	const struct eg_solver_outcome *outcome;
	struct eg_map roots; /* name to the spec that stands at a root */
	struct eg_map seen;  /* names whose needs were told */
	EG_VEC(struct line) lines;
};

static char present;

static void tell(struct tree *tree, int depth, const char *text)
{
	struct eg_arena *arena = tree->state->run->arena;

	if (tree->lines.n < MAX_LINES)
		eg_vec_push(arena, &tree->lines, (struct line){depth, text});
	else if (tree->lines.n == MAX_LINES)
		eg_vec_push(arena, &tree->lines, (struct line){0, "…"});
}

/* Does another line of this depth follow before the branch ends? */
static bool goes_on(const struct tree *tree, size_t i, int depth)
{
	for (size_t k = i + 1; k < tree->lines.n; k++)
		if (tree->lines.v[k].depth <= depth)
			return tree->lines.v[k].depth == depth;
	return false;
}

static void draw(const struct tree *tree, struct eg_strs *ret)
{
	struct eg_arena *arena = tree->state->run->arena;

	for (size_t i = 0; i < tree->lines.n; i++) {
		const struct line *line = &tree->lines.v[i];
		const char *text = "";

		for (int depth = 1; depth <= line->depth; depth++) {
			bool more = goes_on(tree, i, depth);

			if (depth == line->depth)
				text = eg_strf(arena, "%s%s ", text, more ? "├" : "└");
			else
				text = eg_strf(arena, "%s%s ", text, more ? "│" : " ");
		}
		eg_vec_push(arena, ret, eg_strf(arena, "%s%s", text, line->text));
	}
}

static const char *name_of(const struct tree *tree, const char *dep)
{
	return eg_matchspec_name_of(tree->state->run->arena, dep);
}

/* "python 3.13.*"; libsolv writes a blank behind a bare name. */
static const char *trimmed(struct eg_arena *arena, const char *dep)
{
	size_t n = strlen(dep);

	while (n && dep[n - 1] == ' ')
		n--;
	return eg_strndup(arena, dep, n);
}

/* Do both say the same thing of the same package, but for versions and builds? */
static bool alike(const struct tree *tree, const struct eg_solver_problem *a, const struct eg_solver_problem *b)
{
	if (a->kind != b->kind || !a->source || !b->source || strcmp(a->source->name, b->source->name))
		return false;
	return !a->dep || !b->dep ? a->dep == b->dep : !strcmp(name_of(tree, a->dep), name_of(tree, b->dep));
}

/* "pytorch 2.1.0", "pytorch (2.0.1, 2.1.0, …, 2.5.1)": all that are like the fact. */
static const char *sources(const struct tree *tree, const struct eg_solver_problem *like)
{
	struct eg_arena *arena = tree->state->run->arena;
	struct eg_strs versions = {0};

	for (size_t i = 0; i < tree->outcome->facts.n; i++)
		if (alike(tree, &tree->outcome->facts.v[i], like))
			eg_vec_push(arena, &versions, tree->outcome->facts.v[i].source->version);
	const char *text = eg_explain_join(arena, &versions, ", ");
	return eg_strf(arena, versions.n > 1 ? "%s (%s)" : "%s %s", like->source->name, text);
}

/* "python >=3.8,<3.9.0a0 or >=3.9,<3.10.0a0" */
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
		eg_vec_push(arena, &versions, trimmed(arena, rest + strspn(rest, " ")));
	}
	const char *text = eg_explain_join(arena, &versions, " or ");
	return *text ? eg_strf(arena, "%s %s", name, text) : name;
}

/* ", which python 3.13.* is not", where a root rules out all that is needed; "" otherwise. */
static const char *ruled_out(const struct tree *tree, const struct eg_solver_problem *like)
{
	const char *root = eg_map_get(&tree->roots, name_of(tree, like->dep));
	struct eg_arena *arena = tree->state->run->arena;

	if (!root)
		return "";
	for (size_t i = 0; i < tree->outcome->facts.n; i++) {
		const struct eg_solver_problem *fact = &tree->outcome->facts.v[i];

		if (alike(tree, fact, like) && !eg_explain_exclude(tree->state, tree->universe, root, fact->dep))
			return "";
	}
	return eg_strf(arena, ", which %s is not", root);
}

static bool was_told(const struct tree *tree, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (alike(tree, &tree->outcome->facts.v[i], &tree->outcome->facts.v[number]))
			return true;
	return false;
}

/* "which this machine does not have", "which no channel has (there is cudnn 8.9 to 9.1)" */
static const char *missing(const struct tree *tree, const char *dep)
{
	struct eg_arena *arena = tree->state->run->arena;
	const struct eg_conda_situation *at = tree->state->at;
	const char *name = name_of(tree, dep), *there;

	for (size_t i = 0; i < at->n_virtual; i++)
		if (!strcmp(at->virtual_packages[i]->name, name))
			return eg_strf(arena, "which this machine has not: its %s is %s", name,
				       at->virtual_packages[i]->version);
	if (!strncmp(name, "__", 2))
		return "which this machine does not have";
	there = eg_explain_available(arena, tree->universe, name, dep);
	return there ? eg_strf(arena, "which no channel has (there is %s %s)", name, there) : "which no channel has";
}

static void tell_needs(struct tree *tree, const char *name, int depth);

static void tell_fact(struct tree *tree, const struct eg_solver_problem *fact, int depth)
{
	struct eg_arena *arena = tree->state->run->arena;
	const char *who = sources(tree, fact), *first;

	switch (fact->kind) {
	case EG_PROBLEM_REQUIRES:
		tell(tree, depth, eg_strf(arena, "%s needs %s%s", who, needs(tree, fact), ruled_out(tree, fact)));
		if (!eg_map_get(&tree->roots, name_of(tree, fact->dep)))
			tell_needs(tree, name_of(tree, fact->dep), depth + 1);
		break;
	case EG_PROBLEM_NOTHING_FOR:
		tell(tree, depth, eg_strf(arena, "%s needs %s, %s", who, needs(tree, fact), missing(tree, fact->dep)));
		break;
	case EG_PROBLEM_CONSTRAINS:
		if (fact->target)
			tell(tree, depth, eg_strf(arena, "%s allows only %s, not %s %s %s", who, needs(tree, fact),
						  fact->target->name, fact->target->version, fact->target->build));
		break;
	case EG_PROBLEM_STRICT_PRIORITY:
		first = eg_explain_first_channel(tree->universe, fact->source->name);
		tell(tree, depth, eg_strf(arena, "%s of %s is left out: %s%s comes before it and has %s "
					  "(channel_priority: strict)", who, fact->source->channel, first ? "channel " : "a channel",
					  first ? first : "", fact->source->name));
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

static bool is_pin(const struct eg_solver_problem *fact)
{
	return fact->kind == EG_PROBLEM_CONSTRAINS && !fact->source && fact->dep;
}

static bool is_root(const struct eg_solver_problem *fact)
{
	return (fact->kind == EG_PROBLEM_JOB || fact->kind == EG_PROBLEM_FROZEN) && fact->dep &&
	       strncmp(fact->dep, "pin-", 4) != 0;
}

static const char *origin(const struct tree *tree, const struct eg_solver_problem *fact)
{
	struct eg_arena *arena = tree->state->run->arena;
	const char *name = name_of(tree, fact->dep), *dep = trimmed(arena, fact->dep);
	const struct eg_matchspec *pin = eg_map_get(&tree->state->pinned, name);

	if (is_pin(fact))
		return eg_strf(arena, "%s is pinned%s", dep, pin ? "" : ": the installed series is kept");
	if (eg_map_get(&tree->state->requested, name))
		return eg_strf(arena, "%s is asked for", dep);
	if (fact->kind == EG_PROBLEM_FROZEN)
		return eg_strf(arena, "%s stays as it is installed", dep);
	if (eg_map_get(&tree->state->history, name))
		return eg_strf(arena, "%s was asked for before (history)", dep);
	return eg_strf(arena, "%s is wanted", dep);
}

static void find_roots(struct tree *tree)
{
	for (size_t i = 0; i < tree->outcome->facts.n; i++) {
		const struct eg_solver_problem *fact = &tree->outcome->facts.v[i];
		const char *name = is_root(fact) || is_pin(fact) ? name_of(tree, fact->dep) : NULL;

		if (name && !eg_map_get(&tree->roots, name))
			eg_map_put(&tree->roots, name, (void *)trimmed(tree->state->run->arena, fact->dep));
	}
}

static void tell_roots(struct tree *tree)
{
	struct eg_map told = {.arena = tree->state->run->arena};

	for (int pins = 0; pins < 2; pins++)
		for (size_t i = 0; i < tree->outcome->facts.n; i++) {
			const struct eg_solver_problem *fact = &tree->outcome->facts.v[i];

			if (!(pins ? is_pin(fact) : is_root(fact)))
				continue;
			const char *text = origin(tree, fact);
			if (eg_map_get(&told, text))
				continue;
			eg_map_put(&told, text, &present);
			tell(tree, 0, text);
			tell_needs(tree, name_of(tree, fact->dep), 1);
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

static const char *channel_names(const struct tree *tree)
{
	struct eg_arena *arena = tree->state->run->arena;
	const char *text = "";

	for (size_t i = 0; i < tree->state->n_channels; i++)
		text = eg_strf(arena, "%s%s%s", text, i ? ", " : "", tree->state->channels[i].name);
	return text;
}

/* What is asked for and nowhere to be had makes all else idle. */
static bool tell_not_found(struct tree *tree)
{
	struct eg_arena *arena = tree->state->run->arena;
	struct eg_map told = {.arena = arena};

	for (size_t i = 0; i < tree->outcome->facts.n; i++) {
		const struct eg_solver_problem *fact = &tree->outcome->facts.v[i];
		const char *dep = fact->kind == EG_PROBLEM_NOTHING_ASKED && fact->dep ? trimmed(arena, fact->dep) : NULL;

		if (!dep || eg_map_get(&told, dep))
			continue;
		eg_map_put(&told, dep, &present);
		const char *there = eg_explain_available(arena, tree->universe, name_of(tree, dep), dep);
		if (there)
			tell(tree, 0, eg_strf(arena, "%s is asked for, which no channel has (there is %s %s)", dep,
					      name_of(tree, dep), there));
		else
			tell(tree, 0, eg_strf(arena, "%s is asked for, and no channel has a package of this name (%s)", dep,
					      channel_names(tree)));
	}
	return tree->lines.n;
}

void eg_conda_explain(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
		      const struct eg_solver_outcome *outcome, struct eg_plan *plan)
{
	struct tree tree = {.state = state, .universe = universe, .outcome = outcome, .seen.arena = state->run->arena,
			    .roots.arena = state->run->arena};

	plan->status = EG_IMPOSSIBLE;
	if (tell_not_found(&tree)) {
		plan->error_kind = "packages-not-found";
		plan->error = "what is asked for is in no channel";
	} else {
		plan->error_kind = "unsatisfiable";
		plan->error = state->n_installed ? "what is asked for and what is there cannot be had together"
						 : "what is asked for cannot be had together";
		find_roots(&tree);
		tell_roots(&tree);
		tell_rest(&tree);
	}
	draw(&tree, &plan->conflict);
	for (size_t i = 0; i < outcome->problems.n && !plan->conflict.n; i++)
		eg_vec_push(state->run->arena, &plan->conflict, outcome->problems.v[i].text);
}
