/* What is protected stays as it is: it is named in its exact version and build, and what belongs to it with it. */
#include "fix_way.h"

#include "fix_spec.h"
#include "strs.h"
#include "torch_build.h"

static void push(struct eg_fixer *f, struct eg_fix_drafts *ret, const struct eg_fix_draft *draft)
{
	eg_vec_push(f->run->arena, ret, *draft);
}

const char *eg_fix_exact(struct eg_fixer *f, const struct eg_package *package)
{
	if (package->ecosystem == EG_CONDA)
		return eg_strf(f->run->arena, "%s=%s=%s", package->name, package->version, package->build);
	return eg_strf(f->run->arena, "%s==%s", package->name, package->version);
}

bool eg_fix_says(struct eg_fixer *f, const struct eg_strs *specs, const char *project)
{
	struct eg_fix_spec spec;

	for (size_t i = 0; i < specs->n; i++)
		if (eg_fix_spec_read(f->run->arena, f->tool->ecosystem, specs->v[i], &spec) && !strcmp(spec.project, project))
			return true;
	return false;
}

/* The installed framework that HOLD keeps as it is; NULL: it keeps none. */
static const struct eg_package *kept_framework(struct eg_fixer *f, const char *hold)
{
	const struct eg_plan *plan = f->plan;

	for (size_t i = 0; i < plan->n_before; i++)
		if (eg_is_framework(plan->before[i]->name) && !strcmp(eg_fix_exact(f, plan->before[i]), hold))
			return plan->before[i];
	return NULL;
}

/* "0.13.0+cu113" for a torch 1.12.0+cu113, whose default build is another one; NULL: not known. */
static const char *fitting(struct eg_fixer *f, const char *companion, const struct eg_package *framework,
			   const char **ret_label)
{
	const char *version = eg_torch_companion(f->judge->facts, companion, framework->version);
	const char *label = strchr(framework->version, '+');
	const char *by_default = eg_torch_default_label(f->judge, framework->version);

	if (!version || !label || (by_default && !strcmp(by_default, label + 1)))
		return version;
	*ret_label = label + 1;
	return eg_strf(f->run->arena, "%s%s", version, label);
}

/* A companion that the plan moves or brings, in the version that fits: the installed one, else by the facts, which is
   cheaper than a walk down its versions. */
static void hold_companion(struct eg_fixer *f, const struct eg_change *change, const struct eg_package *framework,
			   struct eg_fix_draft *draft)
{
	const char *name = (change->to ? change->to : change->from)->name, *spec = NULL;

	if (eg_fix_says(f, &draft->specs, name))
		return;
	if (change->from && !change->requested && !eg_mismatch(f->judge, change->from, framework)) {
		spec = eg_fix_exact(f, change->from);
	} else if (f->tool->ecosystem == EG_PYTHON && !strcmp(framework->name, "torch")) {
		const char *version = fitting(f, name, framework, &draft->label);
		spec = version ? eg_strf(f->run->arena, "%s==%s", name, version) : NULL;
	}
	if (!spec && change->from && !eg_mismatch(f->judge, change->from, framework))
		spec = eg_fix_exact(f, change->from);
	if (spec)
		eg_vec_push(f->run->arena, &draft->specs, spec);
}

/* The label of a build that SPEC asks for and that is not what is installed, "cu111" of "torchaudio==0.10.0+cu111". */
static const char *label_to_fetch(struct eg_fixer *f, const char *spec)
{
	const char *label = f->tool->ecosystem == EG_PYTHON ? strchr(spec, '+') : NULL;
	const struct eg_package *package;

	for (size_t i = 0; label && i < f->plan->n_before; i++) {
		package = f->plan->before[i];
		if (!strcmp(eg_fix_exact(f, package), spec))
			return NULL;
	}
	return label ? label + 1 : NULL;
}

static struct eg_fix_draft held(struct eg_fixer *f, enum eg_level level)
{
	struct eg_fix_draft draft = {.specs = eg_fix_holds(f, level)};
	size_t n = draft.specs.n;

	for (size_t i = 0; i < n && !draft.label; i++)
		draft.label = label_to_fetch(f, draft.specs.v[i]);

	for (size_t i = 0; i < n; i++) {
		const struct eg_package *framework = kept_framework(f, draft.specs.v[i]);

		for (size_t k = 0; framework && k < f->plan->n_changes; k++) {
			const struct eg_change *change = &f->plan->changes[k];
			const struct eg_family *family = eg_family_of((change->to ? change->to : change->from)->name);
			if (family && family->role == EG_COMPANION && !strcmp(family->framework, framework->name))
				hold_companion(f, change, framework, &draft);
		}
	}
	return draft;
}

bool eg_fix_excludes(struct eg_fixer *f, const struct eg_package *package, const struct eg_strs *specs)
{
	struct eg_fix_spec spec;

	for (size_t i = 0; f->tool->ecosystem == EG_PYTHON && i < specs->n; i++) {
		if (!eg_fix_spec_read(f->run->arena, EG_PYTHON, specs->v[i], &spec) || strncmp(spec.version, "==", 2))
			continue;
		const struct eg_package kept = {.name = spec.project, .version = spec.version + 2};
		if (eg_unmet(f->judge, package, &kept))
			return true;
	}
	return false;
}

/* What the command names and the plan brings, one after the other; NULL at the end. */
static const struct eg_package *next_named(struct eg_fixer *f, size_t *i)
{
	while (*i < f->plan->requested.n) {
		const struct eg_change *change = eg_judge_change(f->judge, f->plan->requested.v[(*i)++]);
		if (change && change->to)
			return change->to;
	}
	return NULL;
}

/* The draft without builds that would have to be fetched from an index of their own. */
static struct eg_fix_draft unlabelled(struct eg_fixer *f, const struct eg_fix_draft *draft)
{
	struct eg_fix_draft plain = {.free = draft->free, .options = draft->options};

	for (size_t i = 0; i < draft->specs.n; i++) {
		const char *spec = draft->specs.v[i];
		size_t n = label_to_fetch(f, spec) ? strcspn(spec, "+") : strlen(spec);
		eg_vec_push(f->run->arena, &plain.specs, eg_strndup(f->run->arena, spec, n));
	}
	return plain;
}

/* Does a package that is asked for exclude one of SPECS? Then another release of it is wanted. */
static bool named_excludes(struct eg_fixer *f, const struct eg_strs *specs)
{
	const struct eg_package *named;

	for (size_t i = 0; (named = next_named(f, &i));)
		if (!eg_fix_says(f, specs, named->name) && eg_fix_excludes(f, named, specs))
			return true;
	return false;
}

void eg_fix_keep(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	struct eg_fix_draft draft = held(f, level);
	const struct eg_fix_draft bare = {.specs = eg_fix_holds(f, level)};

	if (!draft.specs.n || named_excludes(f, &draft.specs))
		return;
	push(f, ret, &draft);
	if (level == EG_BLOCK && draft.label) {
		/* their index may be out of reach: companions of another build are worth a warning, not a block */
		draft = unlabelled(f, &draft);
		push(f, ret, &draft);
	}
	if (!named_excludes(f, &bare.specs))
		push(f, ret, &bare); /* the companion that the facts know may have no file for this Python */
}

/* "vllm" as the command has it, "vllm[audio]" */
static const char *as_named(struct eg_fixer *f, const char *project)
{
	struct eg_strs named = {0};
	struct eg_fix_spec spec;

	f->tool->named(f->run, f->plan->command.v, f->plan->command.n, &named);
	for (size_t i = 0; i < named.n; i++)
		if (eg_fix_spec_read(f->run->arena, f->tool->ecosystem, named.v[i], &spec) && !strcmp(spec.project, project))
			return spec.head;
	return project;
}

/* The newest release of PROJECT that leaves the draft's packages alone, by its metadata. False: there is none. */
static bool add_release(struct eg_fixer *f, const char *project, struct eg_fix_draft *draft)
{
	bool none = false;
	const char *head = as_named(f, project);
	const char *version = f->tool->release_beside
				      ? f->tool->release_beside(f->session, &f->plan->command, head, NULL, &draft->specs,
							     &none)
				      : NULL;

	const struct eg_package *installed = eg_package_find(f->plan->before, f->plan->n_before, project);

	if (version)
		eg_vec_push(f->run->arena, &draft->specs, eg_strf(f->run->arena, "%s==%s", head, version));
	else if (none && !f->why_not)
		f->why_not = eg_strf(f->run->arena, "no release of %s works with %s", project, draft->specs.v[0]);
	if (!version && (!installed || eg_fix_excludes(f, installed, &draft->specs)))
		return false;
	eg_vec_push(f->run->arena, &draft->free, project);
	return true;
}

void eg_fix_keep_beside(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	struct eg_fix_draft draft = held(f, level);
	const struct eg_package *named;

	for (size_t i = 0; (named = next_named(f, &i));) {
		if (eg_fix_says(f, &draft.specs, named->name))
			eg_vec_push(f->run->arena, &draft.free, named->name);
		else if (eg_fix_excludes(f, named, &draft.specs) && !add_release(f, named->name, &draft))
			return;
	}
	if (draft.specs.n && draft.free.n)
		push(f, ret, &draft);
}

/* A distribution for another CUDA, in the version that is asked for: "cupy-cuda12x==13.6.0" for "cupy-cuda13x==13.6.0". */
void eg_fix_replace(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	const struct eg_judgement *judgement = &f->forecast->judgement;
	struct eg_strs named = {0};
	struct eg_fix_draft draft = {0};
	struct eg_fix_spec spec;

	if (!f->tool->named(f->run, f->plan->command.v, f->plan->command.n, &named))
		return;
	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		for (size_t k = 0; finding->instead && finding->level >= level && k < named.n; k++) {
			if (!eg_fix_spec_read(f->run->arena, f->tool->ecosystem, named.v[k], &spec) ||
			    strcmp(spec.project, finding->package) || eg_strs_has(&draft.without, spec.project))
				continue;
			eg_vec_push(f->run->arena, &draft.without, spec.project);
			eg_vec_push(f->run->arena, &draft.specs,
				    eg_strf(f->run->arena, "%s%s%s", finding->instead, spec.version, spec.tail));
		}
	}
	if (draft.specs.n)
		push(f, ret, &draft);
}

/* A framework that comes in another version takes along those of its companions that the command names. */
static void free_family(struct eg_fixer *f, const char *framework, struct eg_fix_draft *draft)
{
	for (size_t i = 0; i < f->plan->requested.n; i++) {
		const struct eg_family *family = eg_family_of(f->plan->requested.v[i]);
		if (family && family->framework && !strcmp(family->framework, framework))
			eg_vec_push(f->run->arena, &draft->free, f->plan->requested.v[i]);
	}
}

/* The solver finds another version of what brings the harm through others: the first step of the reasons. */
void eg_fix_keep_freely(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	const struct eg_strs *why = &f->forecast->judgement.findings[0].why;
	struct eg_fix_draft draft = held(f, level);

	if (!why->n || !draft.specs.n)
		return;
	const char *root = eg_strndup(f->run->arena, why->v[0], strcspn(why->v[0], " [=<>~!"));
	const struct eg_change *change = eg_judge_change(f->judge, root);
	if (change && change->to && eg_fix_excludes(f, change->to, &draft.specs))
		return; /* looked at by its metadata */
	bool selector = f->tool->ecosystem == EG_CONDA && eg_facts_conda_selector(f->judge->facts, root);
	if (selector || (why->n < 2 && !eg_fix_says(f, &draft.specs, root)))
		return; /* the version of a selector is the build that is asked for */
	eg_vec_push(f->run->arena, &draft.free, root);
	free_family(f, root, &draft);
	push(f, ret, &draft);
}
