/* The environment against what the machine has besides GPUs: a container's wishes, cuDNN, the toolkit. */
#include "doctor.h"

#include "dotted.h"
#include "judge.h"
#include "container.h"

static void check_container(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_host *host = judge->host;
	const char *unmet = host->require_cuda ? eg_container_unmet(judge->run->arena, host, host->require_cuda) : NULL;

	if (unmet)
		eg_check_find(judge, check, EG_BLOCK, NULL,
			      "the container's image requires %s, and %s has CUDA %s: it would not start with a GPU", unmet,
			      host->jetpack ? "the JetPack" : "the driver", host->cuda)
			->source = "NVIDIA_REQUIRE_CUDA of the image";
}

const struct eg_check eg_check_container_requires = {
	.id = "container-requires",
	.help = "the container's image asks for a newer CUDA than the driver has",
	.check = check_container,
};

/* Is A an older release of the same major as B? "8.9.2" and "8.9.7.29"; "8" tells too little. */
static bool older_of_major(const char *a, const char *b)
{
	return strchr(a, '.') && eg_cuda_parse(a).major == eg_cuda_parse(b).major && eg_dotted_compare(a, b) < 0;
}

/* What LD_LIBRARY_PATH names comes before the libraries that pip installed beside a framework. */
static void check_cudnn(struct eg_judge *judge, const struct eg_check *check)
{
	static const char *const names[] = {"nvidia-cudnn-cu11", "nvidia-cudnn-cu12", "nvidia-cudnn-cu13"};
	const struct eg_place *cudnn = &judge->host->toolkit.cudnn;

	for (size_t i = 0; cudnn->version && judge->host->toolkit.cudnn_first && i < sizeof(names) / sizeof(*names); i++) {
		const struct eg_package *package =
			eg_package_find(judge->plan->after, judge->plan->n_after, names[i]);
		if (!package || !older_of_major(cudnn->version, package->version))
			continue;
		eg_check_find(judge, check, EG_WARN, package,
			      "LD_LIBRARY_PATH brings cuDNN %s (%s) before %s %s of the environment", cudnn->version,
			      cudnn->path, package->name, package->version)
			->source = "ld.so(8): LD_LIBRARY_PATH is searched before RUNPATH";
	}
}

const struct eg_check eg_check_cudnn_shadowed = {
	.id = "cudnn-shadowed",
	.help = "LD_LIBRARY_PATH brings an older cuDNN than the environment's",
	.check = check_cudnn,
};

static void check_toolkit(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_package *torch = eg_stack_find(judge->plan->after, judge->plan->n_after, "torch");
	const char *where, *version = torch ? eg_nvcc_there(judge, &where) : NULL;

	if (!version || eg_package_variant(torch).accelerator != EG_CUDA ||
	    eg_nvcc_fits(torch, eg_cuda_parse(version), false))
		return;
	eg_check_find(judge, check, EG_INFO, torch, "extensions of %s would not compile: the nvcc %s is of CUDA %s",
		      eg_judge_words(judge, torch), where, version)
		->source = "torch.utils.cpp_extension";
}

const struct eg_check eg_check_toolkit_mismatch = {
	.id = "toolkit-mismatch",
	.help = "the toolkit at hand is of another CUDA than the framework",
	.check = check_toolkit,
};
