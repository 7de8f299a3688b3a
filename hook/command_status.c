/* envguard status: what is guarded, by which files, and what is not and why. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "checksum.h"
#include "ceilings.h"
#include "file.h"
#include "conda_gate.h"
#include "pip_gate.h"
#include "policy_find.h"
#include "shim_files.h"
#include "style.h"
#include "tool_pip.h"
#include "unguarded.h"

enum { EXIT_UNGUARDED = 1, OLDEST = 2003, NEWEST = 2603 }; /* pip 20.3 to 26.3 */

static void print_environment(struct eg_run *run, const struct eg_scope *scope)
{
	struct eg_pip_release pip = eg_pip_release_of(&scope->interpreter);

	printf("environment  %s", eg_printable(run->arena, scope->prefix));
	if (!scope->has_python)
		puts(" (no Python)");
	else if (pip.major)
		printf(" (Python %s, pip %d.%d)\n", scope->interpreter.version, pip.major, pip.minor);
	else
		printf(" (Python %s, no pip)\n", scope->interpreter.version);
}

static const char *state_words(enum eg_placed_state state)
{
	static const char *const words[] = {
		[EG_PLACED_MISSING] = "missing",
		[EG_PLACED_SAME] = "in place",
		[EG_PLACED_DIFFERENT] = "NOT as this envguard writes it; 'envguard enable' renews it",
		[EG_PLACED_FOREIGN] = "NOT envguard's",
	};
	return words[state];
}

static void print_file(struct eg_run *run, const struct eg_placed *file)
{
	size_t n;
	const char *text = eg_file_read_if(run, file->path, EG_MAX_CONFIG, &n);

	printf("             %s: %s\n", eg_printable(run->arena, file->path), state_words(eg_placed_state(run, file)));
	if (text)
		printf("               sha256 %s\n", eg_sha256(run->arena, text, n));
}

/* True when every file is there as it should be. */
static bool print_gate(struct eg_run *run, const struct eg_scope *scope, const struct eg_placed_list *files)
{
	struct eg_pip_release pip = eg_pip_release_of(&scope->interpreter);
	int release = 100 * pip.major + pip.minor;
	bool whole = files->n, any = false;

	for (size_t i = 0; i < files->n; i++) {
		enum eg_placed_state state = eg_placed_state(run, &files->v[i]);
		whole = whole && state == EG_PLACED_SAME;
		any = any || state != EG_PLACED_MISSING;
	}
	if (!scope->has_python) {
		puts("pip          not guarded: there is no Python");
		return true;
	}
	printf("pip          %s\n", whole ? "guarded: pip, python -m pip, absolute paths, notebooks, subprocesses" :
				    any ? "NOT guarded: the files are not all as they should be" :
					  "not guarded: 'envguard enable' was not run for it");
	if (whole && pip.major && (release < OLDEST || release > NEWEST))
		puts("             this pip is none of 20.3 to 26.3: if it has another shape, a forecast judges its commands");
	for (size_t i = 0; any && i < files->n; i++)
		print_file(run, &files->v[i]);
	return whole;
}

/* A conda guards all its environments by one plugin, in its own. */
static void print_plugin(struct eg_run *run, const struct eg_scope *scope)
{
	struct eg_placed_list files = {0};
	bool whole = true, any = false;

	if (eg_conda_gate_files(run, scope, &files) || !files.n) {
		if (scope->conda)
			puts("conda        guarded from the base environment or not at all: 'envguard status --prefix BASE' tells");
		return;
	}
	for (size_t i = 0; i < files.n; i++) {
		enum eg_placed_state state = eg_placed_state(run, &files.v[i]);
		whole = whole && state == EG_PLACED_SAME;
		any = any || state != EG_PLACED_MISSING;
	}
	printf("conda        %s\n", whole ? "guarded by a plugin, in all its environments" :
				    any ? "NOT guarded: the plugin's files are not all as they should be" :
					  "not guarded: 'envguard enable' was not run for it");
	for (size_t i = 0; any && i < files.n; i++)
		if (!files.v[i].directory)
			print_file(run, &files.v[i]);
}

static void print_variables(struct eg_run *run)
{
	static const char *const names[] = {"ENVGUARD", "ENVGUARD_ALLOW", "ENVGUARD_ON_ERROR", "ENVGUARD_HOST",
					    "ENVGUARD_TIMEOUT", "ENVGUARD_POLICY"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (getenv(names[i]))
			printf("variable     %s=%s\n", names[i], eg_printable(run->arena, getenv(names[i])));
}

/* Which files of the policy hold for the environment, and which do not. */
static void print_policy(struct eg_run *run, const char *prefix)
{
	const struct eg_policy_search search = {.prefix = prefix};
	struct eg_policy policy;

	eg_policy_find(run, &search, &policy);
	for (size_t i = 0; i < policy.sources.n; i++)
		printf("policy       %s\n", eg_printable(run->arena, policy.sources.v[i]));
	for (size_t i = 0; i < policy.errors.n; i++)
		printf("policy       not in force: %s\n", eg_printable(run->arena, policy.errors.v[i].text));
}

static int status_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	struct eg_scope_options options;
	struct eg_placed_list files = {0};
	struct eg_scope scope;

	if (eg_scope_parse(run, argc, argv, &options))
		return eg_usage_error(command, "%s", run->error.message);
	if (eg_scope_find(run, &options, false, &scope) || eg_pip_gate_files(run, &scope, &files)) {
		eg_complain("%s", run->error.message);
		return EG_EXIT_UNKNOWN;
	}
	print_environment(run, &scope);
	bool guarded = print_gate(run, &scope, &files);
	print_plugin(run, &scope);
	/* an environment's commands are typed in some account, so its shims count there as well */
	struct eg_scope account = {.kind = scope.kind == EG_SCOPE_SYSTEM ? EG_SCOPE_SYSTEM : EG_SCOPE_USER};
	const char *shims = eg_shim_folder(run, &account);
	eg_shim_status(run, shims);
	eg_unguarded_tell(run, shims);
	print_policy(run, scope.prefix);
	print_variables(run);
	return eg_finish_output(guarded ? EG_EXIT_OK : EXIT_UNGUARDED);
}

const struct eg_command eg_command_status = {
	.name = "status",
	.summary = "what is guarded, and what is not and why",
	.help = "usage: envguard status [--prefix ENV | --python EXE | --user | --system]\n\n"
		"Shows which ways to change the environment are guarded, by which files and with which hashes.\n"
		"Exits with 0 when pip is guarded, with 1 when it is not.\n\n"
		EG_SCOPE_HELP,
	.main = status_main,
};
