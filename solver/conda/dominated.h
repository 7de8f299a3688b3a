/* Builds that the solver would never choose are kept out of its sight: it makes a rule for each pair of builds of one name,
   and channels keep the builds of years. */
#ifndef EG_CONDA_DOMINATED_H
#define EG_CONDA_DOMINATED_H

#include "pool.h"

struct s_Queue;

/* Takes out of the pool's lists of providers, until these are made anew, each candidate that another one of its name and
   repository stands in for: one with the same depends, constrains and number of features, that every dependency, constraint
   and job of JOBS (NULL: none) takes as well, and that libsolv likes better. Returns how many pairs fewer there are. */
uint64_t eg_conda_drop_dominated(struct eg_conda_pool *pool, const struct s_Queue *jobs);

#endif
