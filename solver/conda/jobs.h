/* The jobs that conda-libmamba-solver gives to the solver (solver.py, _specs_to_request_jobs_add and _remove). */
#ifndef EG_CONDA_JOBS_H
#define EG_CONDA_JOBS_H

#include "conda_state.h"
#include "solver_run.h"

/* CONFLICTS: the names that earlier attempts found in the way. */
void eg_conda_jobs(const struct eg_conda_state *state, const struct eg_map *conflicts, struct eg_solver_request *ret);

/* A spec as it may be given to libmamba: without a channel that has no name, as a glob has none
   (_check_spec_compat). */
struct eg_matchspec eg_conda_compatible_spec(struct eg_matchspec spec);

#endif
