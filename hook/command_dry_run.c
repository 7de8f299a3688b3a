/* envguard dry-run: what a command would do here, and whether that is wise. */
#include <stdlib.h>

#include "file.h"
#include "guard.h"
#include "option_table.h"
#include "progress.h"

struct settings {
	struct eg_guard_options guard;
	const char *format;
	const char *html; /* a file to write that page to as well; NULL: none */
	enum eg_color_choice color;
	const char *error; /* the first mistake on the command line; NULL: none */
};

enum { LONGEST_S = 86400 };

static const char *format_mistake(struct eg_arena *arena, const char *name)
{
	const char *known = "";

	for (const struct eg_report_format *format = eg_report_formats; format->name; format++)
		known = eg_strf(arena, "%s%s%s", known, *known ? ", " : "", format->name);
	return eg_strf(arena, "--format wants one of %s, not '%s'", known, name);
}

/* What is wrong with the options together; NULL: nothing. */
static const char *mistake_of(struct eg_run *run, const struct settings *settings)
{
	if (!eg_report_find(settings->format))
		return format_mistake(run->arena, settings->format);
	if (!settings->guard.argc)
		return "say what you would install: packages, or a whole command";
	if (run->offline && run->refresh)
		return "--offline and --refresh contradict each other";
	return eg_own_environment_mistake(settings->guard.prefix, settings->guard.python);
}

static void read_options(struct eg_run *run, struct settings *settings, int argc, char **argv)
{
	int64_t timeout_ms = 0;
	const struct eg_own_option table[] = {
		{"json", .kind = EG_OWN_WORD, .to = &settings->format, .word = "json"},
		{"sarif", .kind = EG_OWN_WORD, .to = &settings->format, .word = "sarif"},
		{"format", .kind = EG_OWN_TEXT, .to = &settings->format},
		{"html", .kind = EG_OWN_TEXT, .to = &settings->html},
		{"prefix", .kind = EG_OWN_TEXT, .to = &settings->guard.prefix},
		{"python", .kind = EG_OWN_TEXT, .to = &settings->guard.python},
		{"host", .kind = EG_OWN_TEXT, .to = &settings->guard.host},
		{"policy", .kind = EG_OWN_TEXT, .to = &settings->guard.policy},
		{"offline", .kind = EG_OWN_FLAG, .to = &run->offline},
		{"refresh", .kind = EG_OWN_FLAG, .to = &run->refresh},
		{"strict", .kind = EG_OWN_FLAG, .to = &settings->guard.strict},
		{"no-fix", .kind = EG_OWN_FLAG, .to = &settings->guard.no_fix},
		{"color", .kind = EG_OWN_COLOR, .to = &settings->color},
		{"timeout", .kind = EG_OWN_SECONDS, .to = &timeout_ms, .most = LONGEST_S},
		{"quiet", .letter = 'q', .kind = EG_OWN_QUIET, .to = &run->verbose},
		{"verbose", .letter = 'v', .kind = EG_OWN_VERBOSE, .to = &run->verbose},
		{0},
	};
	const struct eg_own_options options = {
		.table = table,
		.hint = " (the tool's own options stand in its command: envguard dry-run pip install …)",
	};
	int rest;

	settings->error = eg_own_options_read(run, &options, argc, argv, &rest);
	settings->guard.argv = (const char *const *)(argv + rest);
	settings->guard.argc = (size_t)(argc - rest);
	if (timeout_ms)
		run->deadline = eg_now_ms() + timeout_ms;
	if (!settings->error)
		settings->error = mistake_of(run, settings);
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
