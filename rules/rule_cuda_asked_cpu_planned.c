/* The command asks for CUDA (an index of a CUDA build, an extra, a label) and the plan holds a CPU build. */
#include "judge.h"

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	if (!eg_asks_cuda(judge->plan) || eg_asks_cpu(judge->plan))
		return;
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		const struct eg_family *family = change->to ? eg_family_of(change->to->name) : NULL;
		/* A name that stands for the CPU build ("onnxruntime") asks for just that. */
		if (!family || family->role != EG_FRAMEWORK || family->variant || !eg_judge_requested(judge, change) ||
		    eg_package_variant(change->to).accelerator != EG_CPU)
			continue;
		struct eg_finding *finding =
			eg_judge_find(judge, rule, change, "the command asks for CUDA, but %s would be a CPU build",
				      eg_strf(judge->run->arena, "%s %s", change->to->name, change->to->version));
		finding->level = EG_BLOCK;
		eg_finding_hold_cuda(judge, finding, change->to);
	}
}

const struct eg_rule eg_rule_cuda_asked_cpu_planned = {
	.id = "cuda-asked-cpu-planned",
	.side_effect = EG_BLOCK,
	.request = EG_BLOCK,
	.help = "the command asks for CUDA, and the plan holds a CPU build",
	.source = "the command and the builds in the plan",
	.check = check,
};
