#include "diagnosis.h"

#include "shell_words.h"

static enum eg_error_kind look_at_host(struct eg_run *run, const char *file, struct eg_host *ret)
{
	static const struct eg_probe everything = {.depth = EG_PROBE_TOOLKIT};

	if (file)
		return eg_host_read(run, file, ret);
	eg_host_probe(run, &everything, ret);
	return EG_OK;
}

/* "pip install", "uv pip install" where there is no pip, "conda install" for what is conda's; and how to say which environment
   is meant, where it is not the active one. */
static struct eg_strs installer_of(struct eg_run *run, const struct eg_doctor_options *options,
				   const struct eg_diagnosis *diagnosis, const struct eg_package *package)
{
	const struct eg_plan *plan = &diagnosis->plan;
	bool active = !options->prefix && !options->python;
	bool conda = package && package->ecosystem == EG_CONDA;
	bool pip = diagnosis->python && eg_package_find(plan->after, plan->n_after, "pip");
	const char *const forms[][7] = {
		{"conda", "install", active ? NULL : "-p", plan->prefix, NULL},
		{active ? "pip" : diagnosis->python, active ? "install" : "-m", active ? NULL : "pip", "install", NULL},
		{"uv", "pip", "install", active ? NULL : "--python", plan->prefix, NULL},
	};
	struct eg_strs words = {0};

	for (const char *const *word = forms[conda ? 0 : pip ? 1 : 2]; *word; word++)
		eg_vec_push(run->arena, &words, *word);
	return words;
}

/* "pip install 'numpy<2'" for what a finding would have. */
static void spell_fixes(struct eg_run *run, const struct eg_doctor_options *options, struct eg_diagnosis *diagnosis)
{
	const struct eg_plan *plan = &diagnosis->plan;

	for (size_t i = 0; i < diagnosis->judgement.n_findings; i++) {
		struct eg_finding *finding = &diagnosis->judgement.findings[i];
		if (!finding->hold.n || finding->no_fix || !finding->package)
			continue;
		struct eg_strs command =
			installer_of(run, options, diagnosis, eg_package_find(plan->after, plan->n_after, finding->package));
		for (size_t k = 0; k < finding->hold.n; k++)
			eg_vec_push(run->arena, &command, finding->hold.v[k]);
		eg_vec_push(run->arena, &finding->fix, eg_shell_words(run->arena, &command));
	}
}

void eg_diagnose(struct eg_run *run, const struct eg_doctor_options *options, struct eg_diagnosis *ret)
{
	int64_t start = eg_now_ms();
	enum eg_error_kind kind = look_at_host(run, options->host, &ret->host);

	if (!kind)
		kind = eg_doctor_environment(run, options, ret);
	if (!kind && options->run)
		eg_doctor_try(run, options, ret);
	if (kind) {
		ret->error_kind = kind;
		ret->error = run->error.message;
	} else {
		const struct eg_policy_search search = {.given = options->policy, .prefix = ret->plan.prefix};
		eg_terms_find(run, &search, &ret->terms);
		eg_doctor(run, &ret->plan, &ret->host, &ret->evidence, &ret->terms, &ret->judgement);
		spell_fixes(run, options, ret);
	}
	ret->elapsed_ms = eg_now_ms() - start;
}
