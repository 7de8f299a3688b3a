/* uv's command line, with its configuration and files, as a request. */
#ifndef EG_TOOL_UV_H
#define EG_TOOL_UV_H

#include "uv_options.h"

/* A command taken apart. */
struct eg_uv_command {
	struct eg_run *run;
	struct eg_uv_request request;
	struct uv_values values;
	struct eg_strs arguments;
	const char *name; /* "install", "sync", "uninstall" */
};

/* Is it one that changes an environment: `uv pip install`, `sync` or `uninstall`, and not just their --help? */
bool eg_uv_is_transaction(struct eg_arena *arena, const char *const *argv, size_t argc);

/* The options of a whole command ("uv", "pip", "install", …), of the variables and of the configuration. */
enum eg_error_kind eg_uv_options(struct eg_run *run, const char *const *argv, size_t argc, struct eg_uv_command *ret);

/* … and then all that they name, for an interpreter. */
enum eg_error_kind eg_uv_read(struct eg_uv_command *command, const struct eg_interpreter *interpreter);

#endif
