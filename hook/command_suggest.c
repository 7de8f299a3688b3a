/* envguard suggest: which build of a framework fits here, and the command that installs it. */
#include <string.h>

#include "advice.h"
#include "diagnosis.h"
#include "family.h"
#include "option_table.h"
#include "progress.h"
#include "strs.h"
#include "tool.h"

enum { MOST_WISHES = 8 };
struct settings {
	struct eg_guard_options guard;
	const char *tool;
	bool json;
	struct eg_wish wishes[MOST_WISHES];
	size_t n_wishes;
	struct eg_strs beside;
	const char *error;
};

static const char *suggestible(const char *name, size_t n)
{
	if (n == strlen("pytorch") && !strncmp(name, "pytorch", n))
		return "torch";
	for (size_t i = 0; eg_suggestible[i]; i++)
		if (strlen(eg_suggestible[i]) == n && !strncmp(name, eg_suggestible[i], n))
			return eg_suggestible[i];
	return NULL;
}

/* "torch", "torch==2.4", "torchvision" */
static void add_word(struct eg_run *run, struct settings *settings, const char *word)
{
	size_t n = strcspn(word, "=");
	const char *framework = suggestible(word, n), *version = word + n + strspn(word + n, "=");
	const struct eg_family *family = framework ? NULL : eg_family_of(word);

	if (framework && settings->n_wishes < MOST_WISHES)
		settings->wishes[settings->n_wishes++] =
			(struct eg_wish){.framework = framework, .version = *version ? version : NULL};
	else if (family && family->role == EG_COMPANION && family->framework && !strcmp(family->framework, "torch"))
		eg_vec_push(run->arena, &settings->beside, word);
	else if (!settings->error)
		settings->error = eg_strf(run->arena,
					  "'%s' is none of torch, tensorflow, jax (nor a companion of torch, such as "
					  "torchvision), with or without ==VERSION",
					  word);
}

static void read_options(struct eg_run *run, struct settings *settings, int argc, char **argv)
{
	const struct eg_own_option table[] = {
		{"json", .kind = EG_OWN_FLAG, .to = &settings->json},
		{"prefix", .kind = EG_OWN_TEXT, .to = &settings->guard.prefix},
		{"python", .kind = EG_OWN_TEXT, .to = &settings->guard.python},
		{"host", .kind = EG_OWN_TEXT, .to = &settings->guard.host},
		{"for", .kind = EG_OWN_TEXT, .to = &settings->tool},
		{"offline", .kind = EG_OWN_FLAG, .to = &run->offline},
		{"refresh", .kind = EG_OWN_FLAG, .to = &run->refresh},
		{"quiet", .letter = 'q', .kind = EG_OWN_QUIET, .to = &run->verbose},
		{"verbose", .letter = 'v', .kind = EG_OWN_VERBOSE, .to = &run->verbose},
		{0},
	};
	const struct eg_own_options options = {.table = table, .interspersed = true};
	int rest;

	settings->error = eg_own_options_read(run, &options, argc, argv, &rest);
	if (!settings->error && settings->tool && !eg_tool_named(settings->tool))
		settings->error = eg_strf(run->arena, "--for wants pip, uv, conda or mamba, not '%s'", settings->tool);
	for (int i = rest; i < argc && !settings->error; i++)
		add_word(run, settings, argv[i]);
	if (!settings->error && !settings->n_wishes)
		settings->error = "say which framework you want: torch, tensorflow or jax";
	if (!settings->error)
		settings->error = eg_own_environment_mistake(settings->guard.prefix, settings->guard.python);
}

/* The tool, the Python and the companions of the environment, which need not be there. */
static void look_at_environment(struct eg_run *run, struct settings *settings)
{
	struct eg_doctor_options doctor = {.prefix = settings->guard.prefix, .python = settings->guard.python};
	struct eg_diagnosis diagnosis = {0};
	struct eg_facts facts;
	bool there = !eg_doctor_environment(run, &doctor, &diagnosis);
	const struct eg_package *python =
		there ? eg_package_find(diagnosis.plan.after, diagnosis.plan.n_after, "python") : NULL;
	const char *version = python ? python->version : diagnosis.python_version;

	eg_recover(run);
	if (!settings->tool)
		settings->tool = python ? "conda" : "pip";
	eg_facts_load(run, &facts);
	for (size_t i = 0; there && i < diagnosis.plan.n_after; i++) {
		const char *name = diagnosis.plan.after[i]->name;
		const struct eg_family *family = eg_family_of(name);
		if (family && family->role == EG_COMPANION && !strcmp(family->framework, "torch") &&
		    eg_facts_is_dependent(&facts, name) && !eg_strs_has(&settings->beside, name))
			eg_vec_push(run->arena, &settings->beside, name);
	}
	for (size_t i = 0; i < settings->n_wishes; i++) {
		struct eg_wish *wish = &settings->wishes[i];
		wish->tool = settings->tool;
		wish->python = eg_cuda_parse(version);
		if (!strcmp(wish->framework, "torch"))
			wish->beside = settings->beside;
	}
}

/* Forecasts one suggestion after the other until one is good, or none can be forecast. */
static void check(struct eg_run *run, const struct settings *settings, struct eg_advice *advice)
{
	const struct eg_suggestions *suggestions = &advice->suggestions;

	advice->exit = EG_EXIT_IMPOSSIBLE;
	for (size_t i = 0; i < suggestions->n; i++) {
		struct eg_guard_options guard = settings->guard;
		struct eg_forecast forecast = {.plan.status = EG_UNKNOWN};
		guard.argv = suggestions->v[i].command.v;
		guard.argc = suggestions->v[i].command.n;
		guard.no_fix = true;
		eg_guard_forecast(run, &guard, &forecast);
		enum eg_exit code = eg_guard_exit(&forecast, false);
		bool last_word = code == EG_EXIT_OK || code == EG_EXIT_UNKNOWN || code == EG_EXIT_USAGE;
		if (!i || last_word) {
			advice->chosen = i;
			advice->forecast = forecast;
			advice->exit = code;
		}
		eg_recover(run);
		if (last_word)
			break;
	}
}

static enum eg_error_kind look_at_host(struct eg_run *run, const struct settings *settings, struct eg_host *ret)
{
	static const struct eg_probe whole = {.depth = EG_PROBE_GPUS};

	if (settings->guard.host)
		return eg_host_read(run, settings->guard.host, ret);
	eg_host_probe(run, &whole, ret);
	return EG_OK;
}

static int suggest_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	struct settings settings = {0};
	struct eg_advice advices[MOST_WISHES] = {0};
	struct eg_progress progress;
	struct eg_facts facts;
	struct eg_host host;
	int code = EG_EXIT_OK;

	read_options(run, &settings, argc, argv);
	if (settings.error)
		return eg_usage_error(command, "%s", settings.error);
	if (look_at_host(run, &settings, &host)) {
		eg_complain("%s", eg_printable(run->arena, run->error.message));
		return EG_EXIT_UNKNOWN;
	}
	eg_facts_load(run, &facts);
	look_at_environment(run, &settings);
	eg_progress_watch(run, &progress);
	for (size_t i = 0; i < settings.n_wishes; i++) {
		advices[i].framework = settings.wishes[i].framework;
		eg_suggest(run, &facts, &host, &settings.wishes[i], &advices[i].suggestions);
		check(run, &settings, &advices[i]);
		code = (int)advices[i].exit > code ? (int)advices[i].exit : code;
	}
	eg_progress_end(run);
	for (size_t i = 0; run->verbose > 0 && i < run->notes.n; i++)
		fprintf(stderr, "note: %s\n", eg_printable(run->arena, run->notes.v[i]));
	if (settings.json)
		eg_advice_json(stdout, run, advices, settings.n_wishes);
	for (size_t i = 0; !settings.json && i < settings.n_wishes; i++)
		eg_advice_text(stdout, run, &advices[i]);
	return eg_finish_output(code);
}

const struct eg_command eg_command_suggest = {
	.name = "suggest",
	.summary = "the install command that fits this machine",
	.help = "usage: envguard suggest [options] FRAMEWORK[==VERSION]…\n\n"
		"Says which build of torch, tensorflow or jax fits the machine's driver and GPUs, the environment's "
		"Python and\n"
		"what is installed there, with the command that installs it and the reason for it. The command is "
		"forecast\n"
		"before it is shown.\n\n"
		"  envguard suggest torch                          the newest that runs here\n"
		"  envguard suggest torch==2.4 torchvision         of that series, with a companion\n"
		"  envguard suggest --for uv jax\n"
		"  envguard suggest --host gpu-node.json torch     for another machine (envguard host --json writes "
		"the file)\n\n"
		"  --for TOOL       pip, uv, conda or mamba (else the environment's own)\n"
		"  --python EXE, --prefix DIR   the environment; --host FILE  the machine: as for dry-run\n"
		"  --json           one JSON document on standard output\n"
		"  --offline, --refresh         ask no index; ask again although the cache is fresh\n\n"
		"exit status:\n"
		"  0  checked and allowed, also with warnings    11  nothing fits, or the tool would refuse\n"
		"  2  the command line is wrong                  12  could not be checked\n"
		" 10  blocked\n",
	.main = suggest_main,
};
