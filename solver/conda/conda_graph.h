/* The packages of an environment and who needs whom (conda's PrefixGraph). */
#ifndef EG_CONDA_GRAPH_H
#define EG_CONDA_GRAPH_H

#include "map.h"
#include "matchspec.h"

struct eg_conda_graph {
	struct eg_run *run;
	struct eg_conda_record **records;
	size_t n;
	bool *needs; /* n * n: row needs column */
	bool *gone;  /* removed from the graph */
};

void eg_conda_graph_make(struct eg_run *run, struct eg_conda_record *const *records, size_t n,
			 struct eg_conda_graph *ret);

/* Takes away what matches one of SPECS (name to struct eg_matchspec) and nobody needs; *ret_removed names it. */
void eg_conda_graph_remove_youngest(struct eg_conda_graph *graph, const struct eg_map *specs,
				    struct eg_map *ret_removed);

/* Takes away what matches no spec and nobody needs, again and again. */
void eg_conda_graph_prune(struct eg_conda_graph *graph, const struct eg_map *specs);

/* The names of all that NAME needs, directly or not. */
void eg_conda_graph_ancestors(const struct eg_conda_graph *graph, const char *name, struct eg_map *ret);

#endif
