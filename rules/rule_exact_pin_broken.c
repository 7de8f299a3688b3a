/* A library that an installed framework pins exactly moves off that pin. */
#include "judge.h"

/* The framework that stays, was content before, and is not after. */
static const struct eg_package *pinning(const struct eg_judge *judge, const struct eg_change *change,
					const char **ret_requirement)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *framework = plan->after[i];
		if (!eg_is_framework(framework->name) || eg_judge_change(judge, framework->name))
			continue;
		const char *unmet = eg_unmet(judge, framework, change->to);
		if (unmet && strstr(unmet, "==") && !eg_unmet(judge, framework, change->from)) {
			*ret_requirement = unmet;
			return framework;
		}
	}
	return NULL;
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		const struct eg_family *family = change->to ? eg_family_of(change->to->name) : NULL;
		if (!change->from || !family || family->role != EG_LIBRARY)
			continue;
		const char *requirement = NULL;
		const struct eg_package *framework = pinning(judge, change, &requirement);
		if (!framework)
			continue;
		struct eg_finding *finding =
			eg_judge_find(judge, rule, change, "%s would move from %s to %s, but %s %s needs %s",
				      change->to->name, change->from->version, change->to->version, framework->name,
				      framework->version, requirement);
		if (!eg_judge_requested(judge, change))
			eg_finding_hold(judge, finding, change);
	}
}

const struct eg_rule eg_rule_exact_pin_broken = {
	.id = "exact-pin-broken",
	.side_effect = EG_BLOCK,
	.request = EG_WARN,
	.help = "a library (nvidia-*, triton …) moves off the exact version that an installed framework needs",
	.check = check,
};
