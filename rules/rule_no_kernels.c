/* The new build is not compiled for a GPU of the host. */
#include "judge.h"

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		const struct eg_gpu *gpu;
		const struct eg_kernels *kernels = change->to ? eg_kernels_lacking(judge, change->to, &gpu) : NULL;
		if (!kernels || change->action == EG_REINSTALL) /* the same build again changes nothing */
			continue;
		/* Where nothing but its CUDA is known, it may have PTX, which the driver compiles. */
		bool may_have_ptx = !kernels->arch.n && kernels->secondary;
		struct eg_finding *finding =
			eg_judge_find(judge, rule, change, "%s has no %scode for the %s (compute capability %d.%d)",
				      eg_judge_words(judge, change->to), may_have_ptx ? "ready-made " : "",
				      gpu->name ? gpu->name : "GPU", gpu->capability[0], gpu->capability[1]);
		finding->source = kernels->source;
		if (kernels->secondary) /* read in a copy only */
			finding->level = EG_WARN;
		bool ran = change->from && !eg_kernels_lacking(judge, change->from, &gpu);
		if (ran && !eg_judge_requested(judge, change))
			eg_finding_hold(judge, finding, change);
		else
			eg_finding_hold_older(judge, finding, change->to);
	}
}

const struct eg_rule eg_rule_no_kernels = {
	.id = "no-kernels",
	.side_effect = EG_BLOCK,
	.request = EG_BLOCK,
	.help = "the new build is not compiled for a GPU of the host",
	.source = "facts: kernels, gpus, jax",
	.check = check,
};
