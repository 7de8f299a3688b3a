/* envguard doctor: is the environment sound as it stands? */
#include <getopt.h>
#include <stdlib.h>

#include "command.h"
#include "diagnosis.h"
#include "progress.h"

enum { TRIAL_S = 120, MOST_S = 3600 };

enum option_code { OPT_JSON = 256, OPT_PREFIX, OPT_PYTHON, OPT_HOST, OPT_POLICY, OPT_RUN, OPT_STRICT, OPT_COLOR, OPT_TIMEOUT };

static const struct option options[] = {
	{"json", no_argument, NULL, OPT_JSON},           {"prefix", required_argument, NULL, OPT_PREFIX},
	{"python", required_argument, NULL, OPT_PYTHON}, {"host", required_argument, NULL, OPT_HOST},
	{"policy", required_argument, NULL, OPT_POLICY},
	{"run", no_argument, NULL, OPT_RUN},             {"strict", no_argument, NULL, OPT_STRICT},
	{"color", required_argument, NULL, OPT_COLOR},   {"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"quiet", no_argument, NULL, 'q'},               {"verbose", no_argument, NULL, 'v'},
	{NULL, 0, NULL, 0},
};

struct settings {
	struct eg_doctor_options doctor;
	enum eg_color_choice color;
	bool json, strict;
	const char *error;
};

static void set_option(struct eg_run *run, struct settings *settings, int code)
{
	char *end;

	switch (code) {
	case OPT_JSON:
		settings->json = true;
		break;
	case OPT_PREFIX:
		settings->doctor.prefix = optarg;
		break;
	case OPT_PYTHON:
		settings->doctor.python = optarg;
		break;
	case OPT_HOST:
		settings->doctor.host = optarg;
		break;
	case OPT_POLICY:
		settings->doctor.policy = optarg;
		break;
	case OPT_RUN:
		settings->doctor.run = true;
		break;
	case OPT_STRICT:
		settings->strict = true;
		break;
	case OPT_COLOR:
		if (!eg_color_choice_parse(optarg, &settings->color))
			settings->error = eg_strf(run->arena, "--color wants auto, always or never, not '%s'", optarg);
		break;
	case OPT_TIMEOUT:
		settings->doctor.trial_ms = strtol(optarg, &end, 10) * 1000;
		if (*end || end == optarg || settings->doctor.trial_ms < 1000 || settings->doctor.trial_ms > MOST_S * 1000)
			settings->error = eg_strf(run->arena, "--timeout wants seconds from 1 to %d, not '%s'", MOST_S, optarg);
		break;
	case 'q':
		run->verbose = -1;
		break;
	case 'v':
		run->verbose++;
		break;
	default:
		break;
	}
}

static void read_options(struct eg_run *run, struct settings *settings, int argc, char **argv)
{
	int code;

	opterr = 0;
	optind = 0;
	while (!settings->error && (code = getopt_long(argc, argv, "+:qv", options, NULL)) != -1) {
		settings->error = eg_option_mistake(run->arena, code, argv[optind - 1], "");
		if (!settings->error)
			set_option(run, settings, code);
	}
	if (!settings->error && optind < argc)
		settings->error = eg_strf(run->arena, "unexpected argument '%s'", argv[optind]);
	if (!settings->error && settings->doctor.prefix && settings->doctor.python)
		settings->error = "--prefix and --python name the same thing: give one of them";
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
