/* The plan of a transaction that conda itself has told: no solve, only what is there, what goes and what comes. */
#ifndef EG_CONDA_GIVEN_H
#define EG_CONDA_GIVEN_H

#include "conda_solve.h"
#include "transaction.h"

/* SITUATION needs neither channels nor virtual packages. Fills all of *ret but its tool, command and prefix. */
enum eg_error_kind eg_conda_given(struct eg_run *run, const struct eg_conda_situation *situation,
				  const struct eg_transaction *transaction, struct eg_plan *ret);

#endif
