/* envguard dry-run: what a command would do here, and whether that is wise. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include "file.h"
#include "guard.h"
#include "progress.h"

struct settings {
	struct eg_guard_options guard;
	const char *format;
	const char *html; /* a file to write that page to as well; NULL: none */
	enum eg_color_choice color;
	const char *error; /* the first mistake on the command line; NULL: none */
};

enum option_code {
	OPT_JSON = 256,
	OPT_SARIF,
	OPT_FORMAT,
	OPT_HTML,
	OPT_PREFIX,
	OPT_PYTHON,
	OPT_HOST,
	OPT_POLICY,
	OPT_OFFLINE,
	OPT_REFRESH,
	OPT_STRICT,
	OPT_NO_FIX,
	OPT_COLOR,
	OPT_TIMEOUT,
};

static const struct option options[] = {
	{"json", no_argument, NULL, OPT_JSON},
	{"sarif", no_argument, NULL, OPT_SARIF},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"html", required_argument, NULL, OPT_HTML},
	{"prefix", required_argument, NULL, OPT_PREFIX},
	{"python", required_argument, NULL, OPT_PYTHON},
	{"host", required_argument, NULL, OPT_HOST},
	{"policy", required_argument, NULL, OPT_POLICY},
	{"offline", no_argument, NULL, OPT_OFFLINE},
	{"refresh", no_argument, NULL, OPT_REFRESH},
	{"strict", no_argument, NULL, OPT_STRICT},
	{"no-fix", no_argument, NULL, OPT_NO_FIX},
	{"color", required_argument, NULL, OPT_COLOR},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"quiet", no_argument, NULL, 'q'},
	{"verbose", no_argument, NULL, 'v'},
	{NULL, 0, NULL, 0},
};

static void mistake(struct eg_run *run, struct settings *settings, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void mistake(struct eg_run *run, struct settings *settings, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!settings->error)
		settings->error = eg_vstrf(run->arena, fmt, ap);
	va_end(ap);
}

static void set_timeout(struct eg_run *run, struct settings *settings, const char *text)
{
	char *end;

	errno = 0;
	long seconds = strtol(text, &end, 10);
	if (errno || *end || end == text || seconds < 1 || seconds > 86400)
		mistake(run, settings, "--timeout wants seconds from 1 to 86400, not '%s'", text);
	else
		run->deadline = eg_now_ms() + seconds * 1000;
}

static void set_format(struct eg_run *run, struct settings *settings, const char *name)
{
	const char *known = "";

	if (eg_report_find(name)) {
		settings->format = name;
		return;
	}
	for (const struct eg_report_format *format = eg_report_formats; format->name; format++)
		known = eg_strf(run->arena, "%s%s%s", known, *known ? ", " : "", format->name);
	mistake(run, settings, "--format wants one of %s, not '%s'", known, name);
}

static void set_option(struct eg_run *run, struct settings *settings, int code)
{
	switch (code) {
	case OPT_JSON:
		settings->format = "json";
		break;
	case OPT_SARIF:
		settings->format = "sarif";
		break;
	case OPT_FORMAT:
		set_format(run, settings, optarg);
		break;
	case OPT_HTML:
		settings->html = optarg;
		break;
	case OPT_PREFIX:
		settings->guard.prefix = optarg;
		break;
	case OPT_PYTHON:
		settings->guard.python = optarg;
		break;
	case OPT_HOST:
		settings->guard.host = optarg;
		break;
	case OPT_POLICY:
		settings->guard.policy = optarg;
		break;
	case OPT_OFFLINE:
		run->offline = true;
		break;
	case OPT_REFRESH:
		run->refresh = true;
		break;
	case OPT_STRICT:
		settings->guard.strict = true;
		break;
	case OPT_NO_FIX:
		settings->guard.no_fix = true;
		break;
	case OPT_COLOR:
		if (!eg_color_choice_parse(optarg, &settings->color))
			mistake(run, settings, "--color wants auto, always or never, not '%s'", optarg);
		break;
	case OPT_TIMEOUT:
		set_timeout(run, settings, optarg);
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

/* Reads on after a mistake, so that --json is seen wherever it stands. */
static void read_options(struct eg_run *run, struct settings *settings, int argc, char **argv)
{
	static const char hint[] = " (the tool's own options stand in its command: envguard dry-run pip install …)";
	int code;

	opterr = 0;
	optind = 0;
	while ((code = getopt_long(argc, argv, "+:qv", options, NULL)) != -1) {
		const char *error = eg_option_mistake(run->arena, code, argv[optind - 1], hint);
		if (error)
			mistake(run, settings, "%s", error);
		else
			set_option(run, settings, code);
	}
	settings->guard.argv = (const char *const *)(argv + optind);
	settings->guard.argc = (size_t)(argc - optind);
	if (!settings->guard.argc)
		mistake(run, settings, "say what you would install: packages, or a whole command");
	if (settings->guard.prefix && settings->guard.python)
		mistake(run, settings, "--prefix and --python name the same thing: give one of them");
	if (run->offline && run->refresh)
		mistake(run, settings, "--offline and --refresh contradict each other");
}

static void print_notes(const struct eg_run *run)
{
	for (size_t i = 0; run->verbose >= 0 && i < run->notes.n; i++)
		fprintf(stderr, "note: %s\n", eg_printable(run->arena, run->notes.v[i]));
}

static void print_report(struct eg_run *run, const struct settings *settings, const struct eg_forecast *forecast)
{
	struct eg_report_options report = {
		.style = eg_style_for(stdout, settings->color),
		.verbose = run->verbose,
		.strict = settings->guard.strict,
	};

	eg_report_find(settings->format)->write(stdout, run, forecast, &report);
}

/* The page beside the report, at once or not at all. */
static bool write_html(struct eg_run *run, const struct settings *settings, const struct eg_forecast *forecast)
{
	const struct eg_report_options report = {.strict = settings->guard.strict};
	char *page = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&page, &n);

	if (!out)
		return false;
	eg_report_html(out, run, forecast, &report);
	bool written = !fclose(out) && !eg_file_write(run, settings->html, page, n, 0666);
	if (!written)
		eg_complain("%s", eg_printable(run->arena, run->error.message));
	free(page);
	return written;
}

static int dry_run_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	struct settings settings = {.format = "text"};
	struct eg_forecast forecast = {.plan.status = EG_UNKNOWN};
	struct eg_progress progress;

	read_options(run, &settings, argc, argv);
	bool json = !strcmp(settings.format, "json");
	if (settings.error && json) {
		forecast.error_kind = EG_USAGE;
		forecast.error = settings.error;
		print_report(run, &settings, &forecast);
	}
	if (settings.error)
		return eg_usage_error(command, "%s", settings.error);

	eg_progress_watch(run, &progress);
	eg_guard_forecast(run, &settings.guard, &forecast);
	eg_progress_end(run);
	eg_terms_note(run, &forecast.terms);
	print_notes(run);
	if (forecast.error)
		eg_complain("%s", eg_printable(run->arena, forecast.error));
	else if (json && forecast.plan.status != EG_SOLVED && forecast.plan.error)
		eg_complain("%s", eg_printable(run->arena, forecast.plan.error));
	print_report(run, &settings, &forecast);
	int code = eg_guard_exit(&forecast, settings.guard.strict);
	if (settings.html && !write_html(run, &settings, &forecast) && code != EG_EXIT_BLOCKED)
		code = EG_EXIT_UNKNOWN;
	return eg_finish_output(code);
}

const struct eg_command eg_command_dry_run = {
	.name = "dry-run",
	.summary = "what an install command would do, and whether it is safe",
	.help = "usage: envguard dry-run [options] [--] PKG… | COMMAND…\n\n"
		"Forecasts an install command for this environment and judges it. Nothing is installed or changed.\n\n"
		"  envguard dry-run torchpack                    what `pip install torchpack` would do here\n"
		"  envguard dry-run pip install -U -r req.txt    a whole command, just as you would type it\n"
		"  envguard dry-run pip uninstall numpy\n"
		"  envguard dry-run uv pip install vllm\n"
		"  envguard dry-run --python ~/env/bin/python transformers\n"
		"  envguard dry-run --host gpu-node.json torch   judged for another machine, from a login node\n"
		"  envguard dry-run --json xformers | jq .verdict\n\n"
		"the environment:\n"
		"  --python EXE     an interpreter, or the folder of its environment\n"
		"  --prefix DIR     the folder of an environment\n"
		"                   (neither: the active one, else the first python3 on PATH)\n"
		"  --host FILE      facts about the machine that it will run on, instead of this one's:\n"
		"                   {\"driver\": \"535.183.01\", \"cuda\": \"12.2\", \"gpus\": [], \"platform\": \"linux-64\"}\n"
		"  --policy FILE    one more policy, on top of those of the system, the user, the project and the\n"
		"                   environment ('envguard policy --help')\n\n"
		"the answer:\n"
		"  --json           one JSON document on standard output\n"
		"  --sarif          SARIF 2.1.0, which code hosts show beside a change\n"
		"  --format NAME    text, json, sarif, html, github (annotations), gitlab (code quality) or junit\n"
		"  --html FILE      write a page with the changes and the way to their cause as well\n"
		"  --strict         a warning counts as a block\n"
		"  --no-fix         do not look for a command to take instead\n"
		"  -q, --quiet      only what is wrong;  -v, --verbose  everything\n"
		"  --color WHEN     auto, always or never\n\n"
		"the index:\n"
		"  --offline        ask nobody: what the cache knows must do\n"
		"  --refresh        ask again although the cache is fresh\n"
		"  --timeout SECONDS  give up after that long\n"
		"  ENVGUARD_MIRRORS='FROM=TO …'  in the environment: what is known by the address FROM, an index or a\n"
		"                   channel, is fetched from TO, which may be a file:// address\n\n"
		"exit status:\n"
		"  0  allowed, also with warnings        11  the tool itself would refuse\n"
		"  2  the command line is wrong          12  could not tell\n"
		" 10  blocked\n",
	.main = dry_run_main,
};
