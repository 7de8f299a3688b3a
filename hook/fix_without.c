/* What is asked for without what would come with it (--no-deps), and what that leaves unmet. */
#include "fix_way.h"

#include "fix_spec.h"
#include "strs.h"

enum {
	MAX_REST = 60, /* packages that a command may spell out */
	MAX_SAID = 3,  /* requirements that are told of */
};

bool eg_fix_is_harm(struct eg_fixer *f, const struct eg_change *change, const struct eg_strs *holds)
{
	const struct eg_judgement *judgement = &f->forecast->judgement;
	const char *name = (change->to ? change->to : change->from)->name;

	if (eg_family_of(name) || eg_fix_says(f, holds, name))
		return true;
	for (size_t i = 0; i < judgement->n_findings; i++)
		if (judgement->findings[i].level >= EG_WARN && !strcmp(judgement->findings[i].package, name))
			return true;
	return false;
}

/* Would it be laid over its like, which is there already? */
static bool has_its_like(struct eg_fixer *f, const struct eg_package *package)
{
	const struct eg_judgement *judgement = &f->forecast->judgement;

	for (size_t i = 0; i < judgement->n_findings; i++)
		if (!strcmp(judgement->findings[i].rule, "shared-files") &&
		    !strcmp(judgement->findings[i].package, package->name))
			return true;
	return false;
}

/* What is asked for by name, or is the framework that the rest is for, cannot be left out: nor is what is compiled
   against another release of it any use. */
static bool is_indispensable(struct eg_fixer *f, const struct eg_change *change, const struct eg_strs *holds)
{
	const struct eg_family *family = eg_family_of((change->to ? change->to : change->from)->name);

	if (change->requested)
		return !family || family->role != EG_COMPANION || family->front || eg_fix_excludes(f, change->to, holds);
	return !change->from && family && family->role == EG_FRAMEWORK && !family->variant &&
	       !has_its_like(f, change->to);
}

/* What the plan brings for what is asked for, other than through the harm: names, those asked for first. */
static struct eg_strs needed_anyway(struct eg_fixer *f, const struct eg_strs *holds)
{
	const struct eg_plan *plan = f->plan;
	struct eg_strs names = {0};

	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].requested && plan->changes[i].to)
			eg_vec_push(f->run->arena, &names, plan->changes[i].to->name);
	for (size_t i = 0; i < names.n; i++) {
		const struct eg_package *package = eg_package_find(plan->after, plan->n_after, names.v[i]);

		for (size_t k = 0; package && k < package->requires.n; k++) {
			const char *project = eg_fix_project(f->run, f->tool->ecosystem, package->requires.v[k]);
			const struct eg_change *change = project ? eg_judge_change(f->judge, project) : NULL;
			if (change && change->to && !eg_fix_is_harm(f, change, holds) && !eg_strs_has(&names, project))
				eg_vec_push(f->run->arena, &names, change->to->name);
		}
	}
	return names;
}

/* Is all of the harm that frameworks would move to another release? Then what asks for that can be told to make do. */
static bool only_moves(struct eg_fixer *f, const struct eg_strs *holds)
{
	const struct eg_judgement *judgement = &f->forecast->judgement;

	for (size_t i = 0; i < judgement->n_findings; i++)
		if (judgement->findings[i].level >= EG_WARN && strcmp(judgement->findings[i].rule, "version-moved"))
			return false;
	for (size_t i = 0; i < f->plan->n_changes; i++)
		if (!f->plan->changes[i].from && eg_fix_is_harm(f, &f->plan->changes[i], holds))
			return false;
	return f->tool->ecosystem == EG_PYTHON;
}

/* Would something that is asked for not have what it needs, if the harm stayed away? */
static bool lacks_something(struct eg_fixer *f, const struct eg_strs *holds)
{
	for (size_t i = 0; i < f->plan->n_changes; i++) {
		const struct eg_change *harm = &f->plan->changes[i];
		for (size_t k = 0; harm->from && eg_fix_is_harm(f, harm, holds) && k < f->plan->n_changes; k++) {
			const struct eg_change *change = &f->plan->changes[k];
			if (change->requested && change->to && eg_unmet(f->judge, change->to, harm->from))
				return true;
		}
	}
	return false;
}

/* The plan without the harm, spelled out: what is asked for is put beside what is there. */
static void propose_without(struct eg_fixer *f, const struct eg_strs *holds, struct eg_fix_drafts *ret)
{
	struct eg_fix_draft draft = {0};

	if (f->tool->ecosystem == EG_CONDA && (!eg_strs_has(&f->plan->command, "install") || !f->plan->requested.n))
		return;
	for (size_t i = 0; i < f->plan->n_changes; i++) {
		const struct eg_change *change = &f->plan->changes[i];

		if (eg_fix_is_harm(f, change, holds) && is_indispensable(f, change, holds))
			return;
	}
	const struct eg_strs needed = needed_anyway(f, holds);
	for (size_t i = 0; i < needed.n; i++) {
		const struct eg_change *change = eg_judge_change(f->judge, needed.v[i]);

		if (!change->requested)
			eg_vec_push(f->run->arena, &draft.specs, eg_fix_exact(f, change->to));
	}
	if (draft.specs.n > MAX_REST)
		return;
	eg_vec_push(f->run->arena, &draft.options, "--no-deps");
	eg_vec_push(f->run->arena, ret, draft);
}

void eg_fix_without(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	const struct eg_strs holds = eg_fix_holds(f, level);

	if (!lacks_something(f, &holds))
		propose_without(f, &holds, ret);
}

void eg_fix_without_needed(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	const struct eg_strs holds = eg_fix_holds(f, level);

	if (level == EG_BLOCK || only_moves(f, &holds))
		propose_without(f, &holds, ret);
}

const char *eg_fix_project(struct eg_run *run, enum eg_ecosystem ecosystem, const char *requirement)
{
	struct eg_fix_spec spec;

	if (ecosystem == EG_CONDA)
		return eg_strndup(run->arena, requirement, strcspn(requirement, " =<>!~["));
	return eg_fix_spec_read(run->arena, EG_PYTHON, requirement, &spec) ? spec.project : NULL;
}

/* Is PROJECT there by another name: pip's torch for conda's pytorch, onnxruntime-gpu for onnxruntime? */
static bool has_another_like(struct eg_fixer *f, const struct eg_plan *plan, const char *project)
{
	const struct eg_tree *tree = eg_facts_tree(f->judge->facts, project);

	for (size_t i = 0; tree && i < tree->names.n; i++)
		if (eg_package_find(plan->after, plan->n_after, tree->names.v[i]))
			return true;
	return eg_package_find(plan->after, plan->n_after, eg_distribution_name(project)) != NULL;
}

/* "torch==1.4.0 of kapture 1.0.10 (there is torch 1.7.0)"; NULL: it is met. conda's virtual packages are no matter of
   what is installed. */
static const char *unmet(struct eg_fixer *f, const struct eg_plan *plan, const struct eg_package *package,
			 const char *requirement)
{
	const char *project = eg_fix_project(f->run, package->ecosystem, requirement);
	const struct eg_package *there = project ? eg_package_find(plan->after, plan->n_after, project) : NULL;

	if (!project || !strncmp(project, "__", 2) || (there && !eg_unmet(f->judge, package, there)))
		return NULL;
	if (!there && has_another_like(f, plan, project))
		return NULL;
	const char *text = eg_strf(f->run->arena, "%s of %s %s", requirement, package->name, package->version);
	return there ? eg_strf(f->run->arena, "%s (there is %s %s)", text, there->name, there->version) : text;
}

const char *eg_fix_unmet(struct eg_fixer *f, const struct eg_plan *plan)
{
	const char *said = NULL;
	size_t n = 0;

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_package *to = plan->changes[i].to;
		for (size_t k = 0; to && k < to->requires.n; k++) {
			const char *text = unmet(f, plan, to, to->requires.v[k]);
			if (text && ++n <= MAX_SAID)
				said = said ? eg_strf(f->run->arena, "%s, %s", said, text) : text;
		}
	}
	if (n > MAX_SAID)
		said = eg_strf(f->run->arena, "%s and %zu more", said, n - MAX_SAID);
	return said;
}
