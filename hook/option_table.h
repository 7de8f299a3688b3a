/* The options of the program's own commands, from a table that says where each goes. */
#ifndef EG_OPTION_TABLE_H
#define EG_OPTION_TABLE_H

#include "run.h"

enum eg_own_option_kind {
	EG_OWN_FLAG = 1, /* bool := true */
	EG_OWN_TEXT,     /* const char * := the value */
	EG_OWN_WORD,     /* const char * := .word; takes no value */
	EG_OWN_SECONDS,  /* int64_t := milliseconds, of 1 to .most seconds */
	EG_OWN_COLOR,    /* enum eg_color_choice */
	EG_OWN_QUIET,    /* int := -1 */
	EG_OWN_VERBOSE,  /* int: one more each time */
};

struct eg_own_option {
	const char *name; /* without dashes; NULL: the end of the table */
	char letter;      /* 0: none */
	enum eg_own_option_kind kind;
	void *to;
	const char *word;
	int most;
};

/* How a command reads its words. */
struct eg_own_options {
	const struct eg_own_option *table;
	bool interspersed; /* options may follow arguments */
	const char *hint;  /* behind a complaint about an option that is not known; NULL: nothing */
};

/* The first mistake in ARGV (argv[0] is the command's name), or NULL. Reads on after a mistake, so that --json is seen wherever
   it stands. *ret_rest: the index of the first argument, before which all options then stand. */
const char *eg_own_options_read(struct eg_run *run, const struct eg_own_options *options, int argc, char **argv,
				int *ret_rest);

/* A mistake in what names the environment: --prefix and --python exclude each other. */
const char *eg_own_environment_mistake(const char *prefix, const char *python);

#endif
