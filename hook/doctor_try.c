/* The classic check: each framework is imported in the environment's own Python, one process each, and computes something. */
#include "diagnosis.h"

#include <cjson/cJSON.h>

#include "ceilings.h"
#include "judge.h"
#include "process.h"

#define MARK "envguard-trial:" /* as in trial.py */

extern const char eg_trial_script[]; /* hook/trial.py */

/* The module of a distribution. */
static const struct {
	const char *package, *module;
} frameworks[] = {
	{"torch", "torch"},
	{"tensorflow", "tensorflow"},
	{"tensorflow-gpu", "tensorflow"},
	{"tensorflow-cpu", "tensorflow"},
	{"jaxlib", "jax"},
	{"cupy", "cupy"},
	{"cupy-cuda11x", "cupy"},
	{"cupy-cuda12x", "cupy"},
	{"cupy-cuda13x", "cupy"},
	{"onnxruntime-gpu", "onnxruntime"},
	{"onnxruntime", "onnxruntime"},
	{"paddlepaddle-gpu", "paddle"},
	{"paddlepaddle", "paddle"},
};

static const cJSON *at(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_at(struct eg_run *run, const cJSON *object, const char *key)
{
	const char *s = cJSON_GetStringValue(at(object, key));

	return s ? eg_strdup(run->arena, s) : NULL;
}

/* [["NVIDIA A100", [8, 0]], …] */
static void read_gpus(struct eg_run *run, const cJSON *list, struct eg_trial *trial)
{
	const cJSON *item;

	trial->gpus = EG_ARRAY(run->arena, struct eg_gpu, EG_MAX_GPUS);
	cJSON_ArrayForEach(item, list)
	{
		const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(item, 0));
		const cJSON *capability = cJSON_GetArrayItem(item, 1);
		if (trial->n_gpus == EG_MAX_GPUS)
			break;
		struct eg_gpu *gpu = &trial->gpus[trial->n_gpus++];
		gpu->name = name ? eg_strdup(run->arena, name) : NULL;
		for (int i = 0; i < 2 && cJSON_GetArraySize(capability) == 2; i++)
			gpu->capability[i] = cJSON_GetArrayItem(capability, i)->valueint;
	}
}

/* The last of the lines that were written whole. */
static cJSON *last_answer(const char *out)
{
	cJSON *last = NULL;

	for (const char *p = out; (p = strstr(p, MARK));) {
		p += strlen(MARK);
		cJSON *json = cJSON_ParseWithLength(p, strcspn(p, "\n"));
		if (!json)
			continue;
		cJSON_Delete(last);
		last = json;
	}
	return last;
}

static void read_answer(struct eg_run *run, const struct eg_answer *answer, struct eg_trial *trial)
{
	cJSON *json = last_answer(answer->out);

	trial->imported = cJSON_IsTrue(at(json, "imported"));
	trial->done = cJSON_IsTrue(at(json, "done"));
	trial->available = cJSON_IsTrue(at(json, "available"));
	trial->version = text_at(run, json, "version");
	trial->file = text_at(run, json, "file");
	trial->cuda = text_at(run, json, "cuda");
	trial->error = text_at(run, json, "error");
	if (cJSON_IsString(at(json, "stage")))
		trial->stage = text_at(run, json, "stage");
	read_gpus(run, at(json, "gpus"), trial);
	trial->late = answer->late;
	trial->signal = answer->status < 0 && !answer->late ? -answer->status : 0;
	cJSON_Delete(json);
}

static void try_one(struct eg_run *run, const struct eg_doctor_options *options, const char *python, struct eg_trial *trial)
{
	/* -B: looking leaves nothing behind */
	const char *const argv[] = {python, "-B", "-c", eg_trial_script, trial->module, NULL};
	const struct eg_process process = {
		.argv = argv,
		.timeout_ms = options->trial_ms,
		.max = EG_MAX_PROBE,
		.partial = true,
	};
	struct eg_answer answer;

	if (eg_process_run(run, &process, &answer)) {
		trial->error = run->error.message;
		eg_recover(run);
		return;
	}
	read_answer(run, &answer, trial);
}

void eg_doctor_try(struct eg_run *run, const struct eg_doctor_options *options, struct eg_diagnosis *diagnosis)
{
	const size_t most = sizeof(frameworks) / sizeof(*frameworks);
	const struct eg_plan *plan = &diagnosis->plan;

	if (!diagnosis->python) {
		eg_note(run, "there is no Python in '%s': nothing is tried", plan->prefix);
		return;
	}
	struct eg_trial *trials = EG_ARRAY(run->arena, struct eg_trial, most);
	size_t n = 0;
	for (size_t i = 0; i < most; i++) {
		const struct eg_package *package = eg_stack_find(plan->after, plan->n_after, frameworks[i].package);
		if (!package)
			continue;
		struct eg_trial *trial = &trials[n++];
		*trial = (struct eg_trial){.package = package->name, .module = frameworks[i].module, .stage = "import"};
		if (run->progress)
			run->progress(run, "trying the frameworks", n - 1, 0);
		try_one(run, options, diagnosis->python, trial);
	}
	diagnosis->evidence.trials = trials;
	diagnosis->evidence.n_trials = n;
}
