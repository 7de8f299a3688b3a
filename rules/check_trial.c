/* What a framework did when it was tried, against what is to be expected of it here. */
#include "doctor.h"

#include "judge.h"

static struct eg_finding *tell(struct eg_judge *judge, const struct eg_check *check, enum eg_level level,
			       const struct eg_package *package, const char *message)
{
	struct eg_finding *finding = eg_check_find(judge, check, level, package, "%s", message);

	finding->source = "tried in the environment (--run)";
	return finding;
}

/* Why the trial did not come to its end; NULL: it did. */
static const char *broken_off(struct eg_arena *arena, const struct eg_trial *trial)
{
	const char *what = !trial->imported ? eg_strf(arena, "import %s", trial->module)
			   : !strcmp(trial->stage, "operation") ? eg_strf(arena, "a small computation with %s", trial->module)
								 : eg_strf(arena, "asking %s for its devices", trial->module);

	if (trial->late)
		return eg_strf(arena, "%s does not come to an end", what);
	if (trial->signal)
		return eg_strf(arena, "%s crashes (signal %d)", what, trial->signal);
	if (trial->error)
		return eg_strf(arena, "%s fails: %s", what, trial->error);
	return trial->done ? NULL : eg_strf(arena, "%s ends Python", what);
}

static bool same_version(const char *said, const char *installed)
{
	size_t n = strcspn(said, "+"), m = strcspn(installed, "+");

	return n == m && !strncmp(said, installed, n) && (!said[n] || !installed[m] || !strcmp(said, installed));
}

/* Should it see a GPU: is it built for one that is there and can be used? */
static bool should_see_gpu(const struct eg_judge *judge, const struct eg_package *package)
{
	const struct eg_host *host = judge->host;
	const struct eg_gpu *gpu;

	return eg_variant_gpu(eg_package_variant(package)) && (host->n_gpus || host->jetpack) && !host->trouble &&
	       !eg_cannot_run(judge, eg_package_variant(package), NULL) && !eg_kernels_lacking(judge, package, &gpu);
}

static void check_one(struct eg_judge *judge, const struct eg_check *check, const struct eg_trial *trial,
		      const struct eg_package *package)
{
	struct eg_arena *arena = judge->run->arena;
	const char *broken = broken_off(arena, trial);
	struct eg_variant variant = eg_package_variant(package);
	struct eg_cuda cuda = eg_cuda_parse(trial->cuda);

	if (broken)
		tell(judge, check, EG_BLOCK, package, broken);
	if (!trial->imported)
		return;
	if (trial->version && !same_version(trial->version, package->version))
		tell(judge, check, EG_BLOCK, package,
		     eg_strf(arena, "import %s gives version %s, not the %s that is installed", trial->module, trial->version,
			     package->version))
			->source = trial->file;
	else if (variant.accelerator == EG_CUDA && cuda.major >= 0 &&
		 !eg_variant_same(variant, (struct eg_variant){EG_CUDA, cuda.major, cuda.minor}))
		tell(judge, check, EG_WARN, package,
		     eg_strf(arena, "%s says that it is built for CUDA %s, and was expected to be for %s", trial->module,
			     trial->cuda, eg_variant_words(arena, package->variant)));
	if (!broken && !trial->available && should_see_gpu(judge, package))
		tell(judge, check, EG_BLOCK, package,
		     eg_strf(arena, "%s sees no GPU, although %s fits the %s that is there", trial->module,
			     eg_judge_words(judge, package),
			     judge->host->n_gpus && judge->host->gpus[0].name ? judge->host->gpus[0].name : "GPU"));
}

static void check(struct eg_judge *judge, const struct eg_check *self)
{
	for (size_t i = 0; i < judge->evidence->n_trials; i++) {
		const struct eg_trial *trial = &judge->evidence->trials[i];
		const struct eg_package *package =
			eg_package_find(judge->plan->after, judge->plan->n_after, trial->package);
		if (package)
			check_one(judge, self, trial, package);
	}
}

const struct eg_check eg_check_trial = {
	.id = "trial",
	.help = "a framework that is tried (--run) fails, or is not what was expected",
	.check = check,
};
