/* The order of uv's decisions (uv-resolver: resolver/mod.rs, solve). */
#include "uv_resolver.h"

#include "ceilings.h"

enum { CHECK_CLOCK_EVERY = 256 };

/* VERSION with everything around it up to the next versions that there are: what holds for it holds for what does not
   exist, and ranges stay short. */
static const struct eg_range *widened(struct eg_uv *uv, const struct eg_uv_package *package,
				      const struct eg_version *version)
{
	const struct eg_version *below = NULL, *above = NULL;
	const struct eg_uv_project *p;

	if (!package->name || package->name->url)
		return eg_range_one(uv->run->arena, version);
	p = eg_uv_project_get(uv->versions, package->name->name);
	if (p->state != EG_KNOWN)
		return eg_range_one(uv->run->arena, version);
	size_t low = 0, high = p->n_known;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (eg_version_cmp(p->known[middle], version) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low)
		below = p->known[low - 1];
	if (low < p->n_known && !eg_version_cmp(p->known[low], version))
		low++;
	if (low < p->n_known)
		above = p->known[low];
	return eg_range_between(uv->run->arena, below, above);
}

/* The Requires-Python of the file, as far as the index tells it; NULL: it holds. */
static const struct eg_range *excluding_python(struct eg_uv *uv, const struct eg_uv_candidate *candidate)
{
	const char *text = candidate->link ? candidate->link->file.requires_python : NULL;
	struct eg_specset set;

	if (!text || !eg_uv_specs(uv->run->arena, text, &set))
		return NULL;
	const struct eg_range *range = eg_range_of_specs(uv->run->arena, &set);
	return eg_range_starts_by(range, &uv->python) ? NULL : range;
}

static struct eg_uv_candidate *choose_direct(struct eg_uv *uv, struct eg_uv_package *package, const struct eg_range *range)
{
	struct eg_uv_candidate *candidate;

	if (!eg_uv_supports(uv->versions, package->name->url->file.filename)) {
		uv->refused = eg_strf(uv->run->arena, "%s fits neither this Python nor this platform",
				      package->name->url->file.filename);
		return NULL;
	}
	candidate = eg_uv_direct(uv, package->name);
	return candidate && eg_range_contains(range, candidate->version) ? candidate : NULL;
}

static struct eg_uv_candidate *choose(struct eg_uv *uv, struct eg_uv_package *package, const struct eg_range *range)
{
	if (package->name->url)
		return choose_direct(uv, package, range);
	if (package->selected && eg_range_same(package->selected_range, range))
		return package->selected;
	if (!eg_uv_project_wait(uv, package->name->name))
		return NULL;
	package->selected = eg_uv_select(uv, package->name, range);
	package->selected_range = range;
	return package->selected;
}

static void none_in_range(struct eg_uv *uv, struct eg_uv_package *package, const struct eg_range *range)
{
	const char *reason = NULL;

	if (package->kind == EG_UV_PACKAGE && !package->name->url &&
	    eg_uv_project_get(uv->versions, package->name->name)->state == EG_ABSENT)
		reason = "no index has it";
	eg_pubgrub_exclude(uv->pg, package->number, range, reason);
}

/* A file that is for another Python: as a dependency on that, so that the proof can say it. */
static void require_python(struct eg_uv *uv, struct eg_uv_package *package, const struct eg_version *version,
			   const struct eg_range *python)
{
	struct eg_uv_package *p = eg_uv_package_get(uv, EG_UV_PYTHON, NULL, NULL, "");
	const struct eg_dependency on = {p->number, python};

	eg_pubgrub_depend(uv->pg, package->number, widened(uv, package, version), &on);
	eg_pubgrub_decide(uv->pg, package->number, version);
}

static bool was_added(const struct eg_uv_package *package, const struct eg_version *version)
{
	for (size_t i = 0; i < package->added.n; i++)
		if (!eg_version_cmp(package->added.v[i], version))
			return true;
	return false;
}

static void add_version(struct eg_uv *uv, struct eg_uv_package *package, struct eg_uv_candidate *candidate,
			const struct eg_version *version)
{
	struct eg_uv_deps deps;

	if (was_added(package, version)) {
		eg_pubgrub_decide(uv->pg, package->number, version);
		return;
	}
	eg_uv_dependencies(uv, package, candidate, &deps);
	if (uv->stopped || uv->refused)
		return;
	const struct eg_range *versions = widened(uv, package, version);
	if (deps.impossible) {
		eg_pubgrub_exclude(uv->pg, package->number, versions, deps.impossible);
		return;
	}
	eg_vec_push(uv->run->arena, &package->added, version);
	for (size_t i = 0; i < deps.n; i++) {
		struct eg_uv_package *base = eg_uv_base(uv, uv->by_number.v[deps.v[i].package]);
		const struct eg_dependency on = {base ? base->number : 0, deps.v[i].range};

		if (base)
			eg_pubgrub_depend(uv->pg, deps.v[i].package, deps.v[i].range, &on);
	}
	const struct eg_incompat *conflict =
		eg_pubgrub_try(uv->pg, package->number, version, versions, deps.v, deps.n);
	if (conflict)
		eg_uv_record(uv, package, package, conflict);
}

/* Any version will do, as long as all ask for the same. */
static void decide_cuda(struct eg_uv *uv, struct eg_uv_package *package, const struct eg_range *range)
{
	for (size_t i = 0; i < uv->cudas.n; i++)
		if (eg_range_contains(range, uv->cudas.v[i])) {
			eg_pubgrub_try(uv->pg, package->number, uv->cudas.v[i], range, NULL, 0);
			return;
		}
	eg_pubgrub_exclude(uv->pg, package->number, range, NULL);
}

static void decide(struct eg_uv *uv, struct eg_uv_package *package)
{
	const struct eg_range *range = eg_pubgrub_range(uv->pg, package->number), *python;
	struct eg_uv_candidate *candidate = NULL;

	if (package->kind == EG_UV_ROOT) {
		add_version(uv, package, NULL, &uv->python);
		return;
	}
	if (package->kind == EG_UV_SYSTEM) {
		decide_cuda(uv, package, range);
		return;
	}
	if (package->kind != EG_UV_PYTHON) /* which is only ever asked for where it does not fit */
		candidate = choose(uv, package, range);
	if (uv->stopped || uv->refused)
		return;
	if (!candidate)
		none_in_range(uv, package, range);
	else if (candidate->unusable)
		eg_pubgrub_exclude(uv->pg, package->number, widened(uv, package, candidate->version), candidate->unusable);
	else if ((python = excluding_python(uv, candidate)))
		require_python(uv, package, candidate->version, python);
	else
		add_version(uv, package, candidate, candidate->version);
}

const struct eg_incompat *eg_uv_search(struct eg_uv *uv)
{
	struct eg_uv_package *next = eg_uv_package_get(uv, EG_UV_ROOT, NULL, NULL, "");
	struct eg_conflicts conflicts = {0};
	unsigned number;

	for (size_t round = 1; !uv->stopped && !uv->refused; round++) {
		conflicts.n = 0;
		const struct eg_incompat *proof = eg_pubgrub_propagate(uv->pg, next->number, &conflicts);
		if (proof)
			return proof;
		for (size_t i = 0; i < conflicts.n; i++)
			eg_uv_record(uv, next, uv->by_number.v[conflicts.v[i].package], conflicts.v[i].incompat);
		eg_uv_reorder(uv);
		if (!eg_pubgrub_pick(uv->pg, eg_uv_priority, uv, &number))
			return NULL;
		next = uv->by_number.v[number];
		decide(uv, next);
		if (round % CHECK_CLOCK_EVERY == 0 && uv->run->deadline && !eg_left_ms(uv->run, 1))
			uv->stopped = eg_fail(uv->run, EG_TIMEOUT, "the time budget is spent, after %zu rounds of uv's search", round);
		else if (round == EG_MAX_UV_ROUNDS)
			uv->stopped = eg_fail(uv->run, EG_LIMIT, "uv's search comes to no end within %zu rounds", round);
	}
	return NULL;
}
