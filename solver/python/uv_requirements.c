/* What a candidate requires here: overrides, excludes, extras and constraints applied (uv-resolver:
   resolver/requirements.rs, pubgrub/dependencies.rs). */
#include "ceilings.h"
#include "strs.h"
#include "uv_marker.h"
#include "uv_resolver.h"

/* A project's extra that another one of its extras brings along, under a marker. */
struct own_extra {
	const char *extra, *marker;
};

struct expansion {
	struct eg_uv *uv;
	struct eg_uv_package *package;
	const struct eg_version *version; /* NULL: the root */
	struct eg_uv_deps *ret;
	const struct eg_metadata *metadata;
	EG_VEC(struct own_extra) own;     /* in the order in which they are met */
	struct eg_map seen;               /* … each once */
	EG_VEC(const struct eg_requirement *) selves; /* the bounds that they set on the project itself */
};

/* ---- one requirement ---- */

static const struct eg_range *range_of(struct expansion *e, const struct eg_requirement *req)
{
	struct eg_arena *arena = e->uv->run->arena;
	struct eg_specset mended = req->spec;

	for (size_t i = 0; i < req->spec.n; i++) {
		if (!req->spec.v[i].legacy)
			continue;
		eg_uv_specs(arena, eg_specset_text(arena, &req->spec), &mended); /* it can be: else we were not here */
		break;
	}
	return eg_range_of_specs(arena, &mended);
}

static void depend_on(struct expansion *e, struct eg_uv_package *on, const struct eg_range *range,
		      const struct eg_requirement *req)
{
	struct eg_arena *arena = e->uv->run->arena;
	struct eg_uv_package *base = eg_uv_base(e->uv, on);

	/* ">=1,<=1" leaves one version as well, but counts as no pin (is_singleton_constraint) */
	bool pinned = eg_range_is_pin(range) && (!req || eg_specset_pinned(&req->spec));

	eg_uv_rank(e->uv, on, pinned);
	if (base)
		eg_uv_rank(e->uv, base, pinned);
	eg_vec_push(arena, e->ret, (struct eg_dependency){on->number, range});
	eg_vec_push(arena, &e->uv->edges, (struct eg_uv_edge){e->package, e->version, on, req});
}

/* A URL is for the user to give, or for what was itself given by URL (LookaheadResolver). */
static bool take_url(struct expansion *e, const struct eg_requirement *req)
{
	struct eg_uv_name *name = eg_uv_name_get(e->uv, req->project);
	struct eg_link *link = eg_index_direct(e->uv->index, req->url);

	if (name->url == link)
		return true;
	if (name->url || (e->package->name && !e->package->name->url)) {
		e->uv->refused = eg_strf(e->uv->run->arena, name->url
					 ? "two URLs are asked for '%s': %s is the second"
					 : "'%s' is asked for by the URL %s, which only the request itself may do",
					 req->project, eg_url_public(e->uv->run->arena, req->url));
		return false;
	}
	name->url = link;
	return true;
}

static void add_requirement(struct expansion *e, const struct eg_requirement *req, const char *marker)
{
	struct eg_arena *arena = e->uv->run->arena;
	const struct eg_range *range = req->url ? &eg_range_full : range_of(e, req);

	if (req->url && !take_url(e, req))
		return;
	if (eg_range_is_empty(range)) {
		if (!e->ret->impossible)
			e->ret->impossible = eg_strf(arena, "it requires %s, which no version is", eg_requirement_text(arena, req));
		return;
	}
	for (size_t i = 0; i < req->n_extras; i++)
		depend_on(e, eg_uv_package_get(e->uv, EG_UV_EXTRA, req->project, req->extras[i], marker), range, req);
	if (!req->n_extras)
		depend_on(e, eg_uv_package_get(e->uv, *marker ? EG_UV_MARKER : EG_UV_PACKAGE, req->project, NULL, marker),
			  range, req);
}

static void add_constraints(struct expansion *e, const char *project, const char *marker)
{
	const struct eg_pip_lines *lines = &e->uv->request->pip.constraints;

	for (size_t i = 0; i < lines->n; i++) {
		const struct eg_pip_line *line = &lines->v[i];

		if (!line->holds || !line->req.project || strcmp(line->req.project, project))
			continue;
		const char *own = eg_uv_marker_text(e->uv->run->arena, line->req.marker, "");
		add_requirement(e, &line->req, eg_uv_marker_both(e->uv->run->arena, marker, own ? own : ""));
	}
}

/* ---- all of them ---- */

/* Of the project itself: what its extra requires, and the bound, stand for it. */
static void take_own(struct expansion *e, const struct eg_requirement *req, const char *marker)
{
	struct eg_arena *arena = e->uv->run->arena;

	for (size_t i = 0; i < req->n_extras; i++) {
		const char *key = eg_strf(arena, "%s;%s", req->extras[i], marker);

		if (eg_map_get(&e->seen, key))
			continue;
		eg_map_put(&e->seen, key, e);
		eg_vec_push(arena, &e->own, (struct own_extra){req->extras[i], marker});
	}
	if (req->spec.n)
		eg_vec_push(arena, &e->selves, req);
}

static void take(struct expansion *e, const struct eg_requirement *req, const char *marker)
{
	const char *self = e->package->name ? e->package->name->name : NULL;

	if (eg_strs_has(&e->uv->request->excludes, req->project))
		return;
	if (self && req->n_extras && !strcmp(self, req->project))
		take_own(e, req, marker);
	else
		add_requirement(e, req, marker);
	add_constraints(e, req->project, marker);
}

/* The override lines of a project stand in the place of whatever is asked of it. */
static void take_overridden(struct expansion *e, const struct eg_requirement *req, const char *marker)
{
	const struct eg_pip_lines *lines = &e->uv->request->overrides;
	bool any = false;

	for (size_t i = 0; i < lines->n; i++) {
		const struct eg_pip_line *line = &lines->v[i];

		if (!line->req.project || strcmp(line->req.project, req->project))
			continue;
		any = true;
		if (line->holds)
			take(e, &line->req, marker);
	}
	if (!any)
		take(e, req, marker);
}

/* Is it one that EXTRA adds ("": one that is there without extras)? *ret_marker: under which marker. */
static bool is_of_extra(struct expansion *e, const struct eg_requirement *req, const char *extra, const char **ret_marker)
{
	struct eg_arena *arena = e->uv->run->arena;
	const struct eg_marker_env *env = &e->uv->interpreter->markers;
	bool holds = eg_marker_holds(req->marker, env, "");

	if (!*extra) {
		*ret_marker = holds ? eg_uv_marker_text(arena, req->marker, "") : NULL;
		return *ret_marker != NULL;
	}
	if (holds || !eg_marker_holds(req->marker, env, extra))
		return false;
	const char *base = eg_uv_marker_text(arena, req->marker, "");
	const char *text = eg_uv_marker_text(arena, req->marker, extra);
	*ret_marker = base && text ? eg_uv_marker_both(arena, text, eg_strf(arena, "not (%s)", base)) : text ? text : "";
	return true;
}

static void expand(struct expansion *e, const char *extra, const char *marker)
{
	for (size_t i = 0; i < e->metadata->n_requires_dist; i++) {
		const struct eg_requirement *req = &e->metadata->requires_dist[i];
		const char *own;

		if (is_of_extra(e, req, extra, &own))
			take_overridden(e, req, eg_uv_marker_both(e->uv->run->arena, own, marker));
	}
}

/* What the package's own requirements are, then those of its own extras that they name, then of those that these name …
   (flatten_requirements) */
static void expand_all(struct expansion *e)
{
	struct eg_uv *uv = e->uv;

	e->seen.arena = uv->run->arena;
	expand(e, e->package->extra ? e->package->extra : "", "");
	for (size_t i = 0; i < e->own.n && !e->ret->impossible; i++) {
		if (i == EG_MAX_EXTRAS)
			e->ret->impossible = "its extras bring each other along in too many ways";
		else
			expand(e, e->own.v[i].extra, e->own.v[i].marker);
	}
	for (size_t i = 0; i < e->selves.n; i++) {
		struct eg_requirement *bound = EG_NEW(uv->run->arena, struct eg_requirement);

		*bound = *e->selves.v[i];
		bound->n_extras = 0;
		add_requirement(e, bound, "");
	}
}

static void root_dependencies(struct expansion *e)
{
	const struct eg_pip_lines *roots = &e->uv->request->pip.roots;

	for (int named = 1; named >= 0; named--) /* bare URLs and paths come behind */
		for (size_t i = 0; i < (named ? roots->n : e->uv->unnamed.n); i++) {
			const struct eg_pip_line *line = named ? &roots->v[i] : &e->uv->unnamed.v[i];

			if (!line->holds || !line->req.project)
				continue;
			const char *marker = eg_uv_marker_text(e->uv->run->arena, line->req.marker, "");
			take_overridden(e, &line->req, marker ? marker : "");
			if (line->req.url)
				eg_uv_name_get(e->uv, line->req.project)->url_line = line;
		}
}

/* What only stands for a project requires it (and its extra), in the same version, with and without the marker. */
static void proxy_dependencies(struct expansion *e)
{
	const struct eg_uv_package *p = e->package;
	const struct eg_range *same = eg_range_one(e->uv->run->arena, e->version);
	const char *const markers[] = {"", p->marker};

	for (size_t i = 0; i < (*p->marker ? 2 : 1); i++) {
		depend_on(e, eg_uv_package_get(e->uv, EG_UV_PACKAGE, p->name->name, NULL, markers[i]), same, NULL);
		if (p->kind == EG_UV_EXTRA)
			depend_on(e, eg_uv_package_get(e->uv, EG_UV_PACKAGE, p->name->name, p->extra, markers[i]), same,
				  NULL);
	}
}

/* TorchStrategy::has_system_dependency */
static bool needs_cuda(const char *project)
{
	static const char *const names[] = {
		"deepspeed", "fbgemm-gpu", "fbgemm-gpu-genai", "flash-attn", "flash-attn-3", "megablocks", "natten", "torch",
		"torch-tensorrt", "torchao", "torcharrow", "torchaudio", "torchcodec", "torchcsprng", "torchdistx", "torchrec",
		"torchtext", "torchtune", "torchvision", "vllm",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i], project))
			return true;
	return false;
}

/* Of an index …/cu128 all builds are for CUDA 12.8 (SystemDependency). */
static void add_cuda(struct expansion *e, const struct eg_uv_candidate *candidate)
{
	struct eg_uv *uv = e->uv;
	const char *index = candidate->link ? candidate->link->index : NULL;
	const char *last = index ? strrchr(index, '/') : NULL;
	struct eg_version *version;

	if (!uv->request->one_cuda || !last || strncmp(last, "/cu", 3) || !needs_cuda(e->package->name->name))
		return;
	size_t n = strspn(last + 3, "0123456789");
	if (n < 2 || last[3 + n])
		return;
	const char *text = eg_strf(uv->run->arena, "%.*s.%s", (int)n - 1, last + 3, last + 3 + n - 1);
	version = EG_NEW(uv->run->arena, struct eg_version);
	if (!eg_version_parse(uv->run->arena, text, strlen(text), version))
		return;
	eg_vec_push(uv->run->arena, &uv->cudas, version);
	depend_on(e, eg_uv_package_get(uv, EG_UV_SYSTEM, NULL, "cuda", ""), eg_range_one(uv->run->arena, version), NULL);
}

static void tell_missing_extra(struct expansion *e)
{
	if (e->package->extra && !eg_strs_has(&e->metadata->provides_extra, e->package->extra))
		eg_note(e->uv->run, "%s %s has no extra named '%s'", e->package->name->name, e->version->canonical,
			e->package->extra);
}

/* One invalid requirement makes the metadata invalid, even where it does not count here. uv mends the commonest ones. */
static const char *invalid_requirement(struct eg_arena *arena, const struct eg_metadata *metadata)
{
	struct eg_specset mended;
	bool met = false;

	for (size_t i = 0; metadata->invalid && i < metadata->n_requires_dist; i++) {
		const struct eg_requirement *req = &metadata->requires_dist[i];
		bool legacy = false;

		for (size_t k = 0; k < req->spec.n; k++)
			legacy |= req->spec.v[k].legacy;
		met |= legacy;
		if (legacy && !eg_uv_specs(arena, eg_specset_text(arena, &req->spec), &mended))
			return eg_strf(arena, "its metadata is invalid ('%s')", eg_requirement_text(arena, req));
	}
	return metadata->invalid && !met ? eg_strf(arena, "its metadata is invalid (%s)", metadata->invalid) : NULL;
}

void eg_uv_dependencies(struct eg_uv *uv, struct eg_uv_package *package, struct eg_uv_candidate *candidate,
			struct eg_uv_deps *ret)
{
	struct expansion e = {.uv = uv, .package = package, .ret = ret};

	*ret = (struct eg_uv_deps){0};
	if (package->kind == EG_UV_ROOT) {
		root_dependencies(&e);
		return;
	}
	e.version = candidate->version;
	if (package->kind != EG_UV_PACKAGE) {
		proxy_dependencies(&e);
		return;
	}
	if (uv->request->pip.no_deps)
		return;
	e.metadata = eg_uv_metadata(uv, package->name, candidate);
	if (!e.metadata)
		return;
	if ((ret->impossible = invalid_requirement(uv->run->arena, e.metadata)))
		return;
	struct eg_specset python;
	const char *requires = e.metadata->requires_python;
	if (requires && eg_uv_specs(uv->run->arena, requires, &python) &&
	    !eg_range_starts_by(eg_range_of_specs(uv->run->arena, &python), &uv->python)) {
		ret->impossible = eg_strf(uv->run->arena, "it requires Python %s", requires);
		return;
	}
	tell_missing_extra(&e);
	expand_all(&e);
	add_cuda(&e, candidate);
}
