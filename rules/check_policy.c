/* What the policy wants of an environment as it stands, and of the machine. */
#include "doctor.h"
#include "judge.h"

static void check_packages(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_policy_protections *all = &judge->terms->policy->values.protect;

	for (size_t i = 0; i < all->n; i++) {
		const struct eg_policy_protection *protection = &all->v[i];
		for (size_t k = 0; k < judge->plan->n_after; k++) {
			const struct eg_package *package = judge->plan->after[k];
			const char *what = eg_protection_names(protection, package) ?
						   eg_protection_broken(judge, protection, NULL, package) :
						   NULL;
			if (!what)
				continue;
			struct eg_finding *finding = eg_check_find(judge, check, (enum eg_level)protection->level, package,
								   "%s is there, and by the policy it %s%s%s", eg_judge_words(judge, package), what,
								   protection->reason ? ": " : "",
								   protection->reason ? protection->reason : "");
			finding->source = eg_policy_mark_text(judge->run->arena, &protection->mark);
		}
	}
}

const struct eg_check eg_check_protected_package = {
	.id = "protected-package",
	.help = "a package that the policy protects is not as the policy wants it",
	.check = check_packages,
};

static void check_host(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_policy_hosts *all = &judge->terms->policy->values.host;

	for (size_t i = 0; i < all->n && eg_plan_has_framework(judge->plan); i++) {
		const char *why = eg_host_lacks(judge, &all->v[i]);
		if (!why)
			continue;
		struct eg_finding *finding = eg_check_find(judge, check, (enum eg_level)all->v[i].level, NULL,
							   "this machine is not what the policy wants: %s%s%s", why,
							   all->v[i].reason ? "; " : "",
							   all->v[i].reason ? all->v[i].reason : "");
		finding->source = eg_policy_mark_text(judge->run->arena, &all->v[i].mark);
	}
}

const struct eg_check eg_check_host_requirement = {
	.id = "host-requirement",
	.help = "the machine is not what the policy wants it to be",
	.check = check_host,
};

static void check_policy(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_policy *policy = judge->terms->policy;

	for (size_t i = 0; i < policy->errors.n; i++)
		eg_check_find(judge, check, policy->values.on_error == EG_ON_ERROR_BLOCK ? EG_BLOCK : EG_WARN, NULL,
			      "the %s policy is not in force: %s",
			      eg_policy_place_name(policy->errors.v[i].mark.place), policy->errors.v[i].text);
}

const struct eg_check eg_check_policy_unreadable = {
	.id = "policy-unreadable",
	.help = "a file of the policy cannot be used",
	.check = check_policy,
};
