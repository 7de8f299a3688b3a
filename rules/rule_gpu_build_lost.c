/* A framework's GPU build becomes a CPU build. */
#include "judge.h"

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		if (!change->from || !change->to || !eg_is_framework(change->to->name))
			continue;
		enum eg_accelerator from = eg_package_variant(change->from).accelerator;
		if (from == EG_UNTOLD || from == EG_CPU || from == EG_VENDOR ||
		    eg_package_variant(change->to).accelerator != EG_CPU)
			continue;
		struct eg_finding *finding =
			eg_judge_find(judge, rule, change, "%s would become %s, which cannot use a GPU",
				      eg_judge_words(judge, change->from), change->to->version);
		bool asked = eg_asks_cpu(judge->plan);
		if (eg_judge_requested(judge, change) && asked)
			finding->level = EG_WARN;
		if (!eg_judge_requested(judge, change))
			eg_finding_hold(judge, finding, change);
		else if (asked || eg_is_removal(judge->plan))
			finding->no_fix = "it is what the command asks for";
		else
			eg_finding_hold_cuda(judge, finding, change->to);
	}
}

const struct eg_rule eg_rule_gpu_build_lost = {
	.id = "gpu-build-lost",
	.side_effect = EG_BLOCK,
	.request = EG_BLOCK,
	.help = "a framework loses its GPU build; a warning where the command itself asks for the CPU",
	.source = "local version labels and required CUDA libraries of the builds",
	.check = check,
};
