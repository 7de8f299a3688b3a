#include "command.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <string.h>

#include "manual.h"

static int version_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv);
static int help_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv);

static const struct eg_command eg_command_version = {
	.name = "version",
	.summary = "the program's version",
	.help = "usage: envguard version\n\nPrints the program's version.\n",
	.main = version_main,
};

static const struct eg_command eg_command_help = {
	.name = "help",
	.summary = "this text, or that of a command",
	.help = "usage: envguard help [COMMAND | --man]\n\n"
		"Explains the program, or one of its commands. --man prints the manual page:\n\n"
		"  envguard help --man | man -l -\n",
	.main = help_main,
};

static const struct eg_command *const commands[] = {
	&eg_command_dry_run,
	&eg_command_suggest,
	&eg_command_doctor,
	&eg_command_enable,
	&eg_command_disable,
	&eg_command_status,
	&eg_command_verify,
	&eg_command_snapshots,
	&eg_command_snapshot,
	&eg_command_restore,
	&eg_command_gate,
	&eg_command_host,
	&eg_command_rules,
	&eg_command_facts,
	&eg_command_policy,
	&eg_command_log,
	&eg_command_cache,
	&eg_command_version,
	&eg_command_help,
};
enum { N_COMMANDS = sizeof(commands) / sizeof(*commands) };

void eg_complain(const char *fmt, ...)
{
	va_list ap;

	fputs("envguard: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
}

int eg_usage_error(const struct eg_command *command, const char *fmt, ...)
{
	va_list ap;

	fputs("envguard: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nTry 'envguard %s%s--help'.\n", command ? command->name : "", command ? " " : "");
	return EG_EXIT_USAGE;
}

const char *eg_option_mistake(struct eg_arena *arena, int code, const char *word, const char *hint)
{
	if (code == ':')
		return eg_strf(arena, "option '%s' wants a value", word);
	if (code != '?')
		return NULL;
	if (optopt && optopt < 256)
		return eg_strf(arena, "unknown option '-%c'%s", optopt, hint);
	return optopt ? eg_strf(arena, "option '%s' takes no value", word)
		      : eg_strf(arena, "unknown option '%s'%s", word, hint);
}

int eg_finish_output(int code)
{
	if (!fflush(stdout) && !ferror(stdout))
		return code;
	eg_complain("cannot write to standard output: %s", strerror(errno));
	return EG_EXIT_UNKNOWN;
}

const struct eg_command *eg_command_find(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static void print_overview(FILE *out)
{
	fputs("usage: envguard COMMAND …\n\n"
	      "Says what an install command would do to a Python environment with a GPU framework in it,\n"
	      "before anything is downloaded or changed.\n\n"
	      "  envguard dry-run torchpack                  what would `pip install torchpack` do here?\n"
	      "  envguard dry-run pip install -U -r req.txt  a whole command, just as you would type it\n"
	      "  envguard dry-run --json xformers            for programs\n\n"
	      "commands:\n",
	      out);
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(out, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n'envguard COMMAND --help' explains a command.\n", out);
}

static int version_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	(void)run;
	if (argc > 1)
		return eg_usage_error(command, "unexpected argument '%s'", argv[1]);
	puts("envguard " EG_VERSION);
	return eg_finish_output(EG_EXIT_OK);
}

static int help_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	(void)run;
	if (argc < 2) {
		print_overview(stdout);
		return eg_finish_output(EG_EXIT_OK);
	}
	if (!strcmp(argv[1], "--man")) {
		eg_write_manual(stdout, commands, N_COMMANDS);
		return eg_finish_output(EG_EXIT_OK);
	}
	const struct eg_command *topic = eg_command_find(argv[1]);

	if (!topic)
		return eg_usage_error(command, "no command is called '%s'", argv[1]);
	fputs(topic->help, stdout);
	return eg_finish_output(EG_EXIT_OK);
}

static bool asks_help(int argc, char **argv)
{
	return argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"));
}

int eg_command_main(struct eg_run *run, int argc, char **argv)
{
	if (argc < 2) {
		print_overview(stderr);
		return EG_EXIT_USAGE;
	}
	if (asks_help(argc, argv))
		return help_main(run, &eg_command_help, 1, argv);
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		return version_main(run, &eg_command_version, argc - 1, argv + 1);
	const struct eg_command *command = eg_command_find(argv[1]);

	if (!command)
		return eg_usage_error(NULL, "no command is called '%s'", argv[1]);
	if (asks_help(argc - 1, argv + 1)) {
		fputs(command->help, stdout);
		return eg_finish_output(EG_EXIT_OK);
	}
	return command->main(run, command, argc - 1, argv + 1);
}
