/* What `enable`, `disable`, `status` and `verify` are about: one environment, a user's account, or the machine. */
#ifndef EG_SCOPE_H
#define EG_SCOPE_H

#include "command.h"
#include "python/interpreter.h"

enum eg_scope_kind { EG_SCOPE_ENVIRONMENT, EG_SCOPE_USER, EG_SCOPE_SYSTEM };

struct eg_scope_options {
	const char *prefix, *python; /* NULL: not said */
	bool user, system;
	const char *shell;           /* --shell NAME: only its set-up is wanted; NULL: no */
};

struct eg_scope {
	enum eg_scope_kind kind;
	const char *prefix;              /* absolute */
	bool has_python;                 /* then .interpreter and .site are filled */
	struct eg_interpreter interpreter;
	const char *site;                /* the directory for start-up files of Python */
	bool conda;                      /* the prefix is a conda environment */
};

/* The command line of all four. EG_USAGE with a message. */
enum eg_error_kind eg_scope_parse(struct eg_run *run, int argc, char **argv, struct eg_scope_options *ret);

/* FOR_CHANGE: a Python that the operating system manages (PEP 668) must be asked for by --system or --user. */
enum eg_error_kind eg_scope_find(struct eg_run *run, const struct eg_scope_options *options, bool for_change,
				 struct eg_scope *ret);

/* The text that the four commands' help shares. */
#define EG_SCOPE_HELP                                                                                               \
	"  --prefix ENV     the environment in this folder (neither option: the active one, else python3 on PATH)\n" \
	"  --python EXE     the environment of this interpreter\n"                                                   \
	"  --user           what this account installs outside of environments\n"                                    \
	"  --system         the operating system's Python, for everybody\n"

#endif
