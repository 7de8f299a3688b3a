#include "resolve.h"

#include "pip_plan.h"

enum { MAX_VERSIONS_SHOWN = 40 };

bool eg_since(struct eg_pip_release release, int major, int minor)
{
	return release.major > major || (release.major == major && release.minor >= minor);
}

static const struct eg_req *python_conflict(const struct eg_causes *causes, const struct eg_candidate **ret_parent)
{
	for (size_t i = 0; i < causes->n; i++)
		if (causes->v[i]->req->kind == EG_REQ_PYTHON && !causes->v[i]->req->only) {
			*ret_parent = causes->v[i]->parent;
			return causes->v[i]->req;
		}
	return NULL;
}

static const char *who_asks(struct eg_arena *arena, const struct eg_info *info)
{
	if (!info->parent)
		return eg_strf(arena, "the request asks for %s", eg_req_text(arena, info->req));
	return eg_strf(arena, "%s %s requires %s", info->parent->id->name, info->parent->version->canonical,
		       eg_req_text(arena, info->req));
}

/* "No matching distribution": one requirement that nothing satisfies */
static void no_match(struct eg_factory *factory, const struct eg_info *info, struct eg_plan *plan)
{
	struct eg_arena *arena = factory->run->arena;
	const struct eg_project *project = eg_factory_project(factory, info->req->id->project);
	const char *versions = project ? eg_project_versions(factory->finder, project, MAX_VERSIONS_SHOWN) : "";

	plan->error_kind = "no-matching-distribution";
	plan->error = *versions ? eg_strf(arena, "no version satisfies %s (there are: %s)", eg_req_text(arena, info->req), versions)
				: eg_strf(arena, "no distribution matches %s: no index has a file of '%s' for this Python and platform",
					  eg_req_text(arena, info->req), info->req->id->project);
}

/* ResolutionImpossible in the words of factory.py, get_installation_error */
static void tell_conflict(struct eg_factory *factory, const struct eg_causes *causes, const struct eg_strs *proof,
			  struct eg_plan *plan)
{
	struct eg_arena *arena = factory->run->arena;
	const struct eg_candidate *parent = NULL;
	const struct eg_req *python = python_conflict(causes, &parent);

	plan->status = EG_IMPOSSIBLE;
	if (proof->n) {
		plan->conflict = *proof;
		plan->error_kind = "resolution-impossible";
		plan->error = "no choice of versions satisfies all requirements";
		return;
	}
	for (size_t i = 0; i < causes->n; i++) {
		const char *line = who_asks(arena, causes->v[i]);
		const struct eg_constraint *constraint = causes->v[i]->req->id->constraint;
		bool told = false;

		for (size_t j = 0; j < plan->conflict.n && !told; j++)
			told = !strcmp(plan->conflict.v[j], line);
		if (!told)
			eg_vec_push(arena, &plan->conflict, line);
		for (size_t j = 0; constraint && !told && j < constraint->specs.n; j++)
			eg_vec_push(arena, &plan->conflict,
				    eg_strf(arena, "a constraint says %s%s", causes->v[i]->req->id->project,
					    eg_specset_text(arena, constraint->specs.v[j])));
	}
	if (python) {
		plan->error_kind = "requires-python";
		plan->error = eg_strf(arena, "%s%s%s requires %s, and the environment has Python %s",
				      parent ? parent->id->name : "the request", parent ? " " : "",
				      parent ? parent->version->canonical : "", eg_req_text(arena, python),
				      factory->python->version->canonical);
	} else if (causes->n == 1 && !causes->v[0]->req->id->constraint) {
		no_match(factory, causes->v[0], plan);
	} else {
		plan->error_kind = "resolution-impossible";
		plan->error = "these requirements cannot all be satisfied";
	}
}

/* --require-hashes, or a hash anywhere */
static bool hashes_required(const struct eg_pip_request *request)
{
	bool required = request->require_hashes;

	for (size_t i = 0; i < request->roots.n; i++)
		required |= request->roots.v[i].hashes.n > 0;
	return required;
}

static void tell_status(struct eg_factory *factory, const struct eg_search_result *result, struct eg_plan *plan)
{
	switch (result->status) {
	case EG_FOUND:
		plan->status = EG_SOLVED;
		if (hashes_required(factory->request))
			eg_check_hashes(factory->run, factory->request, plan);
		break;
	case EG_CONFLICT:
		tell_conflict(factory, &result->causes, &result->proof, plan);
		break;
	case EG_TOO_DEEP:
		plan->status = EG_IMPOSSIBLE;
		plan->error_kind = "resolution-too-deep";
		plan->error = eg_strf(factory->run->arena, "pip gives up after %zu rounds of resolution", result->rounds);
		break;
	case EG_STOPPED:
		plan->status = factory->refused ? EG_IMPOSSIBLE : EG_UNKNOWN;
		plan->error_kind = factory->refused ? "unsupported-wheel" : eg_error_name(factory->stopped);
		plan->error = factory->refused ? factory->refused : factory->run->error.message;
		break;
	}
	if (factory->unknown && !factory->refused) {
		/* what was refused may be due to the requirements that are not known */
		plan->status = EG_UNKNOWN;
		plan->error_kind = eg_error_name(factory->unknown_kind);
		plan->error = factory->unknown;
	}
	for (size_t i = 0; i < factory->assumed.n; i++)
		eg_note(factory->run, "what %s requires is assumed from its source distribution; pip would build it to know",
			factory->assumed.v[i]);
}

enum eg_error_kind eg_pip_resolve(struct eg_run *run, const struct eg_pip_request *request,
				  const struct eg_interpreter *interpreter, struct eg_installed *installed,
				  struct eg_index *index, struct eg_pip_release release, struct eg_plan *ret)
{
	/* What links remember of a resolution tells by the factory's address which one it was: each has its own. */
	struct eg_factory *factory = EG_NEW(run->arena, struct eg_factory);
	*factory = (struct eg_factory){
		.run = run,
		.request = request,
		.interpreter = interpreter,
		.installed = installed,
		.index = index,
		.release = release,
	};
	struct eg_search_result result;
	struct eg_reqs roots = {0};

	factory->finder = eg_finder_new(run, request, interpreter, index, release);
	const struct eg_prefetch_scope scope = {factory->finder, index, request, interpreter, installed};
	factory->prefetch = eg_prefetch_new(run, &scope);
	eg_factory_init(factory);
	eg_factory_roots(factory, &roots);
	eg_search(factory, &roots, &result);
	eg_pip_plan(factory, &result, ret);
	tell_status(factory, &result, ret);
	if (ret->status == EG_IMPOSSIBLE)
		ret->n_changes = 0;
	return EG_OK;
}

enum eg_error_kind eg_pip_uninstall(struct eg_run *run, const struct eg_pip_request *request,
				    const struct eg_interpreter *interpreter, struct eg_installed *installed,
				    struct eg_plan *ret)
{
	eg_installed_packages(run, interpreter, installed, &ret->before, &ret->n_before);
	eg_requested_names(run, request, &ret->requested);
	ret->changes = EG_ARRAY(run->arena, struct eg_change, ret->requested.n);
	for (size_t i = 0; i < ret->requested.n; i++) {
		struct eg_package *package = eg_package_find(ret->before, ret->n_before, ret->requested.v[i]);

		if (!package) {
			eg_note(run, "%s is not installed", ret->requested.v[i]);
			continue;
		}
		ret->changes[ret->n_changes] = (struct eg_change){
			.action = EG_REMOVE,
			.requested = true,
			.from = package,
		};
		eg_vec_push(run->arena, &ret->changes[ret->n_changes].why, package->name);
		ret->n_changes++;
	}
	eg_plan_finish(run, ret);
	ret->status = EG_SOLVED;
	return EG_OK;
}
