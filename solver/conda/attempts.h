/* conda-libmamba-solver's loop: what fails is freed and tried again (solver.py, _solving_loop). */
#ifndef EG_CONDA_ATTEMPTS_H
#define EG_CONDA_ATTEMPTS_H

#include "conda_state.h"
#include "solver_run.h"

void eg_conda_attempts(const struct eg_conda_state *state, struct eg_conda_pool *pool, struct eg_solver_outcome *ret);

#endif
