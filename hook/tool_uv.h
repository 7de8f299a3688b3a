/* uv's command line, with its configuration and files, as a request. */
#ifndef EG_TOOL_UV_H
#define EG_TOOL_UV_H

#include "plan.h"
#include "python/reqline.h"
#include "uv_options.h"

enum eg_uv_verb {
	EG_UV_PIP_INSTALL,
	EG_UV_PIP_SYNC,
	EG_UV_PIP_UNINSTALL,
	EG_UV_PROJECT_SYNC,
	EG_UV_PROJECT_RUN, /* which syncs before it runs anything */
	EG_UV_PROJECT_ADD,
	EG_UV_PROJECT_REMOVE,
};

/* Where the project is, and which environment is its own: UV_PROJECT_ENVIRONMENT, else .venv beside the lock. */
struct eg_uv_project {
	const char *pyproject;   /* path of the nearest pyproject.toml */
	const char *root;        /* folder of the uv.lock, or where it would be made */
	const char *environment; /* may not exist yet */
};

/* A command taken apart. */
struct eg_uv_command {
	struct eg_run *run;
	enum eg_uv_verb verb;
	const char *name;             /* "uv pip install" */
	struct eg_uv_request request; /* of the pip commands */
	struct uv_values values;
	struct eg_strs arguments;
	struct eg_uv_project project; /* of a command on one */
	const struct eg_interpreter *interpreter; /* once it is read for one */
	const char *driver;           /* of the machine it is for; NULL: none. Wanted for --torch-backend auto only */
};

/* Is it one that changes an environment, and not just the --help of one? */
bool eg_uv_is_transaction(struct eg_arena *arena, const char *const *argv, size_t argc);

/* Does it run a program of the user's, once the environment is as it should be? */
bool eg_uv_lasts(struct eg_arena *arena, const char *const *argv, size_t argc);

/* The options of a whole command ("uv", "pip", "install", …), of the variables and of the configuration. */
enum eg_error_kind eg_uv_options(struct eg_run *run, const char *const *argv, size_t argc, struct eg_uv_command *ret);

/* … and then, for a pip command, all that they name, for an interpreter. */
enum eg_error_kind eg_uv_read(struct eg_uv_command *command, const struct eg_interpreter *interpreter);

static inline bool eg_uv_is_of_project(const struct eg_uv_command *command)
{
	return command->verb >= EG_UV_PROJECT_SYNC;
}

/* What a pip command takes without being told: VIRTUAL_ENV, CONDA_PREFIX, a .venv here or above, conda's base; NULL: none. */
const char *eg_uv_active_environment(struct eg_arena *arena);

/* Is there a pyproject.toml here or above? */
bool eg_uv_is_in_project(struct eg_arena *arena, const struct uv_values *values);

/* The root of the workspace that DIR is in, or of the one project; NULL: it is in none that can be read. */
const char *eg_uv_workspace_root(struct eg_run *run, const char *dir);

enum eg_error_kind eg_uv_project_find(struct eg_run *run, const struct uv_values *values, struct eg_uv_project *ret);

/* The plan of a command on a project by its lock. *ret_new: the lock has to be made anew first, and there is no plan yet. */
enum eg_error_kind eg_uv_project_plan(struct eg_uv_command *command, const struct eg_interpreter *interpreter,
				      struct eg_installed *installed, struct eg_plan *ret, bool *ret_new);

/* What the project requires, with what the command adds and less what it removes, into the request that a new lock
   answers; then its indexes, once those of the configuration are set. */
enum eg_error_kind eg_uv_project_requirements(struct eg_uv_command *command, struct eg_pip_reader *reader);
enum eg_error_kind eg_uv_project_sources(struct eg_uv_command *command);

#endif
