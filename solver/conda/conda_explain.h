/* Why there is no solution, for people. */
#ifndef EG_CONDA_EXPLAIN_H
#define EG_CONDA_EXPLAIN_H

#include "conda_state.h"
#include "solver_run.h"

void eg_conda_explain(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
		      const struct eg_solver_outcome *outcome, struct eg_plan *plan);

#endif
