/* Does a build run on the host: its driver, its GPUs? */
#include <stdlib.h>

#include "judge.h"

/* Dotted numbers: 535.183.01 > 535.54.03 > 535. */
static int compare_drivers(const char *a, const char *b)
{
	for (;;) {
		char *after_a, *after_b;
		long x = strtol(a, &after_a, 10), y = strtol(b, &after_b, 10);
		if (x != y)
			return x < y ? -1 : 1;
		if (*after_a != '.' && *after_b != '.')
			return 0;
		a = *after_a == '.' ? after_a + 1 : "0";
		b = *after_b == '.' ? after_b + 1 : "0";
	}
}

const struct eg_driver_floor *eg_driver_lacking(const struct eg_judge *judge, struct eg_variant variant)
{
	if (!judge->host->driver || variant.accelerator != EG_CUDA || variant.major < 0)
		return NULL;
	const struct eg_driver_floor *floor =
		eg_facts_driver(judge->facts, (struct eg_cuda){variant.major, variant.minor});
	return floor && compare_drivers(judge->host->driver, floor->driver) < 0 ? floor : NULL;
}

/* Code for X.y runs on X.z with z >= y (NVIDIA's compatibility guides); PTX on whatever is newer. */
static bool runs_on(const struct eg_kernels *kernels, const struct eg_gpu *gpu)
{
	int major = gpu->capability[0], minor = gpu->capability[1];

	for (size_t i = 0; i < kernels->n; i++)
		if (kernels->arch[i].major == major && kernels->arch[i].minor <= minor)
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

	return !eg_driver_lacking(judge, (struct eg_variant){EG_CUDA, cuda.major, cuda.minor}) &&
	       !left_out(judge, eg_facts_kernels(judge->facts, build->version, cuda, false));
}

void eg_finding_hold_older(const struct eg_judge *judge, struct eg_finding *finding)
{
	const struct eg_facts *facts = judge->facts;
	size_t n = facts->n_builds;

	while (n && !default_build_runs(judge, &facts->builds[n - 1]))
		n--;
	if (!n || n == facts->n_builds)
		return;
	const char *bound = facts->builds[n].version; /* the oldest of those that do not run */
	size_t patch = (size_t)(strrchr(bound, '.') - bound);
	eg_vec_push(judge->run->arena, &finding->hold, eg_strf(judge->run->arena, "torch<%.*s", (int)patch, bound));
}
