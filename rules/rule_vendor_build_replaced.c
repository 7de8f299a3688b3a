/* A vendor's or a site's own build (Jetson, NGC, ROCm, a local build) gives way to another. */
#include "judge.h"

/* AMD's GPU is of no use to a build for CUDA, even where the driver would do. */
static bool is_replaced(struct eg_variant from, struct eg_variant to)
{
	if (from.accelerator == EG_ROCM)
		return to.accelerator == EG_CUDA || to.accelerator == EG_UNTOLD;
	return from.accelerator == EG_VENDOR && to.accelerator != EG_VENDOR;
}

static void tell(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
		 struct eg_variant from, struct eg_variant to)
{
	if (!is_replaced(from, to))
		return;
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s would be replaced by the public build %s",
			      eg_judge_words(judge, change->from), eg_judge_words(judge, change->to));
	if (to.accelerator == EG_CPU || eg_cannot_run(judge, to, NULL))
		finding->level = EG_BLOCK;
	if (!eg_judge_requested(judge, change))
		eg_finding_hold(judge, finding, change);
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	eg_judge_builds(judge, rule, tell);
}

const struct eg_rule eg_rule_vendor_build_replaced = {
	.id = "vendor-build-replaced",
	.side_effect = EG_BLOCK,
	.request = EG_WARN,
	.help = "a vendor's build (Jetson, NGC, ROCm, a local build) is replaced by a public wheel",
	.source = "local version label of the installed build",
	.check = check,
};
