#include "pip_given.h"

#include "pip_plan.h"
#include "strs.h"
#include "url.h"

struct given {
	struct eg_run *run;
	const struct eg_transaction *transaction;
	const struct eg_interpreter *interpreter;
	struct eg_plan *plan;
	struct eg_map roots; /* project: the requirement as asked for */
};

static const char *canonical(struct eg_arena *arena, const char *version)
{
	struct eg_version parsed;

	return eg_version_parse(arena, version, strlen(version), &parsed) ? parsed.canonical : eg_strdup(arena, version);
}

/* The requirement that TEXT is, where its marker holds; false otherwise. */
static bool requirement(const struct given *g, const char *text, const struct eg_strs *extras,
			struct eg_requirement *ret)
{
	const struct eg_marker_env *env = &g->interpreter->markers;
	const char *why;

	if (!eg_requirement_parse(g->run->arena, text, strlen(text), ret, &why) &&
	    !eg_requirement_parse_legacy(g->run->arena, text, strlen(text), ret))
		return false;
	bool holds = eg_marker_holds(ret->marker, env, "");

	for (size_t i = 0; i < extras->n && !holds; i++)
		holds = eg_marker_holds(ret->marker, env, extras->v[i]);
	return holds;
}

static void name_root(struct given *g, const char *project, const char *text)
{
	if (!eg_strs_has(&g->plan->requested, project))
		eg_vec_push(g->run->arena, &g->plan->requested, project);
	if (!eg_map_get(&g->roots, project))
		eg_map_put(&g->roots, project, eg_strdup(g->run->arena, text));
}

/* What was asked for, by name; a path or an address has its name in the list of what comes. */
static void read_roots(struct given *g)
{
	const struct eg_transaction *t = g->transaction;
	struct eg_requirement req;
	const char *why;

	for (size_t i = 0; i < t->requested.n; i++) {
		const char *text = t->requested.v[i];
		if (eg_requirement_parse(g->run->arena, text, strlen(text), &req, &why))
			name_root(g, req.project, eg_requirement_text(g->run->arena, &req));
	}
	for (size_t i = 0; i < t->n_given; i++)
		if (t->given[i].requested)
			name_root(g, eg_normalize(g->run->arena, t->given[i].name, strlen(t->given[i].name)),
				  t->given[i].name);
}

static struct eg_package *package_of(const struct given *g, const struct eg_given *given)
{
	struct eg_arena *arena = g->run->arena;
	struct eg_package *package = EG_NEW(arena, struct eg_package);
	struct eg_requirement req;

	*package = (struct eg_package){
		.ecosystem = EG_PYTHON,
		.name = eg_normalize(arena, given->name, strlen(given->name)),
		.version = canonical(arena, given->version),
		.file = given->file,
		.url = given->url ? eg_url_public(arena, given->url) : NULL,
		.sha256 = given->sha256,
		.size = given->size,
		.editable = given->editable,
	};
	if (given->direct || given->editable)
		package->direct_url = package->url;
	for (size_t i = 0; i < given->requires.n; i++)
		if (requirement(g, given->requires.v[i], &given->extras, &req))
			eg_vec_push(arena, &package->requires, eg_requirement_text(arena, &req));
	return package;
}

static int compare(struct eg_arena *arena, const char *from, const char *to)
{
	struct eg_version a, b;

	if (!eg_version_parse(arena, from, strlen(from), &a))
		return -1;
	return eg_version_parse(arena, to, strlen(to), &b) ? eg_version_cmp(&a, &b) : 1;
}

static void add_changes(struct given *g)
{
	struct eg_plan *plan = g->plan;

	plan->changes = EG_ARRAY(g->run->arena, struct eg_change, g->transaction->n_given);
	for (size_t i = 0; i < g->transaction->n_given; i++) {
		const struct eg_given *given = &g->transaction->given[i];
		struct eg_package *to = package_of(g, given);
		struct eg_package *from =
			given->replaces ? eg_package_find(plan->before, plan->n_before, to->name) : NULL;
		plan->changes[plan->n_changes++] = (struct eg_change){
			.action = eg_action_of(from, to, from ? compare(g->run->arena, from->version, to->version) : -1),
			.requested = eg_strs_has(&plan->requested, to->name),
			.from = from,
			.to = to,
		};
	}
}

static void add_removals(struct given *g)
{
	struct eg_plan *plan = g->plan;

	plan->changes = EG_ARRAY(g->run->arena, struct eg_change, plan->requested.n);
	for (size_t i = 0; i < plan->requested.n; i++) {
		struct eg_package *from = eg_package_find(plan->before, plan->n_before, plan->requested.v[i]);
		if (from)
			plan->changes[plan->n_changes++] =
				(struct eg_change){.action = EG_REMOVE, .requested = true, .from = from};
	}
}

/* How a package comes into the environment: the requirement, and whose it is (NULL: the command's). */
struct way {
	const struct eg_package *parent;
	const char *text;
	bool reached;
};

static size_t position(const struct eg_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n_after; i++)
		if (!strcmp(plan->after[i]->name, name))
			return i;
	return plan->n_after;
}

/* The shortest ways from what was asked for, breadth first. */
static struct way *find_ways(const struct given *g)
{
	const struct eg_plan *plan = g->plan;
	struct way *ways = EG_ARRAY(g->run->arena, struct way, plan->n_after + 1);
	size_t *queue = EG_ARRAY(g->run->arena, size_t, plan->n_after + 1), head = 0, tail = 0;
	struct eg_requirement req;
	const struct eg_strs none = {0};

	for (size_t i = 0; i < plan->n_after; i++) {
		const char *text = eg_map_get(&g->roots, plan->after[i]->name);
		if (!text)
			continue;
		ways[i] = (struct way){.text = text, .reached = true};
		queue[tail++] = i;
	}
	while (head < tail) {
		const struct eg_package *parent = plan->after[queue[head++]];
		for (size_t i = 0; i < parent->requires.n; i++) {
			if (!requirement(g, parent->requires.v[i], &none, &req))
				continue;
			size_t at = position(plan, req.project);
			if (at == plan->n_after || ways[at].reached)
				continue;
			ways[at] = (struct way){.parent = parent, .text = parent->requires.v[i], .reached = true};
			queue[tail++] = at;
		}
	}
	return ways;
}

/* A requirement that FROM does not satisfy explains its change better than the nearest one. */
static struct way culprit(const struct given *g, const struct eg_package *from, const struct way *ways, size_t at)
{
	const struct eg_plan *plan = g->plan;
	const struct eg_strs none = {0};
	struct eg_requirement req;
	struct eg_version version;

	if (!from || !eg_version_parse(g->run->arena, from->version, strlen(from->version), &version))
		return ways[at];
	if (ways[at].reached && !ways[at].parent && requirement(g, ways[at].text, &none, &req) &&
	    !eg_specset_contains(&req.spec, &version))
		return ways[at];
	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *parent = plan->after[i];
		for (size_t k = 0; ways[i].reached && k < parent->requires.n; k++)
			if (requirement(g, parent->requires.v[k], &none, &req) && !strcmp(req.project, from->name) &&
			    !eg_specset_contains(&req.spec, &version))
				return (struct way){.parent = parent, .text = parent->requires.v[k], .reached = true};
	}
	return ways[at];
}

static void explain(const struct given *g, const struct way *ways, struct eg_change *change)
{
	struct eg_arena *arena = g->run->arena;
	struct eg_strs steps = {0};
	struct way way = culprit(g, change->from, ways, position(g->plan, change->to->name));

	if (!way.reached)
		return;
	eg_vec_push(arena, &steps, way.text);
	for (size_t limit = g->plan->n_after; way.parent && limit; limit--) {
		eg_vec_push(arena, &steps, eg_strf(arena, "%s %s", way.parent->name, way.parent->version));
		way = ways[position(g->plan, way.parent->name)];
	}
	for (size_t i = steps.n; i-- > 0;)
		eg_vec_push(arena, &change->why, steps.v[i]);
}

void eg_pip_given(struct eg_run *run, const struct eg_transaction *transaction, const struct eg_interpreter *interpreter,
		  struct eg_installed *installed, struct eg_plan *ret)
{
	struct given g = {
		.run = run,
		.transaction = transaction,
		.interpreter = interpreter,
		.plan = ret,
		.roots.arena = run->arena,
	};

	for (size_t i = 0; i < transaction->indexes.n; i++)
		eg_vec_push(run->arena, &ret->indexes, eg_url_public(run->arena, transaction->indexes.v[i]));
	ret->asks_upgrade = transaction->upgrade;
	eg_installed_packages(run, interpreter, installed, &ret->before, &ret->n_before);
	read_roots(&g);
	if (transaction->removes)
		add_removals(&g);
	else
		add_changes(&g);
	eg_plan_finish(run, ret);
	const struct way *ways = find_ways(&g);
	for (size_t i = 0; i < ret->n_changes; i++) {
		if (ret->changes[i].to)
			explain(&g, ways, &ret->changes[i]);
		else
			eg_vec_push(run->arena, &ret->changes[i].why, ret->changes[i].from->name);
	}
	ret->status = EG_SOLVED;
}
