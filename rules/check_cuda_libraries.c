/* TensorFlow and JAX take the CUDA and the cuDNN that they find: their wheels name them in an extra only, and without them they
   run on the CPU. */
#include "doctor.h"

#include "judge.h"

/* The cuDNN of the environment, as pip and conda call it, else the loader's. A host of a file may tell nothing of it. */
static const char *cudnn_there(const struct eg_judge *judge, const char **ret_where)
{
	static const char *const names[] = {"nvidia-cudnn-cu11", "nvidia-cudnn-cu12", "nvidia-cudnn-cu13", "cudnn", "libcudnn"};
	const struct eg_place *loaders = &judge->host->toolkit.cudnn;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct eg_package *package =
			eg_package_find(judge->plan->after, judge->plan->n_after, names[i]);
		if (package) {
			*ret_where = package->name;
			return package->version;
		}
	}
	*ret_where = loaders->path;
	return loaders->version;
}

/* "tensorflow[and-cuda]==2.17.1" where that release has such an extra. */
static void hold_extra(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_package *package)
{
	const struct eg_extra_release *extra = eg_facts_extra(judge->facts, package->name, package->version);

	if (extra)
		eg_vec_push(judge->run->arena, &finding->hold,
			    eg_strf(judge->run->arena, "%s[%s]==%s", package->name, extra->extra, package->version));
}

static void check_package(struct eg_judge *judge, const struct eg_check *check, const struct eg_package *package)
{
	const struct eg_tested *tested = eg_facts_tensorflow(judge->facts, package->version);
	const char *where = NULL, *version = cudnn_there(judge, &where);
	struct eg_finding *finding;

	if (!tested || tested->cudnn.major < 0 || (!version && judge->host->given) ||
	    (version && eg_cuda_parse(version).major == tested->cudnn.major))
		return;
	if (version)
		finding = eg_check_find(judge, check, EG_WARN, package,
					"%s %s needs cuDNN %d, and there is %s (%s): it would not use the GPU", package->name,
					package->version, tested->cudnn.major, version, where);
	else
		finding = eg_check_find(judge, check, EG_WARN, package,
					"%s %s needs cuDNN %d, and none is found: it would not use the GPU", package->name,
					package->version, tested->cudnn.major);
	finding->source = tested->source;
	if (!version) /* another cuDNN may be what something else needs */
		hold_extra(judge, finding, package);
}

/* What the rule of the same name asks of a plan. */
static bool check_misfit(struct eg_judge *judge, const struct eg_check *check, const struct eg_package *package)
{
	const char *wants, *source;
	const struct eg_package *library = eg_library_misfit(judge, package, &wants, &source);

	if (!library)
		return false;
	eg_check_find(judge, check, EG_WARN, package, "%s %s %s, and there is %s %s", package->name, package->version, wants,
		      library->name, library->version)
		->source = source;
	return true;
}

static bool is_tensorflow(const struct eg_package *package)
{
	return package->ecosystem == EG_PYTHON && eg_package_variant(package).accelerator != EG_CPU &&
	       (!strcmp(package->name, "tensorflow") || !strcmp(package->name, "tensorflow-gpu"));
}

static void check(struct eg_judge *judge, const struct eg_check *self)
{
	const struct eg_host *host = judge->host;
	bool aarch64 = host->platform && strstr(host->platform, "aarch64"); /* TensorFlow's wheels are CPU builds there */

	for (size_t i = 0; (host->driver || host->n_gpus) && i < judge->plan->n_after; i++) {
		const struct eg_package *package = judge->plan->after[i];
		if (!check_misfit(judge, self, package) && !aarch64 && is_tensorflow(package))
			check_package(judge, self, package);
	}
}

const struct eg_check eg_check_cuda_libraries = {
	.id = "cuda-libraries",
	.help = "TensorFlow or JAX do not find the CUDA or cuDNN that they need to use the GPU",
	.check = check,
};
