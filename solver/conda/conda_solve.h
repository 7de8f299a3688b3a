/* The transaction that conda (with its libmamba solver) or mamba would make: libsolv with their jobs, their retries and
   what they do to its answer afterwards. */
#ifndef EG_CONDA_SOLVE_H
#define EG_CONDA_SOLVE_H

#include "conda_request.h"
#include "config.h"
#include "plan.h"
#include "prefix.h"
#include "repodata.h"
#include "virtual.h"

struct eg_conda_situation {
	const struct eg_conda_request *request;
	const struct eg_conda_config *config;
	const struct eg_conda_prefix *prefix;
	const struct eg_conda_prefix *clone; /* create --clone: what is copied; NULL: nothing */
	const struct eg_channel *channels;
	size_t n_channels;
	struct eg_conda_record **virtual_packages;
	size_t n_virtual;
};

/* *ret is filled whatever the status; changes are what `conda --dry-run --json` lists under unlink and link (a package
   that is only linked anew is EG_REINSTALL with from = to). Loads what it needs of the channels itself. */
enum eg_error_kind eg_conda_solve(struct eg_run *run, struct eg_cache *cache, struct eg_fetch *fetch,
				  const struct eg_conda_situation *situation, struct eg_plan *ret);

/* The recorded error is one that the tool itself would stop at: the plan says so, and there is no error any more. */
enum eg_error_kind eg_conda_refused(struct eg_run *run, struct eg_plan *plan);

#endif
