/* The packages around a framework against each other. */
#include "doctor.h"

#include "judge.h"

#include "python/pep508.h"

static const struct eg_package *installed(const struct eg_judge *judge, const char *name)
{
	return eg_package_find(judge->plan->after, judge->plan->n_after, name);
}

/* "torchvision==0.19.1+cu121", by the facts, for the torch that is there; NULL: not known. */
static const char *fitting(const struct eg_judge *judge, const struct eg_package *companion,
			   const struct eg_package *framework)
{
	const struct eg_default_build *torch =
		strcmp(framework->name, "torch") ? NULL : eg_facts_torch(judge->facts, framework->version);
	const char *label = strchr(framework->version, '+');
	const char *version = !torch				       ? NULL
			      : !strcmp(companion->name, "torchvision") ? torch->torchvision
			      : !strcmp(companion->name, "torchaudio")  ? torch->torchaudio
									: NULL;

	return version ? eg_strf(judge->run->arena, "%s==%s%s", companion->name, version, label ? label : "") : NULL;
}

static void check_companions(struct eg_judge *judge, const struct eg_check *check)
{
	for (size_t i = 0; i < judge->plan->n_after; i++) {
		const struct eg_package *companion = judge->plan->after[i];
		const struct eg_family *family = eg_family_of(companion->name);
		const struct eg_package *framework =
			family && family->role == EG_COMPANION ? eg_stack_find(judge->plan->after, judge->plan->n_after, family->framework)
								: NULL;
		const struct eg_gpu *gpu;
		const char *mismatch = framework ? eg_mismatch(judge, companion, framework) : NULL;
		if (!mismatch)
			continue;
		struct eg_finding *finding = eg_check_find(judge, check, EG_BLOCK, companion, "%s %s %s, but there is %s",
							   companion->name, companion->version, mismatch,
							   eg_judge_words(judge, framework));
		const struct eg_companion_release *row =
			eg_facts_companion(judge->facts, companion->name, companion->version);
		bool sound = !eg_cannot_run(judge, eg_package_variant(framework), NULL) &&
			     !eg_kernels_lacking(judge, framework, &gpu);
		const char *other =
			sound && companion->ecosystem == EG_PYTHON ? fitting(judge, companion, framework) : NULL;
		finding->source = row ? row->source : "the packages' own requirements and labels";
		if (other)
			eg_vec_push(judge->run->arena, &finding->hold, other);
	}
}

const struct eg_check eg_check_companion_mismatch = {
	.id = "companion-mismatch",
	.help = "what is compiled against a framework does not fit the one that is there",
	.check = check_companions,
};

/* Is it something that a GPU stack rests on? */
static bool of_the_stack(const char *name)
{
	return eg_family_of(name) != NULL;
}

/* One requirement of PACKAGE. What a companion asks of its framework has a check of its own. */
static void check_requirement(struct eg_judge *judge, const struct eg_check *check, const struct eg_package *package,
			      const char *text)
{
	const struct eg_family *family = eg_family_of(package->name);
	struct eg_requirement req;
	const char *error;

	if (!eg_requirement_parse(judge->run->arena, text, strlen(text), &req, &error) || req.url ||
	    (!family && !of_the_stack(req.project)))
		return;
	const struct eg_package *other = installed(judge, req.project);
	if (other && (!eg_unmet(judge, package, other) ||
		      (family && family->role == EG_COMPANION && !strcmp(family->framework, other->name))))
		return;
	enum eg_level level = family && of_the_stack(req.project) ? EG_BLOCK : EG_WARN;
	const char *wanted = eg_requirement_text(judge->run->arena, &req);
	struct eg_finding *finding =
		other ? eg_check_find(judge, check, level, other, "%s %s needs %s, but there is %s %s", package->name,
				      package->version, wanted, other->name, other->version)
		      : eg_check_find(judge, check, level, package, "%s %s needs %s, which is not installed", package->name,
				      package->version, wanted);
	finding->source = "the packages' own requirements";
	if (!eg_is_framework(req.project)) /* another framework is no small matter */
		eg_vec_push(judge->run->arena, &finding->hold, wanted);
}

static void check_requirements(struct eg_judge *judge, const struct eg_check *check)
{
	for (size_t i = 0; i < judge->plan->n_after; i++) {
		const struct eg_package *package = judge->plan->after[i];
		for (size_t k = 0; package->ecosystem == EG_PYTHON && k < package->requires.n; k++)
			check_requirement(judge, check, package, package->requires.v[k]);
	}
}

const struct eg_check eg_check_requirement_broken = {
	.id = "requirement-broken",
	.help = "a requirement of the GPU stack, or of something upon it, is not met",
	.check = check_requirements,
};

static void check_numpy(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_package *numpy = installed(judge, "numpy");

	for (size_t i = 0; i < judge->plan->n_after; i++) {
		const struct eg_package *framework = judge->plan->after[i];
		if (!eg_is_framework(framework->name) || !eg_numpy_clash(judge, framework, numpy))
			continue;
		struct eg_finding *finding =
			eg_check_find(judge, check, EG_WARN, numpy, "%s %s is built for NumPy 1, and there is numpy %s",
				      framework->name, framework->version, numpy->version);
		finding->source = eg_numpy_clash(judge, framework, numpy);
		eg_vec_push(judge->run->arena, &finding->hold, "numpy<2");
	}
}

const struct eg_check eg_check_numpy_abi = {
	.id = "numpy-abi",
	.help = "NumPy 2 is there under a framework built for NumPy 1",
	.check = check_numpy,
};

static void check_windows(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t i = 0; i < plan->n_after; i++)
		for (size_t k = 0; eg_has_window(judge, plan->after[i]) && k < plan->n_after; k++) {
			const struct eg_package *package = plan->after[i], *other = plan->after[k];
			const char *source, *window = eg_left_window(judge, package, other, &source);
			if (!window)
				continue;
			struct eg_finding *finding = eg_check_find(
				judge, check, EG_BLOCK, package,
				"%s %s works with %s only and refuses to be imported beside %s %s", package->name,
				package->version, window, other->name, other->version);
			finding->source = source;
			if (!eg_is_framework(other->name))
				eg_vec_push(judge->run->arena, &finding->hold, window);
		}
}

const struct eg_check eg_check_known_window = {
	.id = "known-window",
	.help = "releases that work together only in a known window, and are not in it",
	.check = check_windows,
};
