/* Transactions without a solve: @EXPLICIT lists, remove --all, remove --force. */
#ifndef EG_CONDA_EXPLICIT_H
#define EG_CONDA_EXPLICIT_H

#include "conda_state.h"

/* AFTER as for eg_conda_plan. */
enum eg_error_kind eg_conda_explicit(const struct eg_conda_state *state, struct eg_map *ret_after);

/* False: a package that is to be removed is not there; *ret_missing names it. */
bool eg_conda_remove_without_solve(const struct eg_conda_state *state, struct eg_map *ret_after,
				   const char **ret_missing);

#endif
