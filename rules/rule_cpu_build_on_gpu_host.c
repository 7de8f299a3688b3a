/* A framework is newly installed as a CPU build where a GPU waits. */
#include "judge.h"

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	if (!eg_host_has_gpu(judge->host) || eg_asks_cpu(judge->plan))
		return;
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		const struct eg_family *family = change->to ? eg_family_of(change->to->name) : NULL;
		/* A name that stands for the CPU build ("tensorflow-cpu") is a choice, conda's onnxruntime mostly a means. */
		if (change->from || !family || family->role != EG_FRAMEWORK || family->variant ||
		    eg_package_variant(change->to).accelerator != EG_CPU || eg_cuda_missed(judge, change))
			continue; /* the last is told by another rule */
		struct eg_finding *finding = eg_judge_find(
			judge, rule, change, "%s %s would be a CPU build, and %s has a GPU", change->to->name,
			change->to->version, judge->host->given ? "the host" : "this machine");
		eg_finding_hold_cuda(judge, finding, change->to);
	}
}

const struct eg_rule eg_rule_cpu_build_on_gpu_host = {
	.id = "cpu-build-on-gpu-host",
	.side_effect = EG_WARN,
	.request = EG_WARN,
	.help = "a framework is newly installed as a CPU build on a host with a GPU",
	.source = "the builds in the plan and the host facts",
	.check = check,
};
