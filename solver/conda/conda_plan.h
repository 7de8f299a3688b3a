/* From the environment as it will be to the plan: what is unlinked and linked, and why. */
#ifndef EG_CONDA_PLAN_H
#define EG_CONDA_PLAN_H

#include "conda_state.h"

/* AFTER: name to record, NULL where it goes. RELINKED: names of packages that are linked anew though they stay. */
void eg_conda_plan(const struct eg_conda_state *state, const struct eg_map *after, const struct eg_map *relinked,
		   struct eg_plan *plan);

/* What can be said of the environment before anything is solved: the packages that are there, what is requested. */
void eg_conda_plan_before(const struct eg_conda_state *state, struct eg_plan *plan);

/* RECORD as plans have it; INSTALLED: it is there, nothing has to be downloaded. */
struct eg_package *eg_conda_package(struct eg_run *run, const struct eg_conda_record *record, bool installed);

#endif
