/* Transactions without a solve: @EXPLICIT lists, remove --all, remove --force. */
#ifndef EG_CONDA_EXPLICIT_H
#define EG_CONDA_EXPLICIT_H

#include "conda_state.h"

/* AFTER as for eg_conda_plan. */
enum eg_error_kind eg_conda_explicit(const struct eg_conda_state *state, struct eg_map *ret_after);

/* Back to what the environment held at a revision (cli/install.py, revert_actions): DISTS as
   eg_conda_prefix_revision gives them. NULL, or the dist that no channel has any more. */
const char *eg_conda_revert(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
			    const struct eg_strs *dists, struct eg_map *ret_after);

/* False: a package that is to be removed is not there; *ret_missing names it. */
bool eg_conda_remove_without_solve(const struct eg_conda_state *state, struct eg_map *ret_after,
				   const char **ret_missing);

#endif
