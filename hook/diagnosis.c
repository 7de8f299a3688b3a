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

/* "pip install 'numpy<2'" for what a finding would have, where the environment is the active one. */
static void spell_fixes(struct eg_run *run, const struct eg_doctor_options *options, struct eg_diagnosis *diagnosis)
{
	bool active = !options->prefix && !options->python;

	for (size_t i = 0; diagnosis->python && i < diagnosis->judgement.n_findings; i++) {
		struct eg_finding *finding = &diagnosis->judgement.findings[i];
		struct eg_strs command = {0};
		if (!finding->hold.n || finding->no_fix)
			continue;
		if (!active) {
			eg_vec_push(run->arena, &command, diagnosis->python);
			eg_vec_push(run->arena, &command, "-m");
		}
		eg_vec_push(run->arena, &command, "pip");
		eg_vec_push(run->arena, &command, "install");
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
		eg_doctor(run, &ret->plan, &ret->host, &ret->evidence, &ret->judgement);
		spell_fixes(run, options, ret);
	}
	ret->elapsed_ms = eg_now_ms() - start;
}
