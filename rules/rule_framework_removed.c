/* A framework's GPU build goes, and nothing of that name comes. */
#include "judge.h"

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		if (change->to || eg_judge_named(judge, change) || !eg_is_framework(change->from->name) ||
		    eg_package_variant(change->from).accelerator == EG_CPU)
			continue;
		struct eg_finding *finding =
			eg_judge_find(judge, rule, change, "%s would be removed, which the command does not ask for",
				      eg_judge_words(judge, change->from));
		finding->level = rule->side_effect; /* a selector that is removed does not name the framework */
		eg_finding_hold(judge, finding, change);
	}
}

const struct eg_rule eg_rule_framework_removed = {
	.id = "framework-removed",
	.side_effect = EG_BLOCK,
	.request = EG_OFF,
	.help = "a GPU framework would be removed although the command does not name it",
	.source = "the plan",
	.check = check,
};
