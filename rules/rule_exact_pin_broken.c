/* A library that an installed framework pins exactly moves off that pin, or the framework from its libraries. */
#include "judge.h"

/* FRAMEWORK with what its extra requires, where that is installed to the letter: the metadata does not tell which
   extras were asked for. */
static struct eg_package with_extra(const struct eg_judge *judge, const struct eg_package *framework)
{
	const struct eg_plan *plan = judge->plan;
	const struct eg_extra_release *extra = eg_facts_extra(judge->facts, framework->name, framework->version);
	struct eg_package whole = *framework;

	if (!extra)
		return whole;
	whole.requires = extra->requires;
	for (size_t i = 0; i < extra->requires.n; i++) {
		const char *text = extra->requires.v[i];
		const char *name = eg_strndup(judge->run->arena, text, strcspn(text, "=<>~!"));
		const struct eg_package *library = eg_package_find(plan->before, plan->n_before, name);
		if (!library || eg_unmet(judge, &whole, library))
			return *framework;
	}
	return whole;
}

static const struct eg_package *either(const struct eg_change *change)
{
	return change->to ? change->to : change->from;
}

/* The pin of FRAMEWORK that CHANGE breaks; NULL: none. conda's dependencies are all as good as pins: they are what a build
   was linked against. */
static const char *broken_pin(const struct eg_judge *judge, const struct eg_package *framework,
			      const struct eg_change *change)
{
	const struct eg_family *family = eg_family_of(either(change)->name);

	if (!change->from || !family || family->role != EG_LIBRARY || eg_unmet(judge, framework, change->from))
		return NULL;
	const char *broken = change->to ? eg_unmet(judge, framework, change->to) : eg_needs(judge, framework, change->from);
	return broken && (framework->ecosystem == EG_CONDA || strstr(broken, "==")) ? broken : NULL;
}

/* cuDNN before others: it is what breaks first. */
static bool is_graver(const struct eg_change *change, const struct eg_change *than)
{
	return !than || (strstr(change->from->name, "cudnn") && !strstr(than->from->name, "cudnn"));
}

/* One finding for a framework, however many of its libraries move. */
static void check_framework(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_package *framework)
{
	const struct eg_package whole = with_extra(judge, framework);
	const struct eg_change *worst = NULL;
	struct eg_strs hold = {0};
	bool requested = true;

	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		if (!broken_pin(judge, &whole, change))
			continue;
		worst = is_graver(change, worst) ? change : worst;
		requested = requested && change->requested;
		eg_vec_push(judge->run->arena, &hold, eg_hold_text(judge, change->from));
	}
	if (!worst)
		return;
	const char *more = hold.n > 1 ? eg_strf(judge->run->arena, " and %zu more", hold.n - 1) : "";
	const char *way = worst->to ? eg_strf(judge->run->arena, "%s (%s to %s)%s would move away from", worst->from->name,
					      worst->from->version, worst->to->version, more)
				    : eg_strf(judge->run->arena, "%s %s%s would be removed from", worst->from->name,
					      worst->from->version, more);
	struct eg_finding *finding = eg_judge_find(judge, rule, worst, "%s what %s %s needs: %s", way, framework->name,
						   framework->version, broken_pin(judge, &whole, worst));
	const struct eg_extra_release *extra = eg_facts_extra(judge->facts, framework->name, framework->version);
	if (extra)
		finding->source = extra->source;
	finding->level = requested ? rule->request : rule->side_effect;
	if (requested)
		finding->no_fix = "it is what the command asks for";
	else if (!eg_is_removal(judge->plan))
		finding->hold = hold;
}

/* The library that stays and is not what NEED asks for; NULL: none. */
static const struct eg_package *left_behind(const struct eg_judge *judge, const struct eg_package *framework, const char *need)
{
	const struct eg_plan *plan = judge->plan;
	const char *name = eg_strndup(judge->run->arena, need, strcspn(need, "=<>~!"));
	const struct eg_package *library = eg_package_find(plan->after, plan->n_after, name);

	return library && !eg_judge_change(judge, name) && eg_unmet(judge, framework, library) ? library : NULL;
}

/* A framework whose libraries came by its extra moves without it: "tensorflow==2.18.0" where "tensorflow[and-cuda]==2.17.0" is.
   The new release finds the old one's cuDNN. */
static void check_moved(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change)
{
	const struct eg_extra_release *extra =
		change->from && change->to ? eg_facts_extra(judge->facts, change->to->name, change->to->version) : NULL;

	if (!extra || !eg_facts_extra(judge->facts, change->from->name, change->from->version) ||
	    with_extra(judge, change->from).requires.v == change->from->requires.v)
		return;
	struct eg_package whole = *change->to;
	whole.requires = extra->requires;
	for (size_t i = 0; i < extra->requires.n; i++) {
		const struct eg_package *library = left_behind(judge, &whole, extra->requires.v[i]);
		if (!library || !strstr(library->name, "cudnn"))
			continue;
		struct eg_finding *finding =
			eg_judge_find(judge, rule, change, "%s %s needs %s to use the GPU, but %s %s stays",
				      change->to->name, change->to->version, extra->requires.v[i], library->name,
				      library->version);
		finding->level = EG_WARN;
		finding->source = extra->source;
		eg_vec_push(judge->run->arena, &finding->hold,
			    eg_strf(judge->run->arena, "%s[%s]", change->to->name, extra->extra));
	}
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t i = 0; i < plan->n_after; i++)
		if (eg_is_framework(plan->after[i]->name) && !eg_judge_change(judge, plan->after[i]->name))
			check_framework(judge, rule, plan->after[i]);
	for (size_t i = 0; i < plan->n_changes; i++)
		check_moved(judge, rule, &plan->changes[i]);
}

const struct eg_rule eg_rule_exact_pin_broken = {
	.id = "exact-pin-broken",
	.side_effect = EG_BLOCK,
	.request = EG_WARN,
	.help = "a library (nvidia-*, triton …) moves off the exact version that an installed framework needs",
	.source = "the framework's own requirements",
	.check = check,
};
