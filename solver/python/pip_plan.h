/* From the pins of a search to the plan: what changes, and why; and what is installed, as plans have it. */
#ifndef EG_PIP_PLAN_H
#define EG_PIP_PLAN_H

#include "search.h"

/* Fills changes, before, after, requested and indexes of PLAN from RESULT, complete or not (resolver.py, resolve). */
void eg_pip_plan(struct eg_factory *factory, const struct eg_search_result *result, struct eg_plan *plan);

/* What is installed, as packages sorted by name. */
void eg_installed_packages(struct eg_run *run, const struct eg_interpreter *interpreter, struct eg_installed *installed,
			   struct eg_package ***ret, size_t *ret_n);

/* Texts of the requirements that hold here without an extra or with one of EXTRAS (NULL: none). */
void eg_requires_of(struct eg_run *run, const struct eg_interpreter *interpreter, const struct eg_metadata *metadata,
		    const struct eg_strs *extras, struct eg_strs *ret);

/* The names that the request's lines give, each once. */
void eg_requested_names(struct eg_run *run, const struct eg_pip_request *request, struct eg_strs *ret);

/* Every file to be installed must have been named by its hash: the plan is refused where one was not. */
void eg_check_hashes(struct eg_run *run, const struct eg_pip_request *request, struct eg_plan *plan);

/* plan->after from before and changes; sorts the changes by name. */
void eg_plan_finish(struct eg_run *run, struct eg_plan *plan);

#endif
