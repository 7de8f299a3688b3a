/* The new build needs a newer NVIDIA driver than the host has. Within a CUDA major any build runs on the major's first
   driver (NVIDIA CUDA Compatibility, minor-version compatibility); before CUDA 11 each toolkit has its own. */
#include "judge.h"

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		const char *source = NULL;
		if (!change->to || !eg_is_framework(change->to->name) || change->action == EG_REINSTALL)
			continue; /* the same build again changes nothing */
		const char *reason = eg_cannot_run(judge, eg_package_variant(change->to), &source);
		if (!reason)
			continue;
		struct eg_finding *finding =
			eg_judge_find(judge, rule, change, "%s %s", eg_judge_words(judge, change->to), reason);
		finding->source = source;
		bool ran = change->from && !eg_cannot_run(judge, eg_package_variant(change->from), NULL);
		if (ran && !eg_judge_requested(judge, change))
			eg_finding_hold(judge, finding, change);
		else
			eg_finding_hold_older(judge, finding, change->to);
	}
}

const struct eg_rule eg_rule_driver_too_old = {
	.id = "driver-too-old",
	.side_effect = EG_BLOCK,
	.request = EG_BLOCK,
	.help = "the new build needs a newer NVIDIA driver (on a Jetson: JetPack) than the host has",
	.source = "facts: driver, forward-compat, jetson",
	.check = check,
};
