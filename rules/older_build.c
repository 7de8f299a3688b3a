/* What to hold so that a framework comes in a build that the host runs: an older release, another extra, another
   distribution. */
#include "judge.h"

void eg_finding_point_to_jetpack(const struct eg_judge *judge, struct eg_finding *finding)
{
	if (judge->host->jetpack)
		finding->no_fix = eg_strf(judge->run->arena,
					  "on a Jetson the torch that uses the GPU is NVIDIA's own wheel for JetPack %s",
					  judge->host->jetpack);
}

static bool is_aarch64(const struct eg_judge *judge)
{
	return judge->host->platform && strstr(judge->host->platform, "aarch64");
}

static bool runs(const struct eg_judge *judge, const char *name, const char *version, struct eg_cuda cuda)
{
	return !eg_build_unfit(judge, name, version, cuda, NULL);
}

/* "torch<2.11": below the releases whose default build the host cannot run. */
static const char *older_torch(const struct eg_judge *judge)
{
	size_t n_builds;
	const struct eg_default_build *builds = eg_facts_rows(judge->facts, EG_FACTS_TORCH_BUILDS, &n_builds);
	size_t n = n_builds;

	if (is_aarch64(judge))
		return NULL; /* the table of defaults that follows is that of x86_64 */
	while (n && !runs(judge, "torch", builds[n - 1].version, builds[n - 1].x86_64))
		n--;
	if (!n || n == n_builds)
		return NULL;
	const char *bound = builds[n].version; /* the oldest of those that do not run */
	size_t patch = (size_t)(strrchr(bound, '.') - bound);
	return eg_strf(judge->run->arena, "torch<%.*s", (int)patch, bound);
}

/* "onnxruntime-gpu<1.27" */
static const char *older_onnxruntime(const struct eg_judge *judge)
{
	size_t n;
	const struct eg_onnxruntime_build *rows = eg_facts_rows(judge->facts, EG_FACTS_ONNXRUNTIME, &n), *bound = NULL;

	while (n--) {
		if (!runs(judge, "onnxruntime-gpu", "", rows[n].cuda))
			bound = &rows[n];
		else if (bound)
			return eg_strf(judge->run->arena, "onnxruntime-gpu<%d.%d", bound->since.major, bound->since.minor);
	}
	return NULL;
}

/* "tensorflow<2.15" */
static const char *older_tensorflow(const struct eg_judge *judge)
{
	size_t n;
	const struct eg_tested *rows = eg_facts_rows(judge->facts, EG_FACTS_TENSORFLOW, &n), *bound = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!runs(judge, "tensorflow", "", rows[i].cuda))
			bound = &rows[i];
		else if (bound)
			return eg_strf(judge->run->arena, "tensorflow<%d.%d", bound->version.major, bound->version.minor);
	}
	return NULL;
}

/* JAX has its CUDA by an extra of the same release: "jax[cuda12]" for a driver that does not run CUDA 13. */
static const char *older_jax(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_package *package)
{
	int major = eg_package_variant(package).major;
	const struct eg_jax_need *need = NULL;

	while (!need && --major >= 12)
		need = runs(judge, "jaxlib", package->version, (struct eg_cuda){major, -1})
			       ? eg_facts_jax(judge->facts, package->version, major)
			       : NULL;
	if (need)
		return eg_strf(judge->run->arena, "jax[cuda%d]", major);
	finding->no_fix = "JAX has no builds for a CUDA before 12 any more";
	return NULL;
}

/* A distribution that has its CUDA in its name gives way to its like: cupy-cuda12x for cupy-cuda13x. */
static const char *its_like(const struct eg_judge *judge, const struct eg_package *package)
{
	const struct eg_tree *tree = eg_facts_tree(judge->facts, package->name);
	struct eg_variant best = {EG_UNTOLD, -1, -1};
	const char *found = NULL;

	for (size_t i = 0; tree && i < tree->names.n; i++) {
		const struct eg_family *family = eg_family_of(tree->names.v[i]);
		struct eg_variant variant = eg_variant_parse(family ? family->variant : NULL);
		const struct eg_cuda cuda = {variant.major, variant.minor}, other = {best.major, best.minor};
		if (variant.accelerator != EG_CUDA || eg_cuda_compare(cuda, other) <= 0 ||
		    !runs(judge, tree->names.v[i], "", cuda))
			continue;
		best = variant;
		found = tree->names.v[i];
	}
	return found && strcmp(found, package->name) ? found : NULL;
}

/* conda: a selector that is there after the plan, below the CUDA major that does not run: "pytorch-cuda<12". */
static const char *older_selector(const struct eg_judge *judge, const struct eg_package *package)
{
	const struct eg_plan *plan = judge->plan;
	int major = eg_package_variant(package).major;

	for (size_t i = 0; major > 0 && i < plan->n_after; i++) {
		const struct eg_conda_selector *row = eg_facts_conda_selector(judge->facts, plan->after[i]->name);
		if (row && !strcmp(row->picks, "version"))
			return eg_strf(judge->run->arena, "%s<%d", row->name, major);
	}
	return NULL;
}

void eg_finding_hold_older(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_package *package)
{
	const struct eg_family *family = eg_family_of(package->name);
	const char *hold = NULL;

	eg_finding_point_to_jetpack(judge, finding);
	if (finding->no_fix)
		return;
	if (package->ecosystem == EG_CONDA)
		hold = older_selector(judge, package);
	else if (!strcmp(package->name, "torch"))
		hold = older_torch(judge);
	else if (!strcmp(package->name, "onnxruntime-gpu"))
		hold = older_onnxruntime(judge);
	else if (!strcmp(package->name, "tensorflow"))
		hold = older_tensorflow(judge);
	else if (!strcmp(package->name, "jaxlib"))
		hold = older_jax(judge, finding, package);
	else if (family && family->variant)
		finding->instead = its_like(judge, package);
	if (hold)
		eg_vec_push(judge->run->arena, &finding->hold, hold);
}
