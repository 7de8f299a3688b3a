/* A GPU framework is given to a machine that is not what the policy wants it to be. */
#include "judge.h"
#include "policy_keys.h"

/* "the NVIDIA driver is 470.82 and not >=535"; NULL: it is as it should be, or not known. */
static const char *misses(const struct eg_judge *judge, const char *what, const char *range, const char *is)
{
	if (!range || !is || eg_range_holds(judge->run->arena, range, is))
		return NULL;
	return eg_strf(judge->run->arena, "%s is %s and not %s", what, is, range);
}

static const char *weak_gpu(const struct eg_judge *judge, const char *range)
{
	for (size_t i = 0; range && i < judge->host->n_gpus; i++) {
		const struct eg_gpu *gpu = &judge->host->gpus[i];
		const char *is = gpu->capability[0] ? eg_strf(judge->run->arena, "%d.%d", gpu->capability[0],
							      gpu->capability[1]) :
						      NULL;
		const char *what = eg_strf(judge->run->arena, "the compute capability of %s", gpu->name);
		const char *why = misses(judge, what, range, is);
		if (why)
			return why;
	}
	return NULL;
}

const char *eg_host_lacks(const struct eg_judge *judge, const struct eg_policy_host *wants)
{
	const struct eg_host *host = judge->host;
	const char *why = misses(judge, "the NVIDIA driver", wants->driver, host->driver);

	if (!why)
		why = misses(judge, "the driver's CUDA", wants->cuda, host->cuda);
	if (!why)
		why = misses(judge, "glibc", wants->glibc, host->glibc);
	if (!why)
		why = weak_gpu(judge, wants->compute_capability);
	if (!why && host->n_gpus < (size_t)wants->gpus)
		why = eg_strf(judge->run->arena, "it has %zu GPU%s and not %d", host->n_gpus, host->n_gpus == 1 ? "" : "s",
			      wants->gpus);
	return why;
}

/* Told once, of the first framework that the plan brings. */
static const struct eg_change *first_framework(const struct eg_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].to && eg_is_framework(plan->changes[i].to->name))
			return &plan->changes[i];
	return NULL;
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_policy_hosts *all = &judge->terms->policy->values.host;
	const struct eg_change *change = first_framework(judge->plan);

	for (size_t i = 0; change && i < all->n; i++) {
		const struct eg_policy_host *wants = &all->v[i];
		const char *why = eg_host_lacks(judge, wants);
		if (!why)
			continue;
		struct eg_finding *finding = eg_judge_find(
			judge, rule, change, "this machine is not what the policy wants for %s: %s%s%s", change->to->name, why,
			wants->reason ? "; " : "", wants->reason ? wants->reason : "");
		finding->level = (enum eg_level)wants->level;
		finding->source = eg_policy_mark_text(judge->run->arena, &wants->mark);
		finding->no_fix = "another version would not change the machine";
	}
}

const struct eg_rule eg_rule_host_requirement = {
	.id = "host-requirement",
	.side_effect = EG_WARN,
	.request = EG_WARN,
	.help = "a machine that is given a GPU framework is not what the policy wants it to be",
	.source = "policy: host",
	.of_policy = true,
	.check = check,
};
