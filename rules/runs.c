/* Does a build run on the host: its driver, its GPUs? */
#include "dotted.h"
#include "judge.h"

/* A Jetson's CUDA comes with its JetPack and cannot be had in another major version. */
static const char *beyond_jetpack(const struct eg_judge *judge, struct eg_variant variant)
{
	const struct eg_host *host = judge->host;

	if (!host->jetpack || variant.major <= eg_cuda_parse(host->cuda).major || !host->cuda)
		return NULL;
	return eg_strf(judge->run->arena, "needs CUDA %d, and JetPack %s has CUDA %s", variant.major, host->jetpack,
		       host->cuda);
}

/* cuda-compat brings a libcuda that is newer than the driver: on GPUs that may use it, that is what counts. */
static bool runs_by_compat(const struct eg_judge *judge, struct eg_variant variant)
{
	const struct eg_host *host = judge->host;

	if (!host->cuda_loaded || eg_cuda_parse(host->cuda_loaded).major < variant.major)
		return false;
	for (size_t i = 0; i < host->n_gpus; i++) {
		const struct eg_forward_compat *row = eg_facts_forward_compat(judge->facts, host->gpus[i].name);
		if (row && !strcmp(row->allowed, "no"))
			return false;
	}
	return true;
}

const char *eg_cannot_run(const struct eg_judge *judge, struct eg_variant variant, const char **ret_source)
{
	const struct eg_host *host = judge->host;
	const struct eg_driver_floor *floor =
		eg_facts_driver(judge->facts, (struct eg_cuda){variant.major, variant.minor});
	static const char jetson[] = "the CUDA of the host's JetPack";

	if (variant.accelerator != EG_CUDA || variant.major < 0 || runs_by_compat(judge, variant))
		return NULL;
	bool lacking = host->driver && floor && eg_dotted_compare(host->driver, floor->driver) < 0;
	if (ret_source)
		*ret_source = lacking ? floor->source : jetson;
	if (!lacking)
		return beyond_jetpack(judge, variant);
	return eg_strf(judge->run->arena, "needs NVIDIA driver %s or newer, and %s has %s", floor->driver,
		       host->given ? "the host" : "this machine", host->driver);
}

/* Code for X.y runs on X.z with z >= y (NVIDIA's compatibility guides); PTX on whatever is newer. */
static bool runs_on(const struct eg_kernels *kernels, const struct eg_gpu *gpu)
{
	int major = gpu->capability[0], minor = gpu->capability[1];

	for (size_t i = 0; i < kernels->arch.n; i++)
		if (kernels->arch.v[i].major == major && kernels->arch.v[i].minor <= minor)
			return true;
	const struct eg_cuda *ptx = &kernels->ptx;
	return ptx->major >= 0 && (ptx->major < major || (ptx->major == major && ptx->minor <= minor));
}

static const struct eg_gpu *left_out(const struct eg_judge *judge, const struct eg_kernels *kernels)
{
	for (size_t i = 0; kernels && i < judge->host->n_gpus; i++)
		if (judge->host->gpus[i].capability[0] && !runs_on(kernels, &judge->host->gpus[i]))
			return &judge->host->gpus[i];
	return NULL;
}

const struct eg_kernels *eg_kernels_lacking(const struct eg_judge *judge, const struct eg_package *package,
					    const struct eg_gpu **ret_gpu)
{
	struct eg_variant variant = eg_package_variant(package);

	if (strcmp(package->name, "torch") || variant.accelerator != EG_CUDA)
		return NULL;
	const struct eg_kernels *kernels =
		eg_facts_kernels(judge->facts, package->version, (struct eg_cuda){variant.major, variant.minor},
				 eg_is_aarch64(package, judge->host->platform));
	const struct eg_gpu *gpu = left_out(judge, kernels);
	if (!gpu)
		return NULL;
	*ret_gpu = gpu;
	return kernels;
}

static bool default_build_runs(const struct eg_judge *judge, const struct eg_default_build *build)
{
	struct eg_cuda cuda = build->x86_64;

	return !eg_cannot_run(judge, (struct eg_variant){EG_CUDA, cuda.major, cuda.minor}, NULL) &&
	       !left_out(judge, eg_facts_kernels(judge->facts, build->version, cuda, false));
}

void eg_finding_point_to_jetpack(const struct eg_judge *judge, struct eg_finding *finding)
{
	if (judge->host->jetpack)
		finding->no_fix = eg_strf(judge->run->arena,
					  "on a Jetson the torch that uses the GPU is NVIDIA's own wheel for JetPack %s",
					  judge->host->jetpack);
}

void eg_finding_hold_older(const struct eg_judge *judge, struct eg_finding *finding)
{
	const char *platform = judge->host->platform;
	size_t n_builds;
	const struct eg_default_build *builds = eg_facts_rows(judge->facts, EG_FACTS_TORCH_BUILDS, &n_builds);
	size_t n = n_builds;

	eg_finding_point_to_jetpack(judge, finding);
	if (finding->no_fix || (platform && strstr(platform, "aarch64")))
		return; /* the table of defaults that follows is that of x86_64 */
	while (n && !default_build_runs(judge, &builds[n - 1]))
		n--;
	if (!n || n == n_builds)
		return;
	const char *bound = builds[n].version; /* the oldest of those that do not run */
	size_t patch = (size_t)(strrchr(bound, '.') - bound);
	eg_vec_push(judge->run->arena, &finding->hold, eg_strf(judge->run->arena, "torch<%.*s", (int)patch, bound));
}
