/* A cuDNN that no longer has the code for a GPU of the host: 9.10.2 is the last one for Maxwell, Pascal and Volta
   (cuDNN support matrix). */
#include "dotted.h"
#include "judge.h"

static bool is_cudnn(const char *name)
{
	return !strcmp(name, "cudnn") || !strncmp(name, "nvidia-cudnn-cu", strlen("nvidia-cudnn-cu"));
}

/* "9.10.2" of "9.10.2.21": a build's fourth number does not matter. */
static const char *release_of(struct eg_arena *arena, const char *version)
{
	size_t n = 0;

	for (int part = 0; part < 3; part++) {
		n += strspn(version + n, "0123456789");
		if (version[n] != '.' || part == 2)
			break;
		n++;
	}
	return eg_strndup(arena, version, n);
}

/* The GPU that VERSION is too new for; NULL: none. */
static const struct eg_gpu *left_out(const struct eg_judge *judge, const char *version, const struct eg_gpu_arch **ret)
{
	for (size_t i = 0; i < judge->host->n_gpus; i++) {
		const struct eg_gpu *gpu = &judge->host->gpus[i];
		const struct eg_gpu_arch *arch =
			eg_facts_gpu(judge->facts, (struct eg_cuda){gpu->capability[0], gpu->capability[1]});
		if (!arch || !arch->last_cudnn ||
		    eg_dotted_compare(release_of(judge->run->arena, version), arch->last_cudnn) <= 0)
			continue;
		*ret = arch;
		return gpu;
	}
	return NULL;
}

/* "nvidia-cudnn-cu12<9.11" */
static const char *below_next(const struct eg_judge *judge, const struct eg_package *package,
			      const struct eg_gpu_arch *arch)
{
	struct eg_cuda last = eg_cuda_parse(arch->last_cudnn);

	return eg_strf(judge->run->arena, "%s<%d.%d", package->name, last.major, last.minor + 1);
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		const struct eg_gpu_arch *arch;
		if (!change->to || !is_cudnn(change->to->name))
			continue;
		const struct eg_gpu *gpu = left_out(judge, change->to->version, &arch);
		if (!gpu || (change->from && left_out(judge, change->from->version, &arch)))
			continue;
		struct eg_finding *finding = eg_judge_find(
			judge, rule, change, "%s %s does not support the %s any more: %s is the last for %s",
			change->to->name, change->to->version, gpu->name ? gpu->name : "GPU", arch->last_cudnn,
			arch->family);
		finding->source = arch->source;
		if (change->from)
			eg_finding_hold(judge, finding, change);
		else if (change->to->ecosystem == EG_PYTHON)
			eg_vec_push(judge->run->arena, &finding->hold, below_next(judge, change->to, arch));
	}
}

const struct eg_rule eg_rule_cudnn_dropped = {
	.id = "cudnn-dropped",
	.side_effect = EG_WARN,
	.request = EG_WARN,
	.help = "the new cuDNN no longer supports a GPU of the host",
	.source = "facts: gpus",
	.check = check,
};
