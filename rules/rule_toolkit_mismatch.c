/* Something will be compiled against a framework, by an nvcc that is not of the framework's CUDA: PyTorch's build tools
   refuse another major (torch/utils/cpp_extension.py, since 1.12; before, any other release). */
#include "judge.h"

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && !strcmp(s + n - m, end);
}

/* Is it built here? */
static bool is_source(const struct eg_package *package)
{
	const char *file = package->file ? package->file : package->url;

	return package->ecosystem == EG_PYTHON && file &&
	       (ends_with(file, ".tar.gz") || ends_with(file, ".zip") || !strncmp(file, "git+", 4));
}

const char *eg_nvcc_there(const struct eg_judge *judge, const char **ret_where)
{
	static const char *const packages[] = {"cuda-nvcc", "cudatoolkit-dev"};
	const struct eg_toolkit *toolkit = &judge->host->toolkit;
	const struct {
		const char *version, *where;
	} places[] = {
		{toolkit->nvcc.version, "on PATH"},
		{toolkit->usual.version, "in /usr/local/cuda"},
	};

	*ret_where = "in CUDA_HOME";
	if (toolkit->cuda_home.version)
		return toolkit->cuda_home.version;
	*ret_where = "in the environment";
	for (size_t i = 0; i < sizeof(packages) / sizeof(*packages); i++) {
		const struct eg_package *package = eg_conda_installed(judge, packages[i]);
		if (package)
			return package->version;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (places[i].version) {
			*ret_where = places[i].where;
			return places[i].version;
		}
	return NULL;
}

bool eg_nvcc_fits(const struct eg_package *framework, struct eg_cuda nvcc, bool exact)
{
	struct eg_variant variant = eg_package_variant(framework);
	struct eg_cuda release = eg_cuda_parse(framework->version);
	bool strict = exact || (release.major == 1 && release.minor < 12);

	return nvcc.major == variant.major && (!strict || variant.minor < 0 || nvcc.minor == variant.minor);
}

static void check_source(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change)
{
	const struct eg_plan *plan = judge->plan;
	const struct eg_compiled *row = eg_facts_compiled(judge->facts, change->to->name);
	const struct eg_package *framework = row ? eg_package_find(plan->after, plan->n_after, row->framework) : NULL;
	const char *where, *version = framework ? eg_nvcc_there(judge, &where) : NULL;
	struct eg_variant variant = eg_package_variant(framework);

	if (!version || variant.accelerator != EG_CUDA || eg_nvcc_fits(framework, eg_cuda_parse(version), row->exact))
		return;
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s %s would be compiled here for %s, and the nvcc %s is of CUDA %s",
			      change->to->name, change->to->version, eg_judge_words(judge, framework), where, version);
	finding->source = row->source;
	const struct eg_prebuilt *prebuilt =
		eg_facts_prebuilt(judge->facts, change->to->name, change->to->version, framework->version,
				  (struct eg_cuda){variant.major, variant.minor});
	finding->no_fix = eg_strf(judge->run->arena, "an nvcc of CUDA %d.%d is needed (CUDA_HOME says which one counts)%s",
				  variant.major, variant.minor,
				  prebuilt ? ", or the ready-made build for it from the project's own index" : "");
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		if (change->to && is_source(change->to))
			check_source(judge, rule, change);
	}
}

bool eg_plan_compiles(struct eg_run *run, const struct eg_plan *plan)
{
	struct eg_facts facts;
	bool any = false;

	eg_facts_load(run, &facts);
	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_package *to = plan->changes[i].to;
		any = any || (to && is_source(to) && eg_facts_compiled(&facts, to->name));
	}
	return any;
}

const struct eg_rule eg_rule_toolkit_mismatch = {
	.id = "toolkit-mismatch",
	.side_effect = EG_WARN,
	.request = EG_WARN,
	.help = "something would be compiled by an nvcc that is not of the framework's CUDA",
	.source = "facts: compiled",
	.check = check,
};
