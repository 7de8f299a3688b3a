/* The shims of an account or of the machine: links to this program under the names of the tools, and the shell's part. */
#ifndef EG_SHIM_FILES_H
#define EG_SHIM_FILES_H

#include "placed.h"
#include "scope.h"

/* Where they lie; NULL in an environment's scope, and without a home. */
const char *eg_shim_folder(struct eg_run *run, const struct eg_scope *scope);

/* A link for each tool that is on PATH. */
enum eg_error_kind eg_shim_put(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed);
enum eg_error_kind eg_shim_remove(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed);

/* What a shell's start-up file is to evaluate, on stdout; EG_USAGE for a shell that is not known. */
enum eg_error_kind eg_shim_shell(struct eg_run *run, const char *folder, const char *shell);

/* Whether the shims stand before the tools, and what comes before them, on stdout. */
void eg_shim_status(struct eg_run *run, const char *folder);

#endif
