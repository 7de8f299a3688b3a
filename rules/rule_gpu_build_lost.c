/* A framework's GPU build becomes a CPU build. */
#include "judge.h"

static void tell(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
		 struct eg_variant from, struct eg_variant to)
{
	bool had_gpu = eg_variant_gpu(from) && from.accelerator != EG_VENDOR, asked = eg_asks_cpu(judge->plan);

	if (!had_gpu || to.accelerator != EG_CPU)
		return;
	struct eg_finding *finding = eg_judge_find(judge, rule, change, "%s would become %s, which cannot use a GPU",
						   eg_judge_words(judge, change->from), change->to->version);
	if (eg_judge_requested(judge, change) && asked)
		finding->level = EG_WARN;
	if (!eg_judge_requested(judge, change))
		eg_finding_hold(judge, finding, change);
	else if (asked || eg_is_removal(judge->plan))
		finding->no_fix = "it is what the command asks for";
	else
		eg_finding_hold_cuda(judge, finding, change->to);
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	eg_judge_builds(judge, rule, tell);
}

const struct eg_rule eg_rule_gpu_build_lost = {
	.id = "gpu-build-lost",
	.side_effect = EG_BLOCK,
	.request = EG_BLOCK,
	.help = "a framework loses its GPU build; a warning where the command itself asks for the CPU",
	.source = "local version labels and required CUDA libraries of the builds",
	.check = check,
};
