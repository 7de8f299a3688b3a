/* torch, and what belongs to it, in a build that the host can run: from the default index, else from PyTorch's own. */
#include "fix_way.h"

#include <ctype.h>
#include <stdlib.h>

#include "fix_spec.h"
#include "torch_build.h"

enum {
	MAX_LABELS = 3,   /* indexes of builds that are asked in turn */
	MAX_RELEASES = 3, /* of torch that are proposed, newest first */
};

/* "3.11" of "torch-2.4.1-cp311-cp311-manylinux1_x86_64.whl"; NULL: it does not tell */
static const char *python_of(struct eg_arena *arena, const struct eg_package *package)
{
	const char *tag = package->file ? strstr(package->file, "-cp3") : NULL;

	return tag && isdigit((unsigned char)tag[4]) ? eg_strf(arena, "3.%d", (int)strtol(tag + 4, NULL, 10)) : NULL;
}

/* torchvision and torchaudio, where they are there after the plan. */
static struct eg_strs companions(struct eg_fixer *f)
{
	static const char *const names[] = {"torchvision", "torchaudio"};
	struct eg_strs found = {0};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (eg_package_find(f->plan->after, f->plan->n_after, names[i]))
			eg_vec_push(f->run->arena, &found, names[i]);
	return found;
}

/* An index of PyTorch's own in the command: a label is needed to tell its builds apart. */
static bool asks_own_index(struct eg_fixer *f)
{
	for (size_t i = 0; i < f->plan->indexes.n; i++)
		if (strstr(f->plan->indexes.v[i], "/whl/"))
			return true;
	return false;
}

static bool is_build(const struct eg_package *torch, const struct eg_torch_build *build)
{
	size_t n = torch ? strcspn(torch->version, "+") : 0;

	return torch && strlen(build->version) == n && !strncmp(torch->version, build->version, n) && torch->variant &&
	       !strcmp(torch->variant, build->label);
}

/* To name what the plan brings anyway would only silence the finding. */
static bool is_planned(struct eg_fixer *f, const struct eg_torch_build *build)
{
	return is_build(eg_package_find(f->plan->after, f->plan->n_after, "torch"), build);
}

/* What is there already is kept in other ways. */
static bool is_installed(struct eg_fixer *f, const struct eg_torch_build *build)
{
	return is_build(eg_package_find(f->plan->before, f->plan->n_before, "torch"), build);
}

static void push(struct eg_fixer *f, const struct eg_torch_build *build, const struct eg_strs *beside,
		 struct eg_fix_drafts *ret)
{
	struct eg_arena *arena = f->run->arena;
	bool labelled = !build->is_default || asks_own_index(f);
	const char *label = labelled ? eg_strf(arena, "+%s", build->label) : "";
	struct eg_fix_draft draft = {.label = labelled ? build->label : NULL};

	if (is_installed(f, build) || (is_planned(f, build) && !beside->n))
		return;
	eg_vec_push(arena, &draft.specs, eg_strf(arena, "torch==%s%s", build->version, label));
	for (size_t i = 0; i < beside->n; i++) {
		const char *version = eg_torch_companion(f->judge->facts, beside->v[i], build->version);
		if (version)
			eg_vec_push(arena, &draft.specs, eg_strf(arena, "%s==%s%s", beside->v[i], version, label));
		eg_vec_push(arena, &draft.free, beside->v[i]);
	}
	eg_vec_push(arena, &draft.free, "torch");
	eg_vec_push(arena, ret, draft);
	if (!draft.label || strcmp(f->tool->name, "uv"))
		return;
	/* uv takes a project from the first index that has it, even where another has the version that fits */
	eg_vec_push(arena, &draft.options, "--index-strategy=unsafe-best-match");
	eg_vec_push(arena, ret, draft);
}

/* Is a finding of LEVEL or above about torch's build, or about what no longer fits it? One about its version is not
   answered by another build. */
static bool concerns_build(struct eg_fixer *f, const struct eg_package *torch, enum eg_level level)
{
	const struct eg_judgement *judgement = &f->forecast->judgement;
	bool concerns = false;

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		bool companion = !strcmp(finding->rule, "companion-mismatch") &&
				 eg_torch_companion(f->judge->facts, finding->package, torch->version);
		if (finding->level < level || (strcmp(finding->package, "torch") && !companion))
			continue;
		if (!strcmp(finding->rule, "version-moved"))
			return false;
		concerns = true;
	}
	return concerns;
}

/* The CUDA major of libraries that are there and would be overwritten ("nvidia-cudnn-cu12"); 0: none would. */
static int major_to_keep(struct eg_fixer *f, enum eg_level level)
{
	const struct eg_judgement *judgement = &f->forecast->judgement;

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const char *name = judgement->findings[i].package, *major = strstr(name, "-cu1");
		if (judgement->findings[i].level < level || strncmp(name, "nvidia-", 7) || !major)
			continue;
		for (size_t k = 0; k < f->plan->n_before; k++) {
			const char *other = f->plan->before[k]->name;
			if (!strncmp(other, name, (size_t)(major - name) + 3) && strcmp(other, name))
				return (int)strtol(other + (major - name) + 3, NULL, 10);
		}
	}
	return 0;
}

/* What the index of the build really has: the facts know of releases, not of every file. */
static bool look_it_up(struct eg_fixer *f, const struct eg_torch_wanted *wanted, struct eg_torch_build *build)
{
	const struct eg_fix_draft index = {.label = build->label};
	const char *which = eg_strf(f->run->arena, "torch%s%s", wanted->exactly ? "==" : "<=", build->version);
	const struct eg_strs nothing = {0};
	struct eg_strs command;
	bool none;

	if (build->is_default || !f->tool->release_beside ||
	    !eg_fix_command(f->run, f->tool, &f->plan->command, &index, &command))
		return true;
	const char *version = f->tool->release_beside(f->session, &command, which, build->label, &nothing, &none);
	if (version)
		build->version = eg_strndup(f->run->arena, version, strcspn(version, "+"));
	return version;
}

/* The first of the builds that is there, where some are not: its release, or NULL. */
static const char *propose_wanted(struct eg_fixer *f, struct eg_torch_wanted wanted, struct eg_fix_drafts *ret)
{
	struct eg_torch_build build;

	for (int i = 0; i < MAX_LABELS && eg_torch_build_find(f->judge, &wanted, &build); i++) {
		if (look_it_up(f, &wanted, &build)) {
			push(f, &build, &wanted.companions, ret);
			return build.version;
		}
		eg_vec_push(f->run->arena, &wanted.passed, build.label);
	}
	return NULL;
}

static void propose(struct eg_fixer *f, const struct eg_change *change, int major, struct eg_fix_drafts *ret)
{
	bool was_gpu = change->from && eg_variant_gpu(eg_package_variant(change->from));
	struct eg_torch_wanted wanted = {
		.version = change->to->version,
		.exactly = true,
		.major = major,
		.python = python_of(f->run->arena, change->to),
		.kept = was_gpu ? change->from->variant : NULL,
		.companions = companions(f),
	};

	/* another build of the very version, then the newest versions that have one: an index may lack what one needs */
	propose_wanted(f, wanted, ret);
	wanted.exactly = false;
	wanted.below = true;
	for (int i = 0; i < MAX_RELEASES && wanted.version; i++)
		wanted.version = propose_wanted(f, wanted, ret);
	wanted.version = change->to->version;
	wanted.by_default = true; /* where another index is out of reach */
	if (major)
		propose_wanted(f, wanted, ret);
}

/* Is it the build that is wrong: none for a GPU, or not for this host? */
static bool is_wrong_build(struct eg_fixer *f, const struct eg_package *torch)
{
	struct eg_variant variant = eg_package_variant(torch);
	const struct eg_gpu *gpu;

	return variant.accelerator == EG_CPU || eg_cannot_run(f->judge, variant, NULL) ||
	       eg_kernels_lacking(f->judge, torch, &gpu);
}

/* Where the command itself names torch. */
void eg_fix_move_asked(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	const struct eg_change *change = eg_judge_change(f->judge, "torch");

	if (f->tool->ecosystem == EG_PYTHON && change && change->to && eg_judge_requested(f->judge, change) &&
	    concerns_build(f, change->to, level) && is_wrong_build(f, change->to) && !eg_asks_cpu(f->plan))
		propose(f, change, 0, ret);
}

/* Where it does not, or where what torch brings along would overwrite what is there. A vendor's build is not given up for
   a public one. */
void eg_fix_move(struct eg_fixer *f, enum eg_level level, struct eg_fix_drafts *ret)
{
	const struct eg_change *change = eg_judge_change(f->judge, "torch");
	int major = major_to_keep(f, level);

	if (f->tool->ecosystem != EG_PYTHON || !change || !change->to ||
	    (change->from && eg_package_variant(change->from).accelerator > EG_CUDA))
		return;
	if (major || (!eg_judge_requested(f->judge, change) && concerns_build(f, change->to, level)))
		propose(f, change, major, ret);
}
