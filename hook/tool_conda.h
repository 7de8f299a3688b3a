/* The command lines of conda, mamba and micromamba, with the files that they name, as a request. */
#ifndef EG_TOOL_CONDA_H
#define EG_TOOL_CONDA_H

#include "conda/conda_request.h"
#include "run.h"

/* Is the first word one of the tools? */
bool eg_conda_tool_of(const char *word, enum eg_conda_tool *ret);

/* Would it change what is installed: install, create, update, remove, env create and so on, and not just their --help? */
bool eg_conda_is_transaction(struct eg_arena *arena, const char *const *argv, size_t argc);

/* The words of a command that name what is wanted, pointers into ARGV. False: it removes, or follows a file. */
bool eg_conda_named(struct eg_run *run, const char *const *argv, size_t argc, struct eg_strs *ret);

/* ARGV with the program's name. EG_USAGE where the tool itself refuses it. */
enum eg_error_kind eg_conda_command(struct eg_run *run, const char *const *argv, size_t argc,
				    struct eg_conda_request *ret);

#endif
