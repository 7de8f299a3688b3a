/* The jobs of mamba and micromamba 2 (libmamba's api/install.cpp, update.cpp, remove.cpp): no history but for pruning, no
   frozen packages unless asked for, one attempt. */
#ifndef EG_MAMBA_JOBS_H
#define EG_MAMBA_JOBS_H

#include "conda_state.h"
#include "solver_run.h"

void eg_mamba_jobs(const struct eg_conda_state *state, struct eg_solver_request *ret);

/* Installed packages as libmamba hands them to the solver: what others depend on first (PrefixData::sorted_records). */
struct eg_conda_record **eg_mamba_sorted(struct eg_run *run, struct eg_conda_record *const *records, size_t n);

#endif
