#include "rule.h"

#include "judge.h"

extern const struct eg_rule eg_rule_gpu_build_lost, eg_rule_driver_too_old, eg_rule_vendor_build_replaced,
	eg_rule_variant_changed, eg_rule_companion_mismatch, eg_rule_version_moved, eg_rule_cuda_asked_cpu_planned,
	eg_rule_exact_pin_broken, eg_rule_shared_files, eg_rule_numpy_abi, eg_rule_no_kernels, eg_rule_pip_over_conda,
	eg_rule_framework_removed, eg_rule_cpu_build_on_gpu_host, eg_rule_known_window, eg_rule_cuda_libraries,
	eg_rule_toolkit_mismatch, eg_rule_cudnn_dropped;

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

/* The gravest first, otherwise as the rules found them: an insertion sort is stable, and findings are few. */
static void sort_findings(struct eg_finding *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct eg_finding finding = v[i];
		size_t k = i;
		for (; k && v[k - 1].level < finding.level; k--)
			v[k] = v[k - 1];
		v[k] = finding;
	}
}

static enum eg_verdict verdict_of(const struct eg_finding *v, size_t n)
{
	enum eg_level gravest = EG_OFF;

	for (size_t i = 0; i < n; i++)
		gravest = v[i].level > gravest ? v[i].level : gravest;
	return gravest == EG_BLOCK ? EG_VERDICT_BLOCK : gravest == EG_WARN ? EG_VERDICT_WARN : EG_ALLOW;
}

void eg_judge_settle(const struct eg_judge *judge, struct eg_judgement *ret)
{
	sort_findings(judge->findings.v, judge->findings.n);
	*ret = (struct eg_judgement){
		.findings = judge->findings.v,
		.n_findings = judge->findings.n,
		.verdict = verdict_of(judge->findings.v, judge->findings.n),
	};
}

void eg_judge(struct eg_run *run, struct eg_plan *plan, const struct eg_host *host, struct eg_judgement *ret)
{
	struct eg_facts facts = {0};
	struct eg_judge judge = {.run = run, .plan = plan, .host = host, .facts = &facts};

	*ret = (struct eg_judgement){.verdict = EG_ALLOW};
	if (!is_of_concern(plan, host) || eg_facts_load(run, &facts))
		return;
	eg_variant_fill(run->arena, &facts, plan, host->platform);
	for (size_t i = 0; eg_rules[i]; i++)
		eg_rules[i]->check(&judge, eg_rules[i]);
	eg_judge_settle(&judge, ret);
}
