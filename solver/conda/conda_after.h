/* What conda does to the solver's answer (state.py, post_solve; core/solve.py, diff_for_unlink_link_precs). */
#ifndef EG_CONDA_AFTER_H
#define EG_CONDA_AFTER_H

#include "conda_state.h"
#include "solver_run.h"

/* The environment as it will be: installed, less what goes, with what comes; no-deps, only-deps and prune applied. */
void eg_conda_after(const struct eg_conda_state *state, const struct eg_solver_outcome *outcome, struct eg_map *ret);

/* The specs of the second solve of --update-deps: all that the requested packages need. */
void eg_conda_update_deps(const struct eg_conda_state *state, const struct eg_map *after, struct eg_map *ret_requested);

/* Are these one package, wherever it lies? */
bool eg_conda_same_record(const struct eg_conda_record *a, const struct eg_conda_record *b);

#endif
