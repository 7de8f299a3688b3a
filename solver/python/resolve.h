/* What pip would do: its resolver (resolvelib with pip's provider) over a lazily known index. */
#ifndef EG_RESOLVE_H
#define EG_RESOLVE_H

#include "index.h"
#include "installed.h"
#include "plan.h"
#include "request.h"

/* A pip release as far as its answers differ from another's. */
struct eg_pip_release {
	int major, minor;
};

/* Is it MAJOR.MINOR or later? */
bool eg_since(struct eg_pip_release release, int major, int minor);

/* REQUEST against what is INSTALLED, for the pip RELEASE. *ret is filled whatever the status; an error is returned only
   where not even a partial plan can be told (time budget spent, index out of reach for every root). */
enum eg_error_kind eg_pip_resolve(struct eg_run *run, const struct eg_pip_request *request,
				  const struct eg_interpreter *interpreter, struct eg_installed *installed,
				  struct eg_index *index, struct eg_pip_release release, struct eg_plan *ret);

/* pip uninstall: what would be removed. */
enum eg_error_kind eg_pip_uninstall(struct eg_run *run, const struct eg_pip_request *request,
				    const struct eg_interpreter *interpreter, struct eg_installed *installed,
				    struct eg_plan *ret);

#endif
