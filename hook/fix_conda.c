/* conda and mamba: ways out that pip does not have. */
#include "fix_way.h"

#include "fix_spec.h"
#include "strs.h"

enum { MAX_NAMES = 60 }; /* packages that a command may spell out */

static bool is_install(const struct eg_fixer *f)
{
	return f->tool->ecosystem == EG_CONDA && eg_strs_has(&f->plan->command, "install");
}

static bool is_selector(const struct eg_fixer *f, const char *name)
{
	return eg_facts_conda_selector(f->judge->facts, name) != NULL;
}

/* From 1.13 on the builds of PyTorch's own channel go by pytorch-cuda, whose libraries the channel nvidia has, and not by
   cudatoolkit. */
void eg_fix_selector(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	struct eg_fix_draft draft = {0};
	struct eg_fix_spec selector;
	struct eg_strs named = {0};

	(void)level;
	if (f->tool->ecosystem != EG_CONDA || !eg_asks_cuda(f->plan) ||
	    !f->tool->named(f->run, f->plan->command.v, f->plan->command.n, &named))
		return;
	for (size_t i = 0; i < named.n; i++) {
		if (!eg_fix_spec_read(f->run->arena, EG_CONDA, named.v[i], &selector) ||
		    strcmp(selector.project, "cudatoolkit") || !*selector.version)
			continue;
		eg_vec_push(f->run->arena, &draft.without, selector.project);
		eg_vec_push(f->run->arena, &draft.specs,
			    eg_strf(f->run->arena, "pytorch-cuda%s", selector.version));
		eg_vec_push(f->run->arena, ret, draft);
		eg_vec_push(f->run->arena, &draft.options, "--channel=nvidia");
		eg_vec_push(f->run->arena, ret, draft);
		return;
	}
}

/* Nothing that is installed moves. */
void eg_fix_freeze(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	struct eg_fix_draft draft = {0};

	if (!is_install(f) || !eg_fix_holds(f, level).n)
		return;
	eg_vec_push(f->run->arena, &draft.options, "--freeze-installed");
	eg_vec_push(f->run->arena, ret, draft);
}

/* A package that only chooses a build has no files of its own, and can go alone. */
void eg_fix_only_named(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	struct eg_fix_draft draft = {.whole = true};

	(void)level;
	if (f->tool->ecosystem != EG_CONDA || !eg_is_removal(f->plan) || !f->plan->requested.n)
		return;
	for (size_t i = 0; i < f->plan->requested.n; i++) {
		const struct eg_conda_selector *row = eg_facts_conda_selector(f->judge->facts, f->plan->requested.v[i]);
		if (!row || !row->framework || !strcmp(row->name, "libtorch"))
			return;
	}
	eg_vec_push(f->run->arena, &draft.options, "--force");
	eg_vec_push(f->run->arena, ret, draft);
}

/* Does something of the harm need NAME, as it is installed? */
static bool is_tied(struct eg_fixer *f, const char *name, const struct eg_strs *holds)
{
	const struct eg_package *package = eg_package_find(f->plan->before, f->plan->n_before, name);

	for (size_t i = 0; package && i < f->plan->n_changes; i++) {
		const struct eg_change *change = &f->plan->changes[i];
		if (change->from && eg_fix_is_harm(f, change, holds) && eg_needs(f->judge, change->from, package))
			return true;
	}
	return false;
}

/* What would be updated and is no part of the harm; LOOSE: nor is needed by it. */
static struct eg_strs harmless(struct eg_fixer *f, const struct eg_strs *holds, bool loose)
{
	struct eg_strs names = {0};

	for (size_t i = 0; i < f->plan->n_changes; i++) {
		const struct eg_change *change = &f->plan->changes[i];
		if (change->from && change->to && !eg_fix_is_harm(f, change, holds) &&
		    !(loose && is_tied(f, change->to->name, holds)))
			eg_vec_push(f->run->arena, &names, change->to->name);
	}
	return names;
}

/* "update --all" is for the packages that can move without the stack: by name, as mamba hears of nothing else beside it. */
void eg_fix_name_rest(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	static const char *const all[] = {"--all", "-a", "--update-all"};
	const struct eg_strs holds = eg_fix_holds(f, level);
	struct eg_fix_draft draft = {0};

	if (f->tool->ecosystem != EG_CONDA || f->plan->requested.n || eg_is_removal(f->plan))
		return;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (eg_strs_has(&f->plan->command, all[i]))
			eg_vec_push(f->run->arena, &draft.dropped, all[i]);
	for (int loose = 0; loose < 2 && draft.dropped.n; loose++) {
		draft.specs = harmless(f, &holds, loose);
		if (draft.specs.n && draft.specs.n <= MAX_NAMES)
			eg_vec_push(f->run->arena, ret, draft);
	}
}

/* What needs the removed goes with it, and is not exchanged for what does not need it. */
void eg_fix_remove_too(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	const struct eg_judgement *judgement = &f->forecast->judgement;
	struct eg_fix_draft draft = {.whole = true, .on_purpose = true};

	if (f->tool->ecosystem != EG_CONDA || !eg_is_removal(f->plan))
		return;
	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		if (finding->level >= level && eg_is_framework(finding->package) &&
		    eg_package_find(f->plan->before, f->plan->n_before, finding->package) &&
		    !eg_strs_has(&f->plan->requested, finding->package) && !eg_strs_has(&draft.specs, finding->package))
			eg_vec_push(f->run->arena, &draft.specs, finding->package);
	}
	if (draft.specs.n)
		eg_vec_push(f->run->arena, ret, draft);
}

/* "python=3.10", as it is installed; NULL: there is none, or the command itself names one. */
static const char *python_there(struct eg_fixer *f)
{
	const struct eg_package *python = eg_package_find(f->plan->before, f->plan->n_before, "python");
	const char *minor = python ? strchr(python->version, '.') : NULL;

	if (!minor || eg_strs_has(&f->plan->requested, "python"))
		return NULL;
	size_t n = (size_t)(minor - python->version) + 1 + strspn(minor + 1, "0123456789");
	return eg_strf(f->run->arena, "python=%.*s", (int)n, python->version);
}

/* A build for CUDA, where one is to be held; a version that is installed here is nothing to another environment. */
static struct eg_strs builds_to_have(struct eg_fixer *f, enum eg_level level)
{
	const struct eg_strs holds = eg_fix_holds(f, level);
	struct eg_strs specs = {0};

	for (size_t i = 0; i < holds.n; i++)
		if (strchr(holds.v[i], '*') || strchr(holds.v[i], '<'))
			eg_vec_push(f->run->arena, &specs, holds.v[i]);
	return specs;
}

/* Where nothing can be had beside what is there: the same in an environment of its own. */
void eg_fix_elsewhere(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	static const char *const of_install[] = {"--freeze-installed", "--no-update-deps", "--update-deps", "--update-specs",
						 "-S",                 "--satisfied-skip-solve", "--no-pin"};
	const char *python = python_there(f), *first = NULL;
	struct eg_fix_draft draft = {.specs = builds_to_have(f, level)};

	for (size_t i = 0; i < f->plan->requested.n && !first; i++)
		if (!is_selector(f, f->plan->requested.v[i]))
			first = f->plan->requested.v[i];
	if (!is_install(f) || !first)
		return; /* what only chooses a build is of no use alone */
	draft.elsewhere = eg_strf(f->run->arena, "%s-env", first);
	for (size_t i = 0; i < sizeof(of_install) / sizeof(*of_install); i++)
		eg_vec_push(f->run->arena, &draft.dropped, of_install[i]);
	const struct eg_fix_draft plain = draft;
	if (python) {
		draft.specs = (struct eg_strs){0};
		eg_vec_push(f->run->arena, &draft.specs, python);
		for (size_t i = 0; i < plain.specs.n; i++)
			eg_vec_push(f->run->arena, &draft.specs, plain.specs.v[i]);
		eg_vec_push(f->run->arena, ret, draft);
	}
	eg_vec_push(f->run->arena, ret, plain);
}
