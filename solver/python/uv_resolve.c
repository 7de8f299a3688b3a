#include "pip_plan.h"
#include "uv_resolver.h"

/* Bare URLs and paths: the project's name is in the wheel's name, or in the metadata. */
static void name_the_unnamed(struct eg_uv *uv)
{
	const struct eg_pip_lines *roots = &uv->request->pip.roots;
	struct eg_arena *arena = uv->run->arena;

	for (size_t i = 0; i < roots->n && !uv->stopped; i++) {
		struct eg_pip_line line = roots->v[i];
		struct eg_wheel_name wheel;

		if (line.req.project || !line.req.url || !line.holds)
			continue;
		struct eg_link *link = eg_index_direct(uv->index, line.req.url);
		const char *name = eg_wheel_name_parse(arena, link->file.filename, &wheel) ? wheel.name : NULL;
		struct eg_uv_candidate candidate = {.link = link, .described = link};
		struct eg_uv_name nobody = {.name = link->file.filename, .url = link};
		const struct eg_metadata *metadata = name ? NULL : eg_uv_metadata(uv, &nobody, &candidate);

		if (!name)
			name = metadata && metadata->name ? metadata->name : link->file.filename;
		line.req.name = name;
		line.req.project = eg_normalize(arena, name, strlen(name));
		eg_vec_push(arena, &uv->unnamed, line);
	}
}

/* What only git can tell. */
static void mark_repositories(struct eg_uv *uv)
{
	const struct eg_pip_lines *roots = &uv->request->pip.roots;

	for (size_t i = 0; i < roots->n && !uv->unknown; i++) {
		if (!roots->v[i].vcs || !roots->v[i].holds)
			continue;
		uv->unknown_kind = EG_UNSUPPORTED;
		uv->unknown = eg_strf(uv->run->arena, "'%s': what a repository holds can be told only by fetching it",
				      eg_url_public(uv->run->arena, roots->v[i].req.url));
	}
}

static void tell_status(struct eg_uv *uv, const struct eg_incompat *proof, struct eg_plan *plan)
{
	plan->status = EG_SOLVED;
	if (uv->request->pip.require_hashes)
		eg_check_hashes(uv->run, &uv->request->pip, plan);
	if (proof)
		eg_uv_tell_conflict(uv, proof, plan);
	if (uv->refused) {
		plan->status = EG_IMPOSSIBLE;
		plan->error_kind = "refused";
		plan->error = uv->refused;
	}
	if (uv->stopped) {
		plan->status = EG_UNKNOWN;
		plan->error_kind = eg_error_name(uv->stopped);
		plan->error = uv->run->error.message;
	} else if (uv->unknown) {
		plan->status = EG_UNKNOWN;
		plan->error_kind = eg_error_name(uv->unknown_kind);
		plan->error = uv->unknown;
	}
	for (size_t i = 0; i < uv->assumed.n; i++)
		eg_note(uv->run, "what %s requires is assumed from its source distribution; uv would build it to know",
			uv->assumed.v[i]);
}

/* pip_install: nothing is resolved where everything is there already */
static bool may_stop_early(const struct eg_uv_request *request)
{
	return !request->stateless && !request->exact && !request->reinstall.all && !request->reinstall.names.n && !request->upgrade.all &&
	       !request->upgrade.names.n && !request->pip.ignore_installed;
}

enum eg_error_kind eg_uv_resolve(struct eg_run *run, const struct eg_uv_request *request,
				 const struct eg_interpreter *interpreter, struct eg_installed *installed,
				 struct eg_index *index, struct eg_plan *ret)
{
	struct eg_uv *uv = EG_NEW(run->arena, struct eg_uv);
	const struct eg_incompat *proof = NULL;
	const char *python = request->pip.python_version ? request->pip.python_version : interpreter->version;

	*uv = (struct eg_uv){
		.run = run,
		.request = request,
		.interpreter = interpreter,
		.installed = installed,
		.index = index,
		.names.arena = run->arena,
		.packages.arena = run->arena,
	};
	if (!eg_version_parse(run->arena, python, strspn(python, "0123456789."), &uv->python))
		eg_version_parse(run->arena, "3", 1, &uv->python);
	uv->versions = eg_uv_versions_new(run, request, interpreter, installed, index);
	if (!may_stop_early(request) || !eg_uv_satisfied(uv)) {
		mark_repositories(uv);
		uv->pg = eg_pubgrub_new(run->arena, &uv->python);
		eg_uv_package_get(uv, EG_UV_ROOT, NULL, NULL, "");
		name_the_unnamed(uv);
		if (!uv->stopped)
			proof = eg_uv_search(uv);
	}
	eg_uv_plan(uv, ret);
	tell_status(uv, proof, ret);
	if (ret->status == EG_IMPOSSIBLE)
		ret->n_changes = 0;
	return EG_OK;
}
