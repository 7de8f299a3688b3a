/* pip replaces what conda manages: conda's records go on describing files that are no longer there. */
#include "judge.h"

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		if (!change->from || !change->to || change->to->ecosystem != EG_PYTHON || !change->from->installer ||
		    strcmp(change->from->installer, "conda"))
			continue;
		struct eg_finding *finding = eg_judge_find(
			judge, rule, change, "%s %s belongs to conda, and %s would overwrite it with %s",
			change->from->name, change->from->version, judge->plan->tool, change->to->version);
		if (!eg_judge_requested(judge, change) && !eg_is_framework(change->from->name))
			finding->level = EG_WARN;
		if (!eg_judge_requested(judge, change))
			eg_finding_hold(judge, finding, change);
	}
}

const struct eg_rule eg_rule_pip_over_conda = {
	.id = "pip-over-conda",
	.side_effect = EG_BLOCK,
	.request = EG_WARN,
	.help = "pip would overwrite a package that conda manages; blocked for a framework that nobody named",
	.source = "INSTALLER in the installed metadata",
	.check = check,
};
