/* A framework's GPU build goes, and nothing of that name comes. */
#include "judge.h"

#include "strs.h"

static bool is_same_series(const char *a, const char *b)
{
	struct eg_cuda x = eg_cuda_parse(a), y = eg_cuda_parse(b);

	return x.major == y.major && x.minor == y.minor;
}

/* conda moves to another Python, whose site-packages are another directory: what pip has put into the old one is lost. */
static void check_left_behind(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_plan *plan = judge->plan;
	const struct eg_change *python = eg_judge_change(judge, "python");

	if (!python || !python->from || !python->to || python->to->ecosystem != EG_CONDA ||
	    is_same_series(python->from->version, python->to->version))
		return;
	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *package = plan->after[i];
		if (package->ecosystem != EG_PYTHON || !eg_is_framework(package->name) ||
		    eg_package_variant(package).accelerator == EG_CPU)
			continue;
		struct eg_finding *finding =
			eg_judge_find(judge, rule, python, "%s is installed by pip for python %s, and is not there for %s",
				      eg_judge_words(judge, package), python->from->version, python->to->version);
		finding->package = package->name;
		finding->level = EG_WARN; /* its files stay, and go on working with the old Python */
		if (!python->requested)
			eg_finding_hold(judge, finding, python);
		else
			finding->no_fix = eg_strf(judge->run->arena, "after it, pip can install %s for python %s anew",
						  package->name, python->to->version);
	}
}

/* `conda remove --all` names the whole environment. */
static bool removes_all(const struct eg_plan *plan)
{
	return eg_is_removal(plan) && eg_strs_has(&plan->command, "--all");
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	if (removes_all(judge->plan))
		return;
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		if (change->to || eg_judge_named(judge, change) || !eg_is_framework(change->from->name) ||
		    eg_package_variant(change->from).accelerator == EG_CPU)
			continue;
		struct eg_finding *finding =
			eg_judge_find(judge, rule, change, "%s would be removed, which the command does not ask for",
				      eg_judge_words(judge, change->from));
		finding->level = rule->side_effect; /* a selector that is removed does not name the framework */
		eg_finding_hold(judge, finding, change);
	}
	check_left_behind(judge, rule);
}

const struct eg_rule eg_rule_framework_removed = {
	.id = "framework-removed",
	.side_effect = EG_BLOCK,
	.request = EG_OFF,
	.help = "a GPU framework would be removed although the command does not name it",
	.source = "the plan",
	.check = check,
};
