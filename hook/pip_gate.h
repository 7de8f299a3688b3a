/* The files of the pip gate in an environment. */
#ifndef EG_PIP_GATE_H
#define EG_PIP_GATE_H

#include "placed.h"
#include "scope.h"

/* What they are there; *ret is empty where the scope has no Python. */
enum eg_error_kind eg_pip_gate_files(struct eg_run *run, const struct eg_scope *scope, struct eg_placed_list *ret);

/* Puts them in place, compiled, and says what it did. */
enum eg_error_kind eg_pip_gate_put(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed);

/* Takes them away, with what Python made of them. */
enum eg_error_kind eg_pip_gate_remove(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed);

/* This program's own path, for what is to call it. */
enum eg_error_kind eg_own_path(struct eg_run *run, const char **ret);

#endif
