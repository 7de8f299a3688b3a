/* conda-meta/history: who asked for what, and the packages after every transaction (conda's history.py, libmamba's
   core/history.cpp: they do not read the same out of it). No function changes TEXT. */
#ifndef EG_HISTORY_H
#define EG_HISTORY_H

#include "map.h"
#include "run.h"

/* What was asked for last of each name, as written: name to MatchSpec text, removed ones as NULL
   (History.get_requested_specs_map; what is not installed is left in). EG_FORMAT where conda stops at a line. */
enum eg_error_kind eg_conda_history(struct eg_run *run, const char *text, struct eg_map *ret);

/* The same as mamba reads it. */
enum eg_error_kind eg_mamba_history(struct eg_run *run, const char *text, struct eg_map *ret);

/* The packages at revision N, as written; false: there is no such revision (History.construct_states). EG_FORMAT where
   a line is neither "+…" nor "-…" among such lines. */
enum eg_error_kind eg_conda_history_state(struct eg_run *run, const char *text, size_t n, struct eg_strs *ret,
					  bool *ret_found);

/* The number of the latest revision; -1: there is none. */
int64_t eg_conda_history_latest(struct eg_arena *arena, const char *text);

#endif
