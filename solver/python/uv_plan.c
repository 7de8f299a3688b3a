/* From the decisions to the plan: what changes and why (uv-installer: plan.rs). */
#include "pip_plan.h"
#include "strs.h"
#include "uv_resolver.h"

enum { MAX_CONFLICT_LINES = 12 };

/* ---- why ---- */

static bool is_decided(const struct eg_uv *uv, const struct eg_uv_package *package, const struct eg_version *version)
{
	const struct eg_version *decided = eg_pubgrub_version(uv->pg, package->number);

	return decided && (!version || !eg_version_cmp(decided, version));
}

static bool counts(const struct eg_uv *uv, const struct eg_uv_edge *edge)
{
	if (!edge->req)
		return false;
	if (edge->from->kind == EG_UV_ROOT)
		return !uv->request->synced || eg_strs_has(uv->request->synced, edge->to->name->name);
	return is_decided(uv, edge->from, edge->version);
}

/* For each project the requirement through which it is reached on the shortest way. */
static void find_ways(struct eg_uv *uv, struct eg_map *ways)
{
	EG_VEC(struct eg_uv_edge *) edges = {0};
	size_t before;

	for (size_t i = 0; i < uv->edges.n; i++)
		if (counts(uv, &uv->edges.v[i]))
			eg_vec_push(uv->run->arena, &edges, &uv->edges.v[i]);
	do { /* one step further from the request each time */
		struct eg_map now = {.arena = uv->run->arena};

		before = ways->n;
		for (size_t i = 0; i < edges.n; i++) {
			const struct eg_uv_name *from = edges.v[i]->from->name;
			const char *to = edges.v[i]->to->name->name;

			if (!eg_map_get(ways, to) && !eg_map_get(&now, to) && (!from || eg_map_get(ways, from->name)))
				eg_map_put(&now, to, edges.v[i]);
		}
		for (size_t i = 0; i < now.n; i++)
			eg_map_put(ways, now.v[i].key, now.v[i].value);
	} while (ways->n > before);
}

/* A requirement that the installed version does not satisfy explains its change better than the nearest one. */
static const struct eg_uv_edge *culprit(struct eg_uv *uv, const struct eg_map *ways, const char *project,
					const struct eg_dist *dist)
{
	for (size_t i = 0; i < uv->edges.n && dist && dist->version.key; i++) {
		const struct eg_uv_edge *edge = &uv->edges.v[i];

		if (counts(uv, edge) && !strcmp(edge->to->name->name, project) &&
		    !eg_specset_contains(&edge->req->spec, &dist->version))
			return edge;
	}
	return eg_map_get(ways, project);
}

static void explain(struct eg_uv *uv, const struct eg_map *ways, const struct eg_uv_edge *edge, struct eg_strs *ret)
{
	struct eg_arena *arena = uv->run->arena;
	struct eg_strs steps = {0};
	size_t limit = uv->names.n + 1;

	if (edge)
		eg_vec_push(arena, &steps, eg_requirement_text(arena, edge->req));
	while (edge && edge->from->name && limit--) {
		const struct eg_uv_package *from = edge->from;

		eg_vec_push(arena, &steps, from->extra ? eg_strf(arena, "%s[%s] %s", from->name->name, from->extra,
								 edge->version->canonical)
						       : eg_strf(arena, "%s %s", from->name->name, edge->version->canonical));
		edge = eg_map_get(ways, from->name->name);
	}
	for (size_t i = steps.n; i-- > 0;)
		eg_vec_push(arena, ret, steps.v[i]);
}

/* ---- changes ---- */

static const struct eg_uv_candidate *candidate_decided(const struct eg_uv_name *name, const struct eg_version *version)
{
	for (size_t i = 0; i < name->candidates.n; i++)
		if (name->candidates.v[i]->version == version)
			return name->candidates.v[i];
	return NULL;
}

static struct eg_package *new_package(struct eg_uv *uv, struct eg_uv_name *name, const struct eg_uv_candidate *candidate)
{
	struct eg_package *package = EG_NEW(uv->run->arena, struct eg_package);
	const struct eg_page_detail *detail = eg_link_detail(uv->index, candidate->link);
	struct eg_strs extras = {0};

	*package = (struct eg_package){
		.ecosystem = EG_PYTHON,
		.name = name->name,
		.version = candidate->version->canonical,
		.file = candidate->link->file.filename,
		.url = eg_url_public(uv->run->arena, detail->url),
		.sha256 = detail->sha256,
		.index = candidate->link->index,
		.size = detail->size,
		.editable = name->url_line && name->url_line->editable,
	};
	if (name->url)
		package->direct_url = package->url;
	for (size_t i = 0; i < uv->by_number.n; i++) {
		const struct eg_uv_package *p = uv->by_number.v[i];

		if (p->name == name && p->kind == EG_UV_PACKAGE && p->extra && is_decided(uv, p, NULL) &&
		    !eg_strs_has(&extras, p->extra))
			eg_vec_push(uv->run->arena, &extras, p->extra);
	}
	eg_requires_of(uv->run, uv->interpreter, candidate->metadata, &extras, &package->requires);
	return package;
}

/* Does what is installed stay as it is? */
static bool stays(struct eg_uv *uv, struct eg_uv_name *name, const struct eg_uv_candidate *candidate, struct eg_dist *dist)
{
	if (!dist || eg_uv_chosen(&uv->request->reinstall, name->name))
		return false;
	if (candidate->dist)
		return true;
	if (name->url)
		return eg_uv_same_url(uv, dist, name->url) && !eg_version_cmp(&dist->version, candidate->version);
	eg_dist_load(uv->run, dist);
	if (uv->request->stateless && dist->direct_url) /* what came from elsewhere is not what the index has */
		return false;
	return dist->version.key && !eg_version_cmp(&dist->version, candidate->version);
}

static void add_change(struct eg_uv *uv, struct eg_plan *plan, const struct eg_map *ways, struct eg_uv_name *name,
		       const struct eg_uv_candidate *candidate)
{
	struct eg_dist *dist = eg_map_get(&uv->installed->by_project, name->name);
	struct eg_change *change = &plan->changes[plan->n_changes];

	if (uv->request->pip.ignore_installed)
		dist = NULL;
	if (stays(uv, name, candidate, dist))
		return;
	*change = (struct eg_change){
		.requested = eg_strs_has(&plan->requested, name->name),
		.from = dist ? eg_package_find(plan->before, plan->n_before, dist->project) : NULL,
		.to = candidate->link ? new_package(uv, name, candidate) : NULL,
		.assumed = eg_strs_has(&uv->assumed, name->name),
	};
	if (!change->to)
		return;
	change->action = eg_action_of(change->from, change->to,
				      dist && dist->version.key ? eg_version_cmp(&dist->version, candidate->version) : -1);
	explain(uv, ways, culprit(uv, ways, name->name, dist), &change->why);
	plan->n_changes++;
}

/* An exact plan removes what nothing asks for. */
static void remove_the_rest(struct eg_uv *uv, const struct eg_map *ways, struct eg_plan *plan)
{
	struct eg_strs seeds = eg_uv_seeds(uv->run, uv->interpreter);

	for (size_t i = 0; i < plan->n_before; i++)
		if (!eg_map_get(ways, plan->before[i]->name) && !eg_strs_has(&seeds, plan->before[i]->name))
			plan->changes[plan->n_changes++] = (struct eg_change){.action = EG_REMOVE, .from = plan->before[i]};
}

void eg_uv_plan(struct eg_uv *uv, struct eg_plan *plan)
{
	struct eg_run *run = uv->run;
	struct eg_map ways = {.arena = run->arena};

	for (size_t i = 0; i < uv->request->pip.indexes.n; i++)
		eg_vec_push(run->arena, &plan->indexes, eg_url_public(run->arena, uv->request->pip.indexes.v[i]));
	eg_requested_names(run, &uv->request->pip, &plan->requested);
	for (size_t i = 0; i < uv->unnamed.n; i++)
		if (uv->unnamed.v[i].req.project && !eg_strs_has(&plan->requested, uv->unnamed.v[i].req.project))
			eg_vec_push(run->arena, &plan->requested, uv->unnamed.v[i].req.project);
	plan->asks_upgrade = uv->request->upgrade.all || uv->request->upgrade.names.n;
	eg_installed_packages(run, uv->interpreter, uv->installed, &plan->before, &plan->n_before);
	plan->changes = EG_ARRAY(run->arena, struct eg_change, uv->by_number.n + plan->n_before + 1);
	if (!uv->pg) { /* satisfied as it is */
		eg_plan_finish(run, plan);
		return;
	}
	find_ways(uv, &ways);
	for (size_t i = 0; i < uv->by_number.n; i++) {
		const struct eg_uv_package *p = uv->by_number.v[i];
		const struct eg_version *version;

		if (p->kind != EG_UV_PACKAGE || p->extra || *p->marker)
			continue;
		version = eg_pubgrub_version(uv->pg, p->number);
		const struct eg_uv_candidate *candidate = version ? candidate_decided(p->name, version) : NULL;
		if (candidate && eg_map_get(&ways, p->name->name))
			add_change(uv, plan, &ways, p->name, candidate);
	}
	if (uv->request->exact)
		remove_the_rest(uv, &ways, plan);
	eg_plan_finish(run, plan);
}

/* ---- conflicts ---- */

/* The requirements behind "PACKAGE in VERSIONS depends on ON". */
static const char *dependency_text(struct eg_uv *uv, const struct eg_incompat *incompat)
{
	struct eg_arena *arena = uv->run->arena;
	const struct eg_uv_package *from = uv->by_number.v[incompat->terms[0].package];
	const struct eg_uv_package *to = incompat->n > 1 ? uv->by_number.v[incompat->terms[1].package] : NULL;

	for (size_t i = 0; i < uv->edges.n && to; i++) {
		const struct eg_uv_edge *edge = &uv->edges.v[i];

		if (edge->from != from || edge->to != to || !edge->req)
			continue;
		if (!from->name)
			return eg_strf(arena, "the request asks for %s", eg_requirement_text(arena, edge->req));
		if (eg_range_contains(incompat->terms[0].term.range, edge->version) &&
		    eg_range_same(eg_range_of_specs(arena, &edge->req->spec), incompat->terms[1].term.range))
			return eg_strf(arena, "%s %s requires %s", from->name->name, edge->version->canonical,
				       eg_requirement_text(arena, edge->req));
	}
	if (to && to->kind == EG_UV_PYTHON)
		return eg_strf(arena, "%s is for another Python than %s", from->name->name, uv->python.canonical);
	return NULL;
}

static const char *incompat_text(struct eg_uv *uv, const struct eg_incompat *incompat)
{
	struct eg_arena *arena = uv->run->arena;
	const struct eg_uv_package *package = uv->by_number.v[incompat->terms[0].package];

	switch (incompat->kind) {
	case EG_INCOMPAT_DEPENDENCY:
		return dependency_text(uv, incompat);
	case EG_INCOMPAT_NO_VERSIONS:
		return package->name ? eg_strf(arena, "no other version of %s fits", package->name->name) : NULL;
	case EG_INCOMPAT_UNAVAILABLE:
		return package->name ? eg_strf(arena, "%s cannot be had: %s", package->name->name, incompat->reason) : NULL;
	case EG_INCOMPAT_ROOT:
	case EG_INCOMPAT_DERIVED:
		break;
	}
	return NULL;
}

/* The leaves of the proof, the user's own requirements first. */
static void collect(struct eg_uv *uv, const struct eg_incompat *proof, struct eg_strs *own, struct eg_strs *others)
{
	struct eg_arena *arena = uv->run->arena;
	EG_VEC(const struct eg_incompat *) stack = {0};
	struct eg_map seen = {.arena = arena};

	eg_vec_push(arena, &stack, proof);
	while (stack.n) {
		const struct eg_incompat *incompat = stack.v[--stack.n];
		const char *key = eg_strf(arena, "%p", (const void *)incompat), *text;

		if (eg_map_get(&seen, key))
			continue;
		eg_map_put(&seen, key, (void *)incompat);
		if (incompat->kind == EG_INCOMPAT_DERIVED) {
			eg_vec_push(arena, &stack, incompat->causes[1]);
			eg_vec_push(arena, &stack, incompat->causes[0]);
		} else if (incompat->n && (text = incompat_text(uv, incompat)) && !eg_strs_has(own, text) &&
			   !eg_strs_has(others, text)) {
			bool root = incompat->kind == EG_INCOMPAT_DEPENDENCY && !incompat->terms[0].package;

			if (root)
				eg_vec_push(arena, own, text);
			else
				eg_vec_push(arena, others, text);
		}
	}
}

void eg_uv_tell_conflict(struct eg_uv *uv, const struct eg_incompat *proof, struct eg_plan *plan)
{
	struct eg_strs own = {0}, others = {0};

	collect(uv, proof, &own, &others);
	for (size_t i = 0; i < others.n && own.n < MAX_CONFLICT_LINES; i++)
		eg_vec_push(uv->run->arena, &own, others.v[i]);
	plan->status = EG_IMPOSSIBLE;
	plan->conflict = own;
	plan->error_kind = "resolution-impossible";
	plan->error = "uv finds no versions that satisfy all requirements";
}
