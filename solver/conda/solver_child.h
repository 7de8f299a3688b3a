/* A solve in a process of its own: libsolv cannot be asked to stop, and some requests never end. */
#ifndef EG_CONDA_SOLVER_CHILD_H
#define EG_CONDA_SOLVER_CHILD_H

#include "solver_run.h"

typedef void eg_solve_fn(void *context, struct eg_solver_outcome *ret);

/* SOLVE's answer, whose records are those that the caller knows. EG_TIMEOUT when the run's time is spent. */
enum eg_error_kind eg_solver_child(struct eg_run *run, eg_solve_fn *solve, void *context, struct eg_solver_outcome *ret);

#endif
