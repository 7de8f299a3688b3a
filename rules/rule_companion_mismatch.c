/* What is compiled against a framework is left with one that it does not fit: pip looks only at what the request
   reaches, so an installed torchvision does not stop it from moving torch. */
#include "judge.h"

/* The change that parts the two: the framework's, else the companion's own. */
static const struct eg_change *parting(const struct eg_judge *judge, const struct eg_package *companion,
				       const struct eg_package *framework)
{
	const struct eg_change *change = eg_judge_change(judge, framework->name);

	return change ? change : eg_judge_change(judge, companion->name);
}

static bool fitted_before(const struct eg_judge *judge, const struct eg_family *family)
{
	const struct eg_plan *plan = judge->plan;
	const struct eg_package *companion = eg_package_find(plan->before, plan->n_before, family->name);
	const struct eg_package *framework = eg_stack_find(plan->before, plan->n_before, family->framework);

	return !companion || !framework || !eg_mismatch(judge, companion, framework);
}

/* Does its label tell more than the CUDA: "pt24cu121", "cu12torch2.7"? No index has such builds under another label. */
static bool is_built_apart(const struct eg_package *companion)
{
	const char *label = strchr(companion->version, '+');

	return label && companion->variant && strcmp(label + 1, companion->variant) != 0;
}

/* The same release of COMPANION for the CUDA that FRAMEWORK's label names; NULL: it names none. */
static const char *of_the_same_build(const struct eg_judge *judge, const struct eg_package *companion,
				     const struct eg_package *framework)
{
	const char *label = strchr(framework->version, '+');

	if (!label || eg_unmet(judge, companion, framework))
		return NULL;
	return eg_strf(judge->run->arena, "%s==%.*s%s", companion->name, (int)strcspn(companion->version, "+"),
		       companion->version, label);
}

static void tell(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_package *companion,
		 const struct eg_package *framework, const char *mismatch)
{
	const struct eg_change *change = parting(judge, companion, framework);
	bool stays = !eg_judge_change(judge, companion->name);

	if (!change)
		return;
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s %s%s %s, but %s %s", companion->name, companion->version,
			      stays ? " stays and" : "", mismatch,
			      eg_judge_change(judge, framework->name) ? "it would get" : "there is",
			      eg_judge_words(judge, framework));
	finding->package = companion->name;
	const char *same_build = of_the_same_build(judge, companion, framework);
	bool anew = stays && is_built_apart(companion);
	/* Who moves the framework on purpose wants its companions to come along. */
	if (!eg_judge_requested(judge, change) && change->from)
		eg_finding_hold(judge, finding, change);
	else if (anew)
		finding->no_fix = eg_strf(judge->run->arena, "%s has to be installed anew, in a build for %s", companion->name,
					  eg_judge_words(judge, framework));
	else if (same_build)
		eg_vec_push(judge->run->arena, &finding->hold, same_build);
	else if (stays)
		eg_vec_push(judge->run->arena, &finding->hold, companion->name);
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *companion = plan->after[i];
		const struct eg_family *family = eg_family_of(companion->name);
		if (!family || family->role != EG_COMPANION)
			continue;
		const struct eg_package *framework = eg_stack_find(plan->after, plan->n_after, family->framework);
		const char *mismatch = framework ? eg_mismatch(judge, companion, framework) : NULL;
		if (mismatch && fitted_before(judge, family))
			tell(judge, rule, companion, framework, mismatch);
	}
}

const struct eg_rule eg_rule_companion_mismatch = {
	.id = "companion-mismatch",
	.side_effect = EG_BLOCK,
	.request = EG_WARN,
	.help = "torchvision, torchaudio, xformers, jax plugins … end up beside a framework that they do not fit",
	.source = "the packages' own requirements and build labels",
	.check = check,
};
