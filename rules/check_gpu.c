/* Frameworks against the driver and the GPUs that are there. */
#include "doctor.h"

#include <stdlib.h>

#include "judge.h"

/* The frameworks that would use a GPU if they could. */
static bool wants_gpu(const struct eg_package *package)
{
	return eg_is_framework(package->name) && eg_variant_gpu(eg_package_variant(package));
}

static const struct eg_package *any_that_wants_gpu(const struct eg_judge *judge)
{
	for (size_t i = 0; i < judge->plan->n_after; i++)
		if (wants_gpu(judge->plan->after[i]))
			return judge->plan->after[i];
	return NULL;
}

static void check_trouble(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_package *framework = any_that_wants_gpu(judge);

	if (judge->host->trouble)
		eg_check_find(judge, check, framework ? EG_BLOCK : EG_WARN, framework, "%s", judge->host->trouble);
}

const struct eg_check eg_check_driver_trouble = {
	.id = "driver-trouble",
	.help = "the NVIDIA driver cannot be used as it stands",
	.check = check_trouble,
};

/* Older releases of torch run where the default build does not; not where this one is old already. */
static void point_to_older(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_package *package)
{
	struct eg_package wish = {.name = "the host"};

	if (package->ecosystem != EG_PYTHON) {
		eg_finding_point_to_jetpack(judge, finding);
		return;
	}
	eg_finding_hold_older(judge, finding, package);
	wish.requires = finding->hold;
	if (finding->hold.n && !eg_unmet(judge, &wish, package))
		finding->hold.n = 0;
}

static void check_driver(struct eg_judge *judge, const struct eg_check *check)
{
	for (size_t i = 0; i < judge->plan->n_after; i++) {
		const struct eg_package *package = judge->plan->after[i];
		const char *source = NULL;
		const char *reason = eg_is_framework(package->name)
					     ? eg_cannot_run(judge, eg_package_variant(package), &source)
					     : NULL;
		if (!reason)
			continue;
		struct eg_finding *finding =
			eg_check_find(judge, check, EG_BLOCK, package, "%s %s", eg_judge_words(judge, package), reason);
		finding->source = source;
		point_to_older(judge, finding, package);
	}
}

const struct eg_check eg_check_driver_too_old = {
	.id = "driver-too-old",
	.help = "a framework needs a newer NVIDIA driver (on a Jetson: JetPack) than is there",
	.check = check_driver,
};

static void check_kernels(struct eg_judge *judge, const struct eg_check *check)
{
	for (size_t i = 0; i < judge->plan->n_after; i++) {
		const struct eg_package *package = judge->plan->after[i];
		const struct eg_gpu *gpu;
		const struct eg_kernels *kernels = eg_kernels_lacking(judge, package, &gpu);
		if (!kernels)
			continue;
		struct eg_finding *finding =
			eg_check_find(judge, check, kernels->secondary ? EG_WARN : EG_BLOCK, package,
				      "%s has no code for the %s (compute capability %d.%d)",
				      eg_judge_words(judge, package), gpu->name ? gpu->name : "GPU", gpu->capability[0],
				      gpu->capability[1]);
		finding->source = kernels->source;
		point_to_older(judge, finding, package);
	}
}

const struct eg_check eg_check_no_kernels = {
	.id = "no-kernels",
	.help = "a framework is not compiled for a GPU that is there",
	.check = check_kernels,
};

/* A divided GPU without instances is none (NVIDIA Multi-Instance GPU User Guide). */
static bool usable(const struct eg_gpu *gpu)
{
	return !gpu->mig || gpu->mig_instances;
}

static void check_gpu_left(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_host *host = judge->host;
	const struct eg_package *framework = any_that_wants_gpu(judge);

	if (!framework || !host->n_gpus)
		return;
	for (size_t i = 0; i < host->n_gpus; i++)
		if (usable(&host->gpus[i]))
			return;
	eg_check_find(judge, check, EG_BLOCK, framework,
		      "%s finds no GPU: %s is divided (MIG), and has no instance to use", eg_judge_words(judge, framework),
		      host->gpus[0].name ? host->gpus[0].name : "the GPU")
		->source = "NVIDIA Multi-Instance GPU User Guide";
}

const struct eg_check eg_check_no_gpu_left = {
	.id = "no-gpu-left",
	.help = "every GPU is divided (MIG), and none has an instance",
	.check = check_gpu_left,
};

/* A device list may be empty, or begin with -1 (CUDA C++ Programming Guide, CUDA_VISIBLE_DEVICES). */
static void check_hidden(struct eg_judge *judge, const struct eg_check *check)
{
	const char *visible = judge->host->given ? NULL : getenv("CUDA_VISIBLE_DEVICES");
	const struct eg_package *framework = any_that_wants_gpu(judge);

	if (visible && framework && eg_host_has_gpu(judge->host) && (!*visible || !strncmp(visible, "-1", 2)))
		eg_check_find(judge, check, EG_WARN, framework, "CUDA_VISIBLE_DEVICES='%s' hides every GPU from %s", visible,
			      framework->name)
			->source = "CUDA C++ Programming Guide, environment variables";
}

const struct eg_check eg_check_gpus_hidden = {
	.id = "gpus-hidden",
	.help = "CUDA_VISIBLE_DEVICES hides every GPU",
	.check = check_hidden,
};

static void check_cpu(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_host *host = judge->host;

	for (size_t i = 0; eg_host_has_gpu(host) && i < judge->plan->n_after; i++) {
		const struct eg_package *package = judge->plan->after[i];
		const struct eg_family *family = eg_family_of(package->name);
		bool chosen = family && family->variant; /* "tensorflow-cpu" */
		if (!family || family->role != EG_FRAMEWORK || chosen ||
		    eg_package_variant(package).accelerator != EG_CPU)
			continue;
		struct eg_finding *finding =
			eg_check_find(judge, check, EG_WARN, package, "%s %s is a CPU build, and %s has a GPU",
				      package->name, package->version, host->given ? "the host" : "this machine");
		eg_finding_point_to_jetpack(judge, finding);
	}
}

const struct eg_check eg_check_cpu_build = {
	.id = "cpu-build-on-gpu-host",
	.help = "a framework is a CPU build where a GPU waits",
	.check = check_cpu,
};
