/* Why each package changes: the way from what was asked for to what needs it so. */
#ifndef EG_CONDA_WHY_H
#define EG_CONDA_WHY_H

#include "conda_state.h"

/* Fills the changes' why: "pytorch-cuda=11.8", "pytorch 2.1.2", …, "pytorch-mutex 1.0 cuda". */
void eg_conda_why(const struct eg_conda_state *state, const struct eg_map *after, struct eg_plan *plan);

#endif
