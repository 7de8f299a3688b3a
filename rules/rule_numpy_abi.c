/* NumPy 2 under a framework that was built for NumPy 1, or outside what the framework itself asks for. */
#include "judge.h"

/* Is FRAMEWORK older than its first release for NumPy 2? */
static bool wants_numpy1(const struct eg_judge *judge, const struct eg_package *framework)
{
	const struct eg_numpy_bound *bound = eg_facts_numpy(judge->facts, eg_distribution_name(framework->name));
	struct eg_cuda version = eg_cuda_parse(framework->version);

	return bound && version.minor >= 0 &&
	       (version.major < bound->from.major ||
		(version.major == bound->from.major && version.minor < bound->from.minor));
}

/* Does it say itself that it wants NumPy 1 ("numpy<1.29,>=1.22")? */
static bool asks_for_numpy1(const struct eg_judge *judge, const struct eg_package *framework, const struct eg_package *numpy)
{
	struct eg_package first = *numpy;

	first.version = "2.0.0";
	return framework->ecosystem == EG_PYTHON && eg_unmet(judge, framework, numpy) && eg_unmet(judge, framework, &first);
}

const char *eg_numpy_clash(const struct eg_judge *judge, const struct eg_package *framework, const struct eg_package *numpy)
{
	if (!numpy || !framework || eg_cuda_parse(numpy->version).major < 2)
		return NULL;
	if (wants_numpy1(judge, framework))
		return eg_facts_numpy(judge->facts, eg_distribution_name(framework->name))->source;
	return asks_for_numpy1(judge, framework, numpy) ? "the framework's own requirements" : NULL;
}

/* conda's dependencies bound numpy for what it installs: only a numpy that moves under an unbounded build hurts it. */
static bool is_left_to_conda(const struct eg_package *framework, const struct eg_package *before)
{
	return framework->ecosystem == EG_CONDA && (!before || eg_cuda_parse(before->version).major >= 2);
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_plan *plan = judge->plan;
	const struct eg_package *before = eg_package_find(plan->before, plan->n_before, "numpy");
	const struct eg_package *after = eg_package_find(plan->after, plan->n_after, "numpy");

	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *framework = plan->after[i];
		const struct eg_package *old = eg_package_find(plan->before, plan->n_before, framework->name);
		if (!eg_is_framework(framework->name) || !eg_numpy_clash(judge, framework, after) ||
		    eg_numpy_clash(judge, old, before) || is_left_to_conda(framework, before))
			continue;
		const struct eg_change *change = eg_judge_change(judge, "numpy");
		if (!change)
			change = eg_judge_change(judge, framework->name);
		if (!change)
			continue;
		struct eg_finding *finding = eg_judge_find(
			judge, rule, change, "%s %s is built for NumPy 1, and would be used with numpy %s",
			framework->name, framework->version, after->version);
		finding->package = "numpy";
		finding->source = eg_numpy_clash(judge, framework, after);
		if (change->requested && !strcmp(change->to->name, "numpy"))
			finding->no_fix = "it is what the command asks for";
		else
			eg_vec_push(judge->run->arena, &finding->hold, "numpy<2");
	}
}

const struct eg_rule eg_rule_numpy_abi = {
	.id = "numpy-abi",
	.side_effect = EG_WARN,
	.request = EG_WARN,
	.help = "NumPy 2 ends up under a framework built for NumPy 1",
	.source = "facts: numpy",
	.check = check,
};
