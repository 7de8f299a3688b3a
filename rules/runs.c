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

/* "550.54.15" … is what cuda-compat brings: a newer libcuda beside the driver, for the CUDA of the package's own version. */
static struct eg_cuda compat_cuda(const struct eg_judge *judge)
{
	const struct eg_package *package = eg_conda_installed(judge, "cuda-compat");
	struct eg_cuda loaded = eg_cuda_parse(judge->host->cuda_loaded);
	struct eg_cuda own = eg_cuda_parse(package ? package->version : NULL);

	return eg_cuda_compare(own, loaded) > 0 ? own : loaded;
}

/* The GPU of the host that cuda-compat does not run on, as far as names tell; NULL: none. */
static const struct eg_gpu *without_compat(const struct eg_judge *judge)
{
	for (size_t i = 0; i < judge->host->n_gpus; i++) {
		const struct eg_gpu *gpu = &judge->host->gpus[i];
		const struct eg_forward_compat *row = eg_facts_forward_compat(judge->facts, gpu->name);
		if (row && !strcmp(row->allowed, "no"))
			return gpu;
	}
	return NULL;
}

/* Of a node that is not at hand, or of the machine outside, nothing but its CUDA may be known. */
static const char *beyond_cuda(const struct eg_judge *judge, struct eg_cuda wanted)
{
	struct eg_cuda own = eg_cuda_parse(judge->host->cuda);
	bool beyond = wanted.major > own.major || (wanted.major == own.major && wanted.major < 11 && wanted.minor > own.minor);

	if (judge->host->driver || own.major < 0 || !beyond || compat_cuda(judge).major >= wanted.major)
		return NULL;
	return eg_strf(judge->run->arena, "needs a driver for CUDA %d, and the host's is for CUDA %s", wanted.major,
		       judge->host->cuda);
}

const char *eg_cannot_run(const struct eg_judge *judge, struct eg_variant variant, const char **ret_source)
{
	const struct eg_host *host = judge->host;
	const struct eg_cuda wanted = {variant.major, variant.minor};
	const struct eg_driver_floor *floor = eg_facts_driver(judge->facts, wanted);
	static const char jetson[] = "the CUDA of the host's JetPack";

	if (variant.accelerator != EG_CUDA || variant.major < 0)
		return NULL;
	bool lacking = host->driver && floor && eg_dotted_compare(host->driver, floor->driver) < 0;
	if (ret_source)
		*ret_source = host->jetpack && !lacking ? jetson : floor ? floor->source : NULL;
	if (!lacking)
		return host->jetpack ? beyond_jetpack(judge, variant) : beyond_cuda(judge, wanted);
	bool compat = compat_cuda(judge).major >= wanted.major;
	const struct eg_gpu *without = compat ? without_compat(judge) : NULL;
	if (compat && !without)
		return NULL;
	return eg_strf(judge->run->arena, "needs NVIDIA driver %s or newer, and %s has %s%s%s", floor->driver,
		       host->given ? "the host" : "this machine", host->driver,
		       without ? "; cuda-compat does not work on the " : "", without ? without->name : "");
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

/* What a build of torch is compiled for, by pip or by conda; NULL: not known. */
static const struct eg_kernels *kernels_of(const struct eg_judge *judge, const struct eg_package *package,
					   struct eg_cuda cuda)
{
	if (!strcmp(package->name, "torch"))
		return eg_facts_kernels(judge->facts, package->version, cuda,
					eg_is_aarch64(package, judge->host->platform));
	if (strcmp(package->name, "pytorch") || !package->channel)
		return NULL;
	const char *slash = strrchr(package->channel, '/');
	return eg_facts_conda_kernels(judge->facts, package->version, cuda, slash ? slash + 1 : package->channel);
}

/* CUDA has dropped the GPU's architecture before the release that the build is for. */
static bool dropped(const struct eg_gpu_arch *arch, struct eg_cuda cuda)
{
	struct eg_cuda last = arch->last_cuda;

	return last.major >= 0 && (cuda.major > last.major ||
				   (cuda.major == last.major && last.minor >= 0 && cuda.minor > last.minor));
}

/* The build's CUDA is older than the first of the GPU's major: at best it has PTX, of which nothing is known. */
static bool not_yet_known(const struct eg_judge *judge, struct eg_cuda cuda, struct eg_cuda capability)
{
	const struct eg_gpu_arch *first = eg_facts_gpu(judge->facts, (struct eg_cuda){capability.major, 0});

	return first && first->first_cuda.major >= 0 && cuda.minor >= 0 && eg_cuda_compare(cuda, first->first_cuda) < 0;
}

/* JAX says itself from which GPU on its plugins work. */
static const struct eg_jax_need *too_old_for_jax(const struct eg_judge *judge, const struct eg_package *package,
						 struct eg_cuda cuda, struct eg_cuda capability)
{
	const struct eg_jax_need *need =
		!strcmp(package->name, "jaxlib") ? eg_facts_jax(judge->facts, package->version, cuda.major) : NULL;

	return need && eg_cuda_compare(capability, need->capability) < 0 ? need : NULL;
}

/* A fact about an architecture or about JAX, in the form of one about a build. */
static const struct eg_kernels *as_kernels(const struct eg_judge *judge, const char *source, bool doubtful)
{
	struct eg_kernels *row = EG_NEW(judge->run->arena, struct eg_kernels);

	*row = (struct eg_kernels){.source = source, .secondary = doubtful};
	return row;
}

/* Where nothing is known of the build itself: does its CUDA still have the GPU's architecture? */
static const struct eg_kernels *out_of_date(const struct eg_judge *judge, const struct eg_package *package,
					    struct eg_cuda cuda, const struct eg_gpu *gpu)
{
	const struct eg_cuda capability = {gpu->capability[0], gpu->capability[1]};
	const struct eg_gpu_arch *arch = eg_facts_gpu(judge->facts, capability);
	const struct eg_jax_need *need = too_old_for_jax(judge, package, cuda, capability);

	if (arch && dropped(arch, cuda))
		return as_kernels(judge, arch->source, arch->secondary);
	if (arch && not_yet_known(judge, cuda, capability))
		return as_kernels(judge, arch->source, true);
	return need ? as_kernels(judge, need->source, need->secondary) : NULL;
}

const struct eg_kernels *eg_kernels_lacking(const struct eg_judge *judge, const struct eg_package *package,
					    const struct eg_gpu **ret_gpu)
{
	struct eg_variant variant = eg_package_variant(package);
	const struct eg_cuda cuda = {variant.major, variant.minor};

	if (!eg_is_framework(package->name) || variant.accelerator != EG_CUDA || !judge->host->n_gpus)
		return NULL;
	const struct eg_kernels *kernels = kernels_of(judge, package, cuda);
	const struct eg_gpu *gpu = left_out(judge, kernels);
	if (gpu)
		*ret_gpu = gpu;
	if (kernels)
		return gpu ? kernels : NULL;
	for (size_t i = 0; !kernels && i < judge->host->n_gpus; i++) {
		gpu = &judge->host->gpus[i];
		kernels = gpu->capability[0] ? out_of_date(judge, package, cuda, gpu) : NULL;
	}
	if (kernels)
		*ret_gpu = gpu;
	return kernels;
}

const char *eg_build_unfit(const struct eg_judge *judge, const char *name, const char *version, struct eg_cuda cuda,
			   const char **ret_source)
{
	const struct eg_package package = {
		.name = name,
		.version = version,
		.variant = eg_cuda_label(judge->run->arena, cuda),
	};
	const char *reason = eg_cannot_run(judge, (struct eg_variant){EG_CUDA, cuda.major, cuda.minor}, ret_source);
	const struct eg_gpu *gpu;
	const struct eg_kernels *kernels = reason ? NULL : eg_kernels_lacking(judge, &package, &gpu);

	if (!kernels)
		return reason;
	if (ret_source)
		*ret_source = kernels->source;
	return eg_strf(judge->run->arena, "has no code for the %s", gpu->name ? gpu->name : "host's GPU");
}
