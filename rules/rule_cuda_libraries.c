/* TensorFlow and JAX take the CUDA and the cuDNN that they find: their installed metadata does not pin them. cuDNN must
   be of the major that they were built with and no older (the check that TensorFlow makes when it starts). */
#include "judge.h"

/* A library in an environment. */
struct found {
	const struct eg_package *package;
	struct eg_cuda version;
};

/* What the environment has of a library, by pip under NAMES or by conda under CONDA; pip's wins, as its folder is
   searched first. BEFORE: as it stands, else after the plan. */
static struct found find(const struct eg_judge *judge, bool before, const char *const *names, const char *const *conda)
{
	const struct eg_plan *plan = judge->plan;
	struct eg_package *const *v = before ? plan->before : plan->after;
	size_t n = before ? plan->n_before : plan->n_after;
	const struct eg_package *package = NULL;

	for (; !package && *names; names++)
		package = eg_package_find(v, n, *names);
	for (; !package && *conda; conda++) {
		package = eg_package_find(v, n, *conda);
		if (!package && (!before || !eg_judge_change(judge, *conda)))
			package = eg_conda_installed(judge, *conda);
	}
	return (struct found){package, eg_cuda_parse(package ? package->version : NULL)};
}

static const char *const no_names[] = {NULL};
static const char *const cudnn_cu11[] = {"nvidia-cudnn-cu11", NULL};
static const char *const cudnn_cu12[] = {"nvidia-cudnn-cu12", NULL};
static const char *const cudnn_cu13[] = {"nvidia-cudnn-cu13", NULL};
static const char *const conda_cudnn[] = {"cudnn", NULL};
static const char *const conda_cuda[] = {"cudatoolkit", "cuda-version", "cuda-cudart", NULL};

/* What a framework wants of the two, and which package brings cuDNN by pip. */
struct want {
	struct eg_cuda cuda, cudnn;
	const char *const *cudnn_names;
	const char *source;
	const char *verb; /* "is built with", "needs" */
};

static bool of_conda(const struct eg_package *package)
{
	return package->ecosystem == EG_CONDA || (package->installer && !strcmp(package->installer, "conda"));
}

static bool tensorflow_wants(const struct eg_judge *judge, const struct eg_package *package, struct want *ret)
{
	bool tensorflow = !strcmp(package->name, "tensorflow") || !strcmp(package->name, "tensorflow-gpu");
	const struct eg_tested *row =
		tensorflow && !of_conda(package) ? eg_facts_tensorflow(judge->facts, package->version) : NULL;

	if (!row)
		return false;
	/* What its extra pins is the matter of another rule. */
	bool pinned = eg_facts_extra(judge->facts, package->name, package->version);
	*ret = (struct want){.cuda = row->cuda, .cudnn = row->cudnn, .source = row->source, .verb = "is built with"};
	ret->cudnn_names = pinned ? no_names : cudnn_cu11;
	return true;
}

/* The plugin tells the CUDA, and which release of JAX it is of. */
static bool jax_wants(const struct eg_judge *judge, const struct eg_package *package, struct want *ret)
{
	bool cuda12 = !strcmp(package->name, "jax-cuda12-plugin"), cuda13 = !strcmp(package->name, "jax-cuda13-plugin");
	const struct eg_jax_need *row =
		cuda12 || cuda13 ? eg_facts_jax(judge->facts, package->version, cuda12 ? 12 : 13) : NULL;

	if (!row || !row->min_cudnn)
		return false;
	*ret = (struct want){
		.cuda = row->cuda,
		.cudnn = eg_cuda_parse(row->min_cudnn),
		.cudnn_names = cuda12 ? cudnn_cu12 : cudnn_cu13,
		.source = row->source,
		.verb = "needs",
	};
	return true;
}

static bool wants(const struct eg_judge *judge, const struct eg_package *package, struct want *ret)
{
	return package && (tensorflow_wants(judge, package, ret) || jax_wants(judge, package, ret));
}

/* The library that does not do for WANT; NULL: both do, or are not there. */
static const struct eg_package *misfit(const struct eg_judge *judge, bool before, const struct want *want)
{
	struct found cudnn = find(judge, before, want->cudnn_names, conda_cudnn);
	struct found cuda = find(judge, before, no_names, conda_cuda);

	if (cudnn.package &&
	    (cudnn.version.major != want->cudnn.major || eg_cuda_compare(cudnn.version, want->cudnn) < 0))
		return cudnn.package;
	/* With pip's libraries beside it, conda's CUDA does not matter. */
	bool by_pip = cudnn.package && cudnn.package->ecosystem == EG_PYTHON;
	bool used = cuda.package && cudnn.package && !by_pip;
	return used && cuda.version.major != want->cuda.major ? cuda.package : NULL;
}

static const char *number(struct eg_arena *arena, struct eg_cuda version)
{
	return version.minor < 0 ? eg_strf(arena, "%d", version.major)
				 : eg_strf(arena, "%d.%d", version.major, version.minor);
}

/* "is built with CUDA 12.2 and cuDNN 8.9" */
static const char *want_words(struct eg_arena *arena, const struct want *want)
{
	return eg_strf(arena, "%s CUDA %s and cuDNN %s%s", want->verb, number(arena, want->cuda), number(arena, want->cudnn),
		       strcmp(want->verb, "needs") ? "" : " or newer");
}

const struct eg_package *eg_library_misfit(const struct eg_judge *judge, const struct eg_package *package,
					   const char **ret_wants, const char **ret_source)
{
	struct want want;

	if (!wants(judge, package, &want))
		return NULL;
	*ret_wants = want_words(judge->run->arena, &want);
	*ret_source = want.source;
	return misfit(judge, false, &want);
}

/* The newest TensorFlow that was built for the CUDA and cuDNN which are there: "tensorflow==2.11.*". */
static const char *tensorflow_for(const struct eg_judge *judge, const struct eg_package *package)
{
	const struct eg_cuda cudnn = find(judge, false, no_names, conda_cudnn).version;
	const struct eg_cuda cuda = find(judge, false, no_names, conda_cuda).version;
	size_t n;
	const struct eg_tested *rows = eg_facts_rows(judge->facts, EG_FACTS_TENSORFLOW, &n), *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (rows[i].cudnn.major == cudnn.major && eg_cuda_compare(rows[i].cudnn, cudnn) <= 0 &&
		    rows[i].cuda.major == cuda.major && (!best || eg_cuda_compare(rows[i].version, best->version) > 0))
			best = &rows[i];
	return best ? eg_strf(judge->run->arena, "%s==%s.*", package->name, number(judge->run->arena, best->version))
		    : NULL;
}

/* What would keep the two together: the library as it is, a framework for it, or the library for the framework. */
static void hold(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_package *package,
		 const struct eg_package *library, const struct want *want)
{
	struct eg_arena *arena = judge->run->arena;
	const struct eg_change *moved = eg_judge_change(judge, library->name);
	bool conda = library->ecosystem == EG_CONDA;
	const char *spec = NULL;

	if (moved && moved->from)
		eg_finding_hold(judge, finding, moved);
	else if (moved && conda && !strcmp(library->name, "cudnn"))
		spec = eg_strf(arena, "cudnn=%s", number(arena, want->cudnn));
	else if (!moved && conda && !strncmp(package->name, "tensorflow", strlen("tensorflow")))
		spec = tensorflow_for(judge, package);
	if (spec)
		eg_vec_push(arena, &finding->hold, spec);
}

static void check_framework(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_package *package)
{
	const struct eg_plan *plan = judge->plan;
	const struct eg_package *old = eg_package_find(plan->before, plan->n_before, package->name);
	struct want want, wanted_before;

	if (!wants(judge, package, &want))
		return;
	const struct eg_package *library = misfit(judge, false, &want);
	if (!library || (wants(judge, old, &wanted_before) && misfit(judge, true, &wanted_before)))
		return;
	const struct eg_change *change = eg_judge_change(judge, library->name);
	if (!change)
		change = eg_judge_change(judge, package->name);
	if (!change)
		return;
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s %s %s, and there would be %s %s", package->name, package->version,
			      want_words(judge->run->arena, &want), library->name, library->version);
	finding->package = package->name;
	finding->source = want.source;
	hold(judge, finding, package, library, &want);
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_after; i++)
		check_framework(judge, rule, judge->plan->after[i]);
}

const struct eg_rule eg_rule_cuda_libraries = {
	.id = "cuda-libraries",
	.side_effect = EG_WARN,
	.request = EG_WARN,
	.help = "TensorFlow or JAX and the CUDA or cuDNN in the environment are not made for each other",
	.source = "facts: tensorflow, jax",
	.check = check,
};
