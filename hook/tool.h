/* The command-line dialects: which tool a command is for, and who forecasts it. */
#ifndef EG_TOOL_H
#define EG_TOOL_H

#include "guard.h"

struct eg_session; /* an environment that a tool's commands are forecast in; each tool has its own */

struct eg_tool {
	const char *name; /* "pip" */
	enum eg_ecosystem ecosystem; /* of its packages, and the way in which its commands ask for them */

	/* Is this a command of the tool? ARGV has at least one word and a NULL after the last. */
	bool (*recognises)(struct eg_run *run, const char *const *argv, size_t argc);

	/* Would the command change what is installed, and not just show its --help? NULL: nothing is known of the tool's
	   commands. */
	bool (*changes)(struct eg_arena *arena, const char *const *argv, size_t argc);

	/* Does the command go on to run a program of the user's, for as long as that takes? NULL: none does. */
	bool (*lasts)(struct eg_arena *arena, const char *const *argv, size_t argc);

	/* The environment of a command; NULL: the tool is not forecast yet. PLAN's tool_version and prefix are filled as
	   soon as they are known. *ret_session is to be closed, also where this fails. */
	enum eg_error_kind (*open)(struct eg_run *run, const struct eg_guard_options *options, const char *const *argv,
				   size_t argc, struct eg_plan *plan, struct eg_session **ret_session);

	/* The plan of a whole command. May be asked again, with other words for the same environment. */
	enum eg_error_kind (*plan)(struct eg_session *session, const char *const *argv, size_t argc,
				   struct eg_plan *ret);

	/* The plan of the transaction that the tool itself has told; NULL: it cannot be asked for one. */
	enum eg_error_kind (*given)(struct eg_session *session, const struct eg_transaction *transaction,
				    struct eg_plan *ret);

	/* The words of a command that name what is wanted, pointers into ARGV. False: nothing can be added to it, it takes
	   away or follows a file. NULL: such commands are not rewritten. */
	bool (*named)(struct eg_run *run, const char *const *argv, size_t argc, struct eg_strs *ret);

	/* The newest release of PROJECT ("vllm[audio]", "torch<=2.14"), with LABEL in its version (NULL: any), that COMMAND
	   would find and that leaves the packages of HELD ("torch==2.4.1") alone, by its metadata. NULL: there is none,
	   *ret_none, or it could not be told. May be NULL. */
	const char *(*release_beside)(struct eg_session *session, const struct eg_strs *command, const char *project,
				      const char *label, const struct eg_strs *held, bool *ret_none);

	void (*close)(struct eg_session *session);
};

/* The tool whose command ARGV is; NULL: none, so its words are packages. */
const struct eg_tool *eg_tool_of(struct eg_run *run, const char *const *argv, size_t argc);

/* One of the table by its name; NULL when there is none. */
const struct eg_tool *eg_tool_named(const char *name);

extern const struct eg_tool eg_tool_pip, eg_tool_uv, eg_tool_conda, eg_tool_mamba;

#endif
