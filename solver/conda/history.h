/* conda-meta/history: what was asked for, and what came of it (conda's history.py). */
#ifndef EG_CONDA_HISTORY_H
#define EG_CONDA_HISTORY_H

#include "map.h"
#include "run.h"

/* The last request for each name of INSTALLED (History.get_requested_specs_map), in order. TEXT is changed. */
void eg_conda_history(struct eg_run *run, char *text, const struct eg_map *installed, struct eg_strs *ret_specs,
		      size_t *ret_revisions);

/* The dists ("channel/subdir::name-version-build") of revision N, from 0; false: there is none. TEXT is changed. */
bool eg_conda_history_state(struct eg_run *run, char *text, size_t n, struct eg_strs *ret);

#endif
