/* uv's command line, with its configuration and files, as a request. */
#ifndef EG_TOOL_UV_H
#define EG_TOOL_UV_H

#include "plan.h"
#include "uv_options.h"

enum eg_uv_verb {
	EG_UV_PIP_INSTALL,
	EG_UV_PIP_SYNC,
	EG_UV_PIP_UNINSTALL,
	EG_UV_PROJECT_SYNC,
	EG_UV_PROJECT_RUN, /* which syncs before it runs anything */
};

/* A command taken apart. */
struct eg_uv_command {
	struct eg_run *run;
	enum eg_uv_verb verb;
	const char *name;             /* "uv pip install" */
	struct eg_uv_request request; /* of the pip commands */
	struct uv_values values;
	struct eg_strs arguments;
	const char *driver;           /* of the machine it is for; NULL: none. Wanted for --torch-backend auto only */
};

/* Is it one that changes an environment, and not just the --help of one? */
bool eg_uv_is_transaction(struct eg_arena *arena, const char *const *argv, size_t argc);

/* The options of a whole command ("uv", "pip", "install", …), of the variables and of the configuration. */
enum eg_error_kind eg_uv_options(struct eg_run *run, const char *const *argv, size_t argc, struct eg_uv_command *ret);

/* … and then, for a pip command, all that they name, for an interpreter. */
enum eg_error_kind eg_uv_read(struct eg_uv_command *command, const struct eg_interpreter *interpreter);

static inline bool eg_uv_is_of_project(const struct eg_uv_command *command)
{
	return command->verb >= EG_UV_PROJECT_SYNC;
}

/* Where the project is, and which environment is its own: UV_PROJECT_ENVIRONMENT, else .venv beside the lock. */
struct eg_uv_project {
	const char *pyproject;   /* path of the nearest pyproject.toml */
	const char *root;        /* folder of the uv.lock */
	const char *environment; /* may not exist yet */
};

enum eg_error_kind eg_uv_project_find(struct eg_run *run, const struct uv_values *values, struct eg_uv_project *ret);

/* The plan of `uv sync` or `uv run` by the project's lock. */
enum eg_error_kind eg_uv_project_plan(struct eg_uv_command *command, const struct eg_uv_project *project,
				      const struct eg_interpreter *interpreter, struct eg_installed *installed,
				      struct eg_plan *ret);

#endif
