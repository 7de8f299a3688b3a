/* The files of envguard's conda plugin, beside the conda package. */
#ifndef EG_CONDA_GATE_H
#define EG_CONDA_GATE_H

#include "placed.h"
#include "scope.h"

/* What they are there; *ret is empty where the scope's Python has no conda. */
enum eg_error_kind eg_conda_gate_files(struct eg_run *run, const struct eg_scope *scope, struct eg_placed_list *ret);

enum eg_error_kind eg_conda_gate_put(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed);
enum eg_error_kind eg_conda_gate_remove(struct eg_run *run, const struct eg_scope *scope, bool *ret_changed);

#endif
