/* The plan of a transaction that pip itself has told: no search, only what is there and what comes. */
#ifndef EG_PIP_GIVEN_H
#define EG_PIP_GIVEN_H

#include "installed.h"
#include "plan.h"
#include "transaction.h"

/* Fills all of *ret but its tool, command and prefix. */
void eg_pip_given(struct eg_run *run, const struct eg_transaction *transaction, const struct eg_interpreter *interpreter,
		  struct eg_installed *installed, struct eg_plan *ret);

#endif
