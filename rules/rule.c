#include "rule.h"

#include "judge.h"
#include "policy_apply.h"

extern const struct eg_rule eg_rule_gpu_build_lost, eg_rule_driver_too_old, eg_rule_vendor_build_replaced,
	eg_rule_variant_changed, eg_rule_companion_mismatch, eg_rule_version_moved, eg_rule_cuda_asked_cpu_planned,
	eg_rule_exact_pin_broken, eg_rule_shared_files, eg_rule_numpy_abi, eg_rule_no_kernels, eg_rule_pip_over_conda,
	eg_rule_framework_removed, eg_rule_cpu_build_on_gpu_host, eg_rule_known_window, eg_rule_cuda_libraries,
	eg_rule_toolkit_mismatch, eg_rule_cudnn_dropped, eg_rule_protected_package, eg_rule_forbidden_source,
	eg_rule_host_requirement, eg_rule_policy_unreadable;

/* In the order in which findings of one level are told. */
const struct eg_rule *const eg_rules[] = {
	&eg_rule_gpu_build_lost,
	&eg_rule_driver_too_old,
	&eg_rule_no_kernels,
	&eg_rule_vendor_build_replaced,
	&eg_rule_variant_changed,
	&eg_rule_companion_mismatch,
	&eg_rule_version_moved,
	&eg_rule_cuda_asked_cpu_planned,
	&eg_rule_exact_pin_broken,
	&eg_rule_shared_files,
	&eg_rule_numpy_abi,
	&eg_rule_cuda_libraries,
	&eg_rule_cudnn_dropped,
	&eg_rule_known_window,
	&eg_rule_toolkit_mismatch,
	&eg_rule_pip_over_conda,
	&eg_rule_framework_removed,
	&eg_rule_cpu_build_on_gpu_host,
	&eg_rule_protected_package,
	&eg_rule_forbidden_source,
	&eg_rule_host_requirement,
	&eg_rule_policy_unreadable,
	NULL,
};

const char *eg_level_name(enum eg_level level)
{
	static const char *const names[] = {"off", "info", "warn", "block"};
	return names[level];
}

const char *eg_verdict_name(enum eg_verdict verdict)
{
	static const char *const names[] = {"allow", "warn", "block"};
	return names[verdict];
}

static bool any_framework(struct eg_package *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (eg_is_framework(v[i]->name))
			return true;
	return false;
}

bool eg_plan_has_framework(const struct eg_plan *plan)
{
	return any_framework(plan->before, plan->n_before) || any_framework(plan->after, plan->n_after);
}

/* Without a framework, before or after, on a machine without a GPU there is nothing to guard. */
static bool is_of_concern(const struct eg_plan *plan, const struct eg_host *host)
{
	return plan->n_changes && (eg_host_has_gpu(host) || eg_plan_has_framework(plan));
}

/* Has the policy something to say of any package, not only of those for a GPU? */
static bool speaks(const struct eg_policy *policy)
{
	return policy->values.protect.n || policy->values.indexes.n || policy->values.channels.n || policy->values.host.n ||
	       policy->errors.n;
}

void eg_judge_settle(struct eg_judge *judge, struct eg_judgement *ret)
{
	eg_policy_apply(judge);
	eg_judgement_settle(judge->findings.v, judge->findings.n, ret);
}

void eg_judge(struct eg_run *run, struct eg_plan *plan, const struct eg_host *host, const struct eg_terms *terms,
	      struct eg_judgement *ret)
{
	const struct eg_policy policy = eg_policy_default();
	const struct eg_terms defaults = {.policy = &policy};
	struct eg_facts facts = {0};
	struct eg_judge judge = {
		.run = run, .plan = plan, .host = host, .facts = &facts, .terms = terms ? terms : &defaults};
	bool gpu = is_of_concern(plan, host), spoken = plan->n_changes && speaks(judge.terms->policy);

	*ret = (struct eg_judgement){.verdict = EG_ALLOW};
	if ((!gpu && !spoken) || eg_facts_load(run, &facts))
		return;
	eg_variant_fill(run->arena, &facts, plan, host->platform);
	for (size_t i = 0; eg_rules[i]; i++)
		if (eg_rules[i]->of_policy ? spoken : gpu)
			eg_rules[i]->check(&judge, eg_rules[i]);
	eg_judge_settle(&judge, ret);
}

static bool is_of_policy(const char *id)
{
	for (size_t i = 0; eg_rules[i]; i++)
		if (!strcmp(eg_rules[i]->id, id))
			return eg_rules[i]->of_policy;
	return false;
}

void eg_judge_again(struct eg_run *run, const struct eg_plan *plan, const struct eg_host *host,
		    const struct eg_terms *terms, const struct eg_finding *findings, size_t n, struct eg_judgement *ret)
{
	struct eg_facts facts = {0};
	struct eg_judge judge = {.run = run, .plan = plan, .host = host, .facts = &facts, .terms = terms};

	*ret = (struct eg_judgement){.verdict = EG_ALLOW};
	if (eg_facts_load(run, &facts))
		return;
	for (size_t i = 0; i < n; i++)
		if (!is_of_policy(findings[i].rule))
			eg_vec_push(run->arena, &judge.findings, findings[i]);
	for (size_t i = 0; eg_rules[i] && plan->n_changes; i++)
		if (eg_rules[i]->of_policy)
			eg_rules[i]->check(&judge, eg_rules[i]);
	eg_judge_settle(&judge, ret);
}
