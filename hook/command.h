/* The subcommands, and what the program answers to its caller. */
#ifndef EG_COMMAND_H
#define EG_COMMAND_H

#include <stdio.h>

#include "run.h"

enum eg_exit {
	EG_EXIT_OK = 0,          /* allowed, also with warnings */
	EG_EXIT_USAGE = 2,
	EG_EXIT_BLOCKED = 10,
	EG_EXIT_IMPOSSIBLE = 11, /* the tool itself would refuse */
	EG_EXIT_UNKNOWN = 12,    /* could not tell */
};

struct eg_command {
	const char *name;
	const char *summary; /* one line of `envguard help` */
	const char *help;    /* `envguard NAME --help`, whole */
	int (*main)(struct eg_run *run, const struct eg_command *command, int argc, char **argv);
};

/* NULL when there is no such command. */
const struct eg_command *eg_command_find(const char *name);

/* argv[0] is the program's name. Returns the exit code. */
int eg_command_main(struct eg_run *run, int argc, char **argv);

/* "envguard: MESSAGE" on stderr. */
void eg_complain(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A usage error with the way to the command's help; returns EG_EXIT_USAGE. */
int eg_usage_error(const struct eg_command *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* What getopt_long (options string "+:…", long options of codes from 256 on) has against WORD, by its answer CODE; NULL: nothing.
   HINT goes behind what is not known. */
const char *eg_option_mistake(struct eg_arena *arena, int code, const char *word, const char *hint);

/* Flushes stdout; CODE, or EG_EXIT_UNKNOWN with a complaint where the answer could not be written. */
int eg_finish_output(int code);

extern const struct eg_command eg_command_dry_run, eg_command_cache, eg_command_rules, eg_command_facts, eg_command_policy, eg_command_log,
	eg_command_host, eg_command_doctor, eg_command_suggest;
extern const struct eg_command eg_command_enable, eg_command_disable, eg_command_status, eg_command_verify,
	eg_command_gate, eg_command_snapshots, eg_command_snapshot, eg_command_restore;

#endif
