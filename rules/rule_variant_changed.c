/* A framework moves to another CUDA or ROCm. */
#include "judge.h"

static void tell(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
		 struct eg_variant from, struct eg_variant to)
{
	bool another_rule = from.accelerator == EG_VENDOR || to.accelerator == EG_CPU ||
			    (from.accelerator == EG_ROCM && to.accelerator == EG_CUDA);

	if (another_rule || eg_variant_same(from, to))
		return;
	bool repairs = eg_repairs(judge, change), asked = eg_judge_requested(judge, change);
	struct eg_finding *finding = eg_judge_find(judge, rule, change, "%s would become %s%s",
						   eg_judge_words(judge, change->from), eg_judge_words(judge, change->to),
						   repairs ? ", which mends what did not fit"
						   : asked ? ""
							   : ", which the command does not ask for");
	/* A CPU build that gains CUDA loses nothing; a stack that did not fit before is mended. */
	if (!asked && from.accelerator == EG_CPU)
		finding->level = EG_WARN;
	if (repairs)
		finding->level = EG_INFO;
	if (!asked)
		eg_finding_hold(judge, finding, change);
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	eg_judge_builds(judge, rule, tell);
}

const struct eg_rule eg_rule_variant_changed = {
	.id = "variant-changed",
	.side_effect = EG_BLOCK,
	.request = EG_INFO,
	.help = "a framework moves to another CUDA or ROCm build",
	.source = "local version labels and required CUDA libraries of the builds",
	.check = check,
};
