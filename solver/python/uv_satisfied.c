/* What uv checks before it resolves anything (uv-installer: site_packages.rs, satisfies.rs). */
#include "strs.h"
#include "uv_resolver.h"

struct walk {
	struct eg_uv *uv;
	struct eg_map seen;
	EG_VEC(const struct eg_requirement *) stack;
};

static void push(struct walk *w, const struct eg_requirement *req)
{
	struct eg_arena *arena = w->uv->run->arena;
	const char *text = eg_requirement_text(arena, req);

	if (eg_map_get(&w->seen, text))
		return;
	eg_map_put(&w->seen, text, w);
	eg_vec_push(arena, &w->stack, req);
}

/* REQ, or the override lines that stand in its place. */
static void push_overridden(struct walk *w, const struct eg_requirement *req)
{
	const struct eg_pip_lines *overrides = &w->uv->request->overrides;
	bool any = false;

	if (eg_strs_has(&w->uv->request->excludes, req->project))
		return;
	for (size_t i = 0; i < overrides->n; i++) {
		const struct eg_pip_line *line = &overrides->v[i];

		if (!line->req.project || strcmp(line->req.project, req->project))
			continue;
		any = true;
		if (line->holds)
			push(w, &line->req);
	}
	if (!any)
		push(w, req);
}

bool eg_uv_same_url(struct eg_uv *uv, struct eg_dist *dist, const struct eg_link *link)
{
	eg_dist_load(uv->run, dist);
	/* of a local file or folder uv remembers when it changed; other installers do not */
	if (link->path || dist->editable || !dist->direct_url)
		return false;
	const char *url = eg_link_detail(uv->index, (struct eg_link *)link)->url;
	size_t n = strcspn(dist->direct_url, "#");
	return strlen(url) == n && !strncmp(url, dist->direct_url, n);
}

static bool is_met(struct eg_uv *uv, struct eg_dist *dist, const struct eg_requirement *req)
{
	if (req->url)
		return eg_uv_same_url(uv, dist, eg_index_direct(uv->index, req->url));
	return dist->version.key && eg_specset_contains(&req->spec, &dist->version);
}

static bool keeps_constraints(struct eg_uv *uv, struct eg_dist *dist)
{
	const struct eg_pip_lines *constraints = &uv->request->pip.constraints;

	for (size_t i = 0; i < constraints->n; i++) {
		const struct eg_pip_line *line = &constraints->v[i];

		if (line->holds && line->req.project && !strcmp(line->req.project, dist->project) &&
		    !is_met(uv, dist, &line->req))
			return false;
	}
	return true;
}

static bool holds(const struct eg_uv *uv, const struct eg_requirement *req, const struct eg_requirement *parent)
{
	const struct eg_marker_env *env = &uv->interpreter->markers;

	if (eg_marker_holds(req->marker, env, ""))
		return true;
	for (size_t i = 0; i < parent->n_extras; i++)
		if (eg_marker_holds(req->marker, env, parent->extras[i]))
			return true;
	return false;
}

bool eg_uv_satisfied(struct eg_uv *uv)
{
	const struct eg_pip_lines *roots = &uv->request->pip.roots;
	struct walk w = {.uv = uv, .seen.arena = uv->run->arena};

	for (size_t i = 0; i < roots->n; i++) {
		if (!roots->v[i].req.project || roots->v[i].editable || roots->v[i].vcs)
			return false;
		if (roots->v[i].holds)
			push_overridden(&w, &roots->v[i].req);
	}
	while (w.stack.n) {
		const struct eg_requirement *req = w.stack.v[--w.stack.n];
		struct eg_dist *dist = eg_map_get(&uv->installed->by_project, req->project);

		if (!dist || !is_met(uv, dist, req) || !keeps_constraints(uv, dist))
			return false;
		if (uv->request->pip.no_deps)
			continue;
		eg_dist_load(uv->run, dist);
		for (size_t i = 0; i < dist->metadata->n_requires_dist; i++)
			if (holds(uv, &dist->metadata->requires_dist[i], req))
				push_overridden(&w, &dist->metadata->requires_dist[i]);
	}
	return true;
}
