/* A file of the policy is not in force, so that something may be allowed that it forbids. */
#include "judge.h"

/* As for any failure of the guard itself. */
static enum eg_level level_of(int on_error)
{
	static const enum eg_level levels[] = {
		[EG_ON_ERROR_ALLOW] = EG_INFO, [EG_ON_ERROR_WARN] = EG_WARN, [EG_ON_ERROR_BLOCK] = EG_BLOCK};

	return levels[on_error];
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_policy *policy = judge->terms->policy;

	for (size_t i = 0; i < policy->errors.n; i++) {
		struct eg_finding *finding =
			eg_judge_find(judge, rule, &judge->plan->changes[0], "the %s policy is not in force: %s",
				      eg_policy_place_name(policy->errors.v[i].mark.place), policy->errors.v[i].text);
		finding->level = level_of(policy->values.on_error);
		finding->why = (struct eg_strs){0};
		finding->no_fix = "the policy itself is to be repaired: 'envguard policy check FILE' tells where";
	}
}

const struct eg_rule eg_rule_policy_unreadable = {
	.id = "policy-unreadable",
	.side_effect = EG_WARN,
	.request = EG_WARN,
	.help = "a file of the policy cannot be used; blocked where the policy that is left has on_error: block",
	.source = "policy: on_error",
	.of_policy = true,
	.check = check,
};
