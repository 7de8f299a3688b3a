/* envguard enable, envguard disable: the guard put in place, and taken away. */
#include <string.h>

#include "conda_gate.h"
#include "pip_gate.h"
#include "shim_files.h"

struct part {
	enum eg_error_kind (*put)(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed);
	enum eg_error_kind (*remove)(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed);
};

static const struct part parts[] = {
	{eg_pip_gate_put, eg_pip_gate_remove}, /* first: the plugin asks through one of its modules */
	{eg_conda_gate_put, eg_conda_gate_remove},
	{eg_shim_put, eg_shim_remove},
};
enum { N_PARTS = sizeof(parts) / sizeof(*parts) };

static int failed(const struct eg_run *run, const struct eg_command *command)
{
	if (run->error.kind == EG_USAGE)
		return eg_usage_error(command, "%s", run->error.message);
	eg_complain("%s", run->error.message);
	return EG_EXIT_UNKNOWN;
}

static int enable_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	struct eg_scope_options options;
	struct eg_scope scope;
	bool changed = false;

	if (eg_scope_parse(run, argc, argv, &options) || eg_scope_find(run, &options, true, &scope))
		return failed(run, command);
	if (options.shell) {
		if (eg_shim_shell(run, eg_shim_folder(run, &scope), options.shell))
			return failed(run, command);
		return eg_finish_output(EG_EXIT_OK);
	}
	for (size_t i = 0; i < N_PARTS; i++)
		if (parts[i].put(run, &scope, &changed))
			return failed(run, command);
	printf("%s is %sguarded; 'envguard status' says what is, 'envguard verify' proves it\n", scope.prefix,
	       changed ? "" : "already ");
	return eg_finish_output(EG_EXIT_OK);
}

static int disable_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	struct eg_scope_options options;
	struct eg_scope scope;
	bool changed = false;

	if (eg_scope_parse(run, argc, argv, &options) || eg_scope_find(run, &options, true, &scope))
		return failed(run, command);
	for (size_t i = N_PARTS; i-- > 0;)
		if (parts[i].remove(run, &scope, &changed))
			return failed(run, command);
	printf("%s is %s guarded\n", scope.prefix, changed ? "no longer" : "not");
	return eg_finish_output(EG_EXIT_OK);
}

const struct eg_command eg_command_enable = {
	.name = "enable",
	.summary = "guard an environment: pip is judged before it changes anything",
	.help = "usage: envguard enable [--prefix ENV | --python EXE | --user | --system] [--shell bash|zsh|fish]\n\n"
		"Puts five small files into the environment's site-packages, says which, and is undone by\n"
		"'envguard disable'. From then on pip install and pip uninstall show envguard what they are about to do,\n"
		"also as 'python -m pip', by an absolute path, from a notebook or a script. Where all is well nothing is\n"
		"printed; what would break the GPU stack is refused with exit status 10 before anything has changed. Who has\n"
		"typed it at a terminal is asked whether it goes on all the same; scripts, CI and notebooks are not.\n\n"
		EG_SCOPE_HELP
		"\nWith --user and --system, links to envguard under the names of the tools (pip, uv, conda, mamba …) are made as\n"
		"well: a command that would change an environment is forecast before the tool is started, all else goes straight\n"
		"through. They belong first on PATH; --shell prints what a shell's start-up file does for that:\n"
		"  eval \"$(envguard enable --user --shell bash)\"\n"
		"\nenvironment of the guarded commands:\n"
		"  ENVGUARD=off                          not guarded\n"
		"  ENVGUARD_ALLOW=RULE[:REASON][;RULE…]  what these rules find does not block\n"
		"  ENVGUARD_ON_ERROR=block               what cannot be judged is blocked instead of let through\n",
	.main = enable_main,
};

const struct eg_command eg_command_disable = {
	.name = "disable",
	.summary = "undo 'enable'",
	.help = "usage: envguard disable [--prefix ENV | --python EXE | --user | --system]\n\n"
		"Removes what 'envguard enable' has put in place.\n\n"
		EG_SCOPE_HELP,
	.main = disable_main,
};
