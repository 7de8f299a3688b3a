/* envguard doctor: is the environment sound as it stands? */
#include "command.h"
#include "diagnosis.h"
#include "option_table.h"
#include "progress.h"

enum { TRIAL_S = 120, MOST_S = 3600 };

struct settings {
	struct eg_doctor_options doctor;
	enum eg_color_choice color;
	bool json, strict;
	const char *error;
};

static void read_options(struct eg_run *run, struct settings *settings, int argc, char **argv)
{
	const struct eg_own_option table[] = {
		{"json", .kind = EG_OWN_FLAG, .to = &settings->json},
		{"prefix", .kind = EG_OWN_TEXT, .to = &settings->doctor.prefix},
		{"python", .kind = EG_OWN_TEXT, .to = &settings->doctor.python},
		{"host", .kind = EG_OWN_TEXT, .to = &settings->doctor.host},
		{"policy", .kind = EG_OWN_TEXT, .to = &settings->doctor.policy},
		{"run", .kind = EG_OWN_FLAG, .to = &settings->doctor.run},
		{"strict", .kind = EG_OWN_FLAG, .to = &settings->strict},
		{"color", .kind = EG_OWN_COLOR, .to = &settings->color},
		{"timeout", .kind = EG_OWN_SECONDS, .to = &settings->doctor.trial_ms, .most = MOST_S},
		{"quiet", .letter = 'q', .kind = EG_OWN_QUIET, .to = &run->verbose},
		{"verbose", .letter = 'v', .kind = EG_OWN_VERBOSE, .to = &run->verbose},
		{0},
	};
	int rest;

	settings->error = eg_own_options_read(run, &(struct eg_own_options){.table = table}, argc, argv, &rest);
	if (!settings->error && rest < argc)
		settings->error = eg_strf(run->arena, "unexpected argument '%s'", argv[rest]);
	if (!settings->error)
		settings->error = eg_own_environment_mistake(settings->doctor.prefix, settings->doctor.python);
}

static enum eg_exit exit_code(const struct eg_diagnosis *diagnosis, bool strict)
{
	enum eg_verdict verdict = diagnosis->judgement.verdict;

	if (diagnosis->error)
		return EG_EXIT_UNKNOWN;
	return verdict == EG_VERDICT_BLOCK || (strict && verdict == EG_VERDICT_WARN) ? EG_EXIT_BLOCKED : EG_EXIT_OK;
}

static int doctor_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	struct settings settings = {.doctor.trial_ms = TRIAL_S * 1000};
	struct eg_diagnosis diagnosis = {0};
	struct eg_progress progress;

	read_options(run, &settings, argc, argv);
	if (settings.error)
		return eg_usage_error(command, "%s", settings.error);
	eg_progress_watch(run, &progress);
	eg_diagnose(run, &settings.doctor, &diagnosis);
	eg_progress_end(run);
	eg_terms_note(run, &diagnosis.terms);
	for (size_t i = 0; run->verbose >= 0 && i < run->notes.n; i++)
		fprintf(stderr, "note: %s\n", eg_printable(run->arena, run->notes.v[i]));
	if (diagnosis.error)
		eg_complain("%s", eg_printable(run->arena, diagnosis.error));
	if (settings.json) {
		eg_doctor_json(stdout, run, &diagnosis);
	} else if (!diagnosis.error) {
		struct eg_style style = eg_style_for(stdout, settings.color);
		eg_doctor_text(stdout, run, &diagnosis, &style);
	}
	return eg_finish_output(exit_code(&diagnosis, settings.strict));
}

const struct eg_command eg_command_doctor = {
	.name = "doctor",
	.summary = "is the environment sound as it stands?",
	.help = "usage: envguard doctor [options]\n\n"
		"Judges an environment as it stands: the GPU frameworks in it against the driver, the GPUs, what is\n"
		"compiled against them, the libraries that they need, and whoever else owns their files.\n\n"
		"  envguard doctor                               the active environment on this machine\n"
		"  envguard doctor --run                         and try the frameworks themselves\n"
		"  envguard doctor --prefix ~/env --host node.json --json\n\n"
		"  --python EXE     an interpreter, or the folder of its environment\n"
		"  --prefix DIR     the folder of an environment; of conda's the Python is not started without --run\n"
		"  --host FILE      facts about the machine that it will run on (envguard host --json writes them)\n"
		"  --policy FILE    one more policy, on top of the system's, the user's, the project's and the environment's\n"
		"  --run            import each framework in the environment's own Python, ask for its devices and\n"
		"                   compute something small; runs the code of the packages that are installed\n"
		"  --timeout SECONDS  for each framework that is tried (120)\n"
		"  --json           one JSON document, \"envguard.doctor/1\"; what is of level \"block\" is broken\n"
		"  --strict         a warning counts as broken\n"
		"  -q, --quiet      only what is wrong;  -v, --verbose  everything\n"
		"  --color WHEN     auto, always or never\n\n"
		"exit code: 0 sound (also with warnings), 2 usage, 10 broken, 12 could not tell\n",
	.main = doctor_main,
};
