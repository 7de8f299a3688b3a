/* create --clone: the packages of another environment, as they are. */
#ifndef EG_CONDA_CLONE_H
#define EG_CONDA_CLONE_H

#include "conda_state.h"

/* The names of the source's packages that do not say where they came from: conda looks for them in the channels. */
void eg_conda_clone_names(const struct eg_conda_state *state, struct eg_strs *ret);

/* AFTER as for eg_conda_plan. NULL, or the package that is in no channel of the universe any more. */
const char *eg_conda_clone(const struct eg_conda_state *state, const struct eg_conda_universe *universe,
			   struct eg_map *ret_after);

#endif
