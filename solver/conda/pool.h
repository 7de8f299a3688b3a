/* What libsolv knows: one repository for each subdir of each channel, and one with what is installed. The only place,
   with solver_run.c and dominated.c, that sees libsolv. */
#ifndef EG_CONDA_POOL_H
#define EG_CONDA_POOL_H

#include "map.h"
#include "matchspec.h"
#include "repodata.h"

struct eg_conda_pool {
	struct eg_run *run;
	struct s_Pool *pool;
	struct s_Repo *installed;
	struct eg_conda_record **by_id; /* by solvable; NULL: none of ours */
	size_t n_ids;
	struct eg_map specs;            /* those that are matched by us, by their text */
};

struct eg_conda_pool_options {
	const struct eg_conda_config *config;
	const struct eg_conda_universe *universe;
	struct eg_conda_record *const *installed, *const *virtual_packages; /* in the order in which libsolv gets them */
	size_t n_installed, n_virtual;
	bool mamba; /* priorities as mamba sets them */
};

/* Heap memory inside: eg_conda_pool_free. */
struct eg_conda_pool *eg_conda_pool_new(struct eg_run *run, const struct eg_conda_pool_options *options);
void eg_conda_pool_free(struct eg_conda_pool *pool);

/* The dependency that stands for SPEC (libmamba's pool_add_matchspec). SKIP_INSTALLED: what is installed does not match. */
int eg_conda_pool_spec(struct eg_conda_pool *pool, const struct eg_matchspec *spec, bool skip_installed);

#endif
