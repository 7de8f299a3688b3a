#include "pip_plan.h"

#include <stdlib.h>

#include "mirrors.h"
#include "strs.h"

static int by_name(const void *a, const void *b)
{
	const struct eg_package *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int by_change_name(const void *a, const void *b)
{
	const struct eg_change *x = a, *y = b;

	return strcmp((x->to ? x->to : x->from)->name, (y->to ? y->to : y->from)->name);
}

void eg_requires_of(struct eg_run *run, const struct eg_interpreter *interpreter, const struct eg_metadata *metadata,
		    const struct eg_strs *extras, struct eg_strs *ret)
{
	for (size_t i = 0; metadata && i < metadata->n_requires_dist; i++) {
		const struct eg_requirement *req = &metadata->requires_dist[i];
		bool holds = eg_marker_holds(req->marker, &interpreter->markers, "");

		for (size_t j = 0; extras && j < extras->n && !holds; j++)
			holds = eg_marker_holds(req->marker, &interpreter->markers, extras->v[j]);
		if (holds)
			eg_vec_push(run->arena, ret, eg_requirement_text(run->arena, req));
	}
}

static struct eg_package *installed_package(struct eg_run *run, const struct eg_interpreter *interpreter,
					    struct eg_dist *dist)
{
	struct eg_package *package = EG_NEW(run->arena, struct eg_package);

	eg_dist_load(run, dist);
	*package = (struct eg_package){
		.ecosystem = EG_PYTHON,
		.name = dist->project,
		.version = dist->version.key ? dist->version.canonical : dist->version.text,
		.size = -1,
		.installer = dist->installer,
		.direct_url = dist->direct_url,
		.editable = dist->editable != NULL,
		.from_source = dist->from_source,
		.properties = dist->properties,
	};
	eg_requires_of(run, interpreter, dist->metadata, NULL, &package->requires);
	return package;
}

void eg_installed_packages(struct eg_run *run, const struct eg_interpreter *interpreter, struct eg_installed *installed,
			   struct eg_package ***ret, size_t *ret_n)
{
	struct eg_package **v = EG_ARRAY(run->arena, struct eg_package *, installed->n);

	for (size_t i = 0; i < installed->n; i++)
		v[i] = installed_package(run, interpreter, installed->v[i]);
	qsort(v, installed->n, sizeof(struct eg_package *), by_name);
	*ret = v;
	*ret_n = installed->n;
}

void eg_requested_names(struct eg_run *run, const struct eg_pip_request *request, struct eg_strs *ret)
{
	for (size_t i = 0; i < request->roots.n; i++) {
		const struct eg_pip_line *line = &request->roots.v[i];

		if (line->holds && line->req.project && !eg_strs_has(ret, line->req.project))
			eg_vec_push(run->arena, ret, line->req.project);
	}
}

static struct eg_candidate *pin(const struct eg_search_result *result, const struct eg_identifier *id)
{
	return id->number < result->n_pins ? result->pins[id->number] : NULL;
}

static const struct eg_criterion *criterion(const struct eg_search_result *result, const struct eg_identifier *id)
{
	for (size_t i = 0; i < result->n_criteria; i++)
		if (result->criteria[i]->id == id)
			return result->criteria[i];
	return NULL;
}

/* The shortest way from the user's requirements to ID: for each identifier the requirement through which it is reached. */
static const struct eg_info **shortest_ways(struct eg_factory *factory, const struct eg_search_result *result)
{
	struct eg_arena *arena = factory->run->arena;
	const struct eg_info **way = EG_ARRAY(arena, const struct eg_info *, factory->identifiers.n);
	bool *reached = EG_ARRAY(arena, bool, factory->identifiers.n);

	for (bool news = true; news;) {
		bool *now = EG_ARRAY(arena, bool, factory->identifiers.n);

		news = false;
		for (size_t i = 0; i < result->n_criteria; i++) {
			const struct eg_criterion *c = result->criteria[i];

			for (const struct eg_infos *j = c->infos; j && !reached[c->id->number]; j = j->next) {
				const struct eg_candidate *parent = j->info->parent;

				if (parent && !(pin(result, parent->id) == parent && reached[parent->id->number]))
					continue;
				way[c->id->number] = j->info;
				now[c->id->number] = news = true;
			}
		}
		for (size_t i = 0; i < factory->identifiers.n; i++)
			reached[i] |= now[i];
	}
	return way;
}

/* Where something was installed: a requirement that it does not satisfy explains the change better than the nearest one. */
static const struct eg_info *culprit(const struct eg_search_result *result, const struct eg_identifier *id,
				     const struct eg_dist *dist, const struct eg_info *const *ways)
{
	const struct eg_criterion *c = criterion(result, id);

	for (const struct eg_infos *i = c && dist && dist->version.key ? c->infos : NULL; i; i = i->next) {
		const struct eg_info *info = i->info;

		if (info->req->kind == EG_REQ_SPECIFIER && !eg_specset_contains(info->req->set, &dist->version) &&
		    (!info->parent || (pin(result, info->parent->id) == info->parent && ways[info->parent->id->number])))
			return info;
	}
	return ways[id->number];
}

/* The steps, root first: "foo 1.2", …, "torch>=2.3". */
static void explain(struct eg_factory *factory, const struct eg_info *last, const struct eg_info *const *ways,
		    struct eg_strs *ret)
{
	struct eg_arena *arena = factory->run->arena;
	struct eg_strs steps = {0};
	size_t limit = factory->identifiers.n + 1;

	if (!last)
		return;
	eg_vec_push(arena, &steps, eg_req_text(arena, last->req));
	for (const struct eg_candidate *parent = last->parent; parent && limit--;) {
		const struct eg_info *info = ways[parent->id->number];

		/* "foo[x] 1.2" stands for its base as well */
		const char *text = eg_strf(arena, "%s %s", parent->id->name, parent->version->canonical);
		if (strcmp(text, steps.v[steps.n - 1]))
			eg_vec_push(arena, &steps, text);
		if (!info)
			break;
		parent = info->parent;
	}
	for (size_t i = steps.n; i-- > 0;)
		eg_vec_push(arena, ret, steps.v[i]);
}

static struct eg_package *new_package(struct eg_factory *factory, const struct eg_search_result *result,
				      const struct eg_candidate *candidate)
{
	struct eg_run *run = factory->run;
	struct eg_package *package = EG_NEW(run->arena, struct eg_package);
	const struct eg_page_detail *detail = eg_link_detail(factory->index, candidate->link);
	struct eg_strs extras = {0};

	*package = (struct eg_package){
		.ecosystem = EG_PYTHON,
		.name = candidate->id->project,
		.version = candidate->version->canonical,
		.file = candidate->link->file.filename,
		.url = eg_mirror_public(run, eg_url_public(run->arena, detail->url)),
		.sha256 = detail->sha256,
		.index = candidate->link->index,
		.size = detail->size,
		.editable = candidate->editable,
	};
	if (candidate->explicit)
		package->direct_url = package->url;
	for (size_t i = 0; i < result->n_criteria; i++) {
		const struct eg_identifier *id = result->criteria[i]->id;

		if (id->base == candidate->id && id != id->base && pin(result, id))
			for (size_t j = 0; j < id->n_extras; j++)
				eg_vec_push(run->arena, &extras, id->extras[j]);
	}
	eg_requires_of(run, factory->interpreter, candidate->metadata, &extras, &package->requires);
	return package;
}

/* What is installed with --target, --prefix or --root leaves the environment alone. */
static bool is_elsewhere(const struct eg_pip_request *request)
{
	return request->target || request->prefix_dir || request->root;
}

/* Does the pin change anything (resolver.py, resolve)? *ret_replaced is what it takes the place of. */
static bool changes(const struct eg_factory *factory, const struct eg_candidate *candidate, struct eg_dist **ret_replaced)
{
	const struct eg_pip_request *request = factory->request;
	struct eg_dist *dist = eg_map_get(&factory->installed->by_project, candidate->id->project);

	if (dist && request->user && !dist->in_user_site)
		dist = NULL; /* it is shadowed, not replaced */
	*ret_replaced = is_elsewhere(request) ? NULL : dist; /* --ignore-installed lays over what it does not remove */
	if (request->ignore_installed)
		return true;
	if (!dist || request->force_reinstall || !dist->version.key || eg_version_cmp(&dist->version, candidate->version))
		return true;
	if (candidate->editable || dist->editable)
		return true;
	if (candidate->explicit && candidate->link->path) {
		const char *name = candidate->link->file.filename;
		size_t n = strlen(name);

		return n < 4 || strcmp(name + n - 4, ".whl");
	}
	return false;
}

static bool is_assumed(const struct eg_factory *factory, const char *project)
{
	return eg_strs_has(&factory->assumed, project);
}

static void add_change(struct eg_factory *factory, const struct eg_search_result *result, struct eg_plan *plan,
		       struct eg_candidate *candidate, const struct eg_info *const *ways)
{
	struct eg_change *change = &plan->changes[plan->n_changes];
	struct eg_dist *dist;

	if (!changes(factory, candidate, &dist))
		return;
	if (dist) /* loaded above */
		eg_dist_load(factory->run, dist);
	*change = (struct eg_change){
		.requested = eg_strs_has(&plan->requested, candidate->id->project),
		.from = dist ? eg_package_find(plan->before, plan->n_before, dist->project) : NULL,
		.to = new_package(factory, result, candidate),
		.assumed = is_assumed(factory, candidate->id->project),
	};
	if (change->requested && factory->request->only_deps)
		return;
	change->action = eg_action_of(change->from, change->to,
				      dist && dist->version.key ? eg_version_cmp(&dist->version, candidate->version) : -1);
	explain(factory, culprit(result, candidate->id, dist, ways), ways, &change->why);
	plan->n_changes++;
}

void eg_plan_finish(struct eg_run *run, struct eg_plan *plan)
{
	size_t n = 0;

	qsort(plan->changes, plan->n_changes, sizeof(*plan->changes), by_change_name);
	plan->after = EG_ARRAY(run->arena, struct eg_package *, plan->n_before + plan->n_changes);
	for (size_t i = 0; i < plan->n_before; i++) {
		bool stays = true;

		for (size_t j = 0; j < plan->n_changes && stays; j++)
			stays = plan->changes[j].from != plan->before[i] &&
				!(plan->changes[j].to && !strcmp(plan->changes[j].to->name, plan->before[i]->name));
		if (stays)
			plan->after[n++] = plan->before[i];
	}
	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].to)
			plan->after[n++] = plan->changes[i].to;
	qsort(plan->after, n, sizeof(struct eg_package *), by_name);
	plan->n_after = n;
}

void eg_pip_plan(struct eg_factory *factory, const struct eg_search_result *result, struct eg_plan *plan)
{
	struct eg_run *run = factory->run;
	const struct eg_info **ways = shortest_ways(factory, result);

	for (size_t i = 0; i < factory->request->indexes.n; i++)
		eg_vec_push(run->arena, &plan->indexes, eg_url_public(run->arena, factory->request->indexes.v[i]));
	eg_requested_names(run, factory->request, &plan->requested);
	for (size_t i = 0; i < result->n_criteria; i++) { /* URLs and paths without a name have got one */
		const struct eg_candidate *c = pin(result, result->criteria[i]->id);

		for (const struct eg_infos *j = result->criteria[i]->infos; j && c; j = j->next)
			if (!j->info->parent && c->kind != EG_CAND_PYTHON && !eg_strs_has(&plan->requested, c->id->project))
				eg_vec_push(run->arena, &plan->requested, c->id->project);
	}
	plan->asks_upgrade = factory->request->upgrade != EG_TO_SATISFY_ONLY;
	if (!is_elsewhere(factory->request))
		eg_installed_packages(run, factory->interpreter, factory->installed, &plan->before, &plan->n_before);
	plan->changes = EG_ARRAY(run->arena, struct eg_change, result->n_pins);
	for (size_t i = 0; i < result->n_pins; i++)
		if (result->pins[i] && result->pins[i]->kind == EG_CAND_LINK)
			add_change(factory, result, plan, result->pins[i], ways);
	eg_plan_finish(run, plan);
}

void eg_check_hashes(struct eg_run *run, const struct eg_pip_request *request, struct eg_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_package *to = plan->changes[i].to;
		bool given = !to;

		for (size_t j = 0; j < request->roots.n && to; j++) {
			const struct eg_pip_line *line = &request->roots.v[j];

			given |= line->req.project && !strcmp(line->req.project, to->name) && line->hashes.n &&
				 (line->req.url || eg_specset_pinned(&line->req.spec));
		}
		if (given)
			continue;
		plan->status = EG_IMPOSSIBLE;
		plan->error_kind = "hashes";
		plan->error = eg_strf(run->arena, "hashes are required for every package, and %s %s is not pinned with one",
				      to->name, to->version);
		return;
	}
}
