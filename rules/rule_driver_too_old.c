/* The new build needs a newer NVIDIA driver than the host has. Within a CUDA major any build runs on the major's first
   driver (NVIDIA CUDA Compatibility, minor-version compatibility); before CUDA 11 each toolkit has its own. */
#include "judge.h"

/* jaxlib's plugin is what holds its CUDA; naming both would say the same twice. */
static bool speaks_for_its_stack(const struct eg_package *package)
{
	const struct eg_family *family = eg_family_of(package->name);

	return family && family->role == EG_FRAMEWORK;
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		if (!change->to || !speaks_for_its_stack(change->to))
			continue;
		const struct eg_driver_floor *floor = eg_driver_lacking(judge, eg_package_variant(change->to));
		if (!floor)
			continue;
		struct eg_finding *finding =
			eg_judge_find(judge, rule, change, "%s needs NVIDIA driver %s or newer, and %s has %s",
				      eg_judge_words(judge, change->to), floor->driver,
				      judge->host->given ? "the host" : "this machine", judge->host->driver);
		finding->source = floor->source;
		/* It did not run before either: worth a word, but the plan is not what breaks it. */
		if (change->from && eg_driver_lacking(judge, eg_package_variant(change->from)))
			finding->level = EG_WARN;
		else if (change->from && !eg_judge_requested(judge, change))
			eg_finding_hold(judge, finding, change);
		else if (!strcmp(change->to->name, "torch"))
			eg_finding_hold_older(judge, finding);
	}
}

const struct eg_rule eg_rule_driver_too_old = {
	.id = "driver-too-old",
	.side_effect = EG_BLOCK,
	.request = EG_BLOCK,
	.help = "the new build needs a newer NVIDIA driver than the host has",
	.check = check,
};
