/* The command asks for CUDA (an index of a CUDA build, an extra, a label, a selector of conda's) and the plan holds a CPU
   build. */
#include "judge.h"

static void tell(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
		 const struct eg_package *framework, const char *verb)
{
	struct eg_finding *finding = eg_judge_find(judge, rule, change, "the command asks for CUDA, but %s %s %s a CPU build",
						   framework->name, framework->version, verb);

	finding->package = framework->name;
	finding->level = EG_BLOCK;
	eg_finding_hold_cuda(judge, finding, framework);
}

/* A name that stands for the CPU build ("onnxruntime") asks for just that. */
static bool is_cpu_build(const struct eg_package *package)
{
	return package && eg_is_framework(package->name) && !eg_is_cpu_by_name(package) &&
	       eg_package_variant(package).accelerator == EG_CPU;
}

/* A selector comes ("pytorch-cuda"), and the framework that it is meant for stays the CPU build that it was: conda has
   them side by side. */
static void check_selectors(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_plan *plan = judge->plan;
	const struct eg_change *selector = NULL;

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_change *change = &plan->changes[i];
		if (change->requested && change->to && eg_facts_conda_selector(judge->facts, change->to->name))
			selector = change;
	}
	for (size_t i = 0; selector && i < plan->n_after; i++)
		if (eg_is_framework(plan->after[i]->name) && eg_variant_gpu(eg_package_variant(plan->after[i])))
			return; /* there is what will use it */
	for (size_t i = 0; selector && i < plan->n_after; i++)
		if (plan->after[i]->ecosystem == EG_CONDA && is_cpu_build(plan->after[i]) &&
		    !eg_judge_change(judge, plan->after[i]->name))
			tell(judge, rule, selector, plan->after[i], "stays");
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		if (change->to && eg_is_framework(change->to->name) && eg_cuda_missed(judge, change))
			tell(judge, rule, change, change->to, "would be");
	}
	if (eg_asks_cuda(judge->plan) && !eg_asks_cpu(judge->plan))
		check_selectors(judge, rule);
}

const struct eg_rule eg_rule_cuda_asked_cpu_planned = {
	.id = "cuda-asked-cpu-planned",
	.side_effect = EG_BLOCK,
	.request = EG_BLOCK,
	.help = "the command asks for CUDA, and the plan holds a CPU build",
	.source = "the command and the builds in the plan",
	.check = check,
};
