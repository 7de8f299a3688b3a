/* The [project] table of a pyproject.toml (PEP 621) as core metadata. */
#ifndef EG_PYPROJECT_H
#define EG_PYPROJECT_H

#include "run.h"

/* The metadata text when the table says all about the requirements, NULL when it leaves them to the build, is missing or
   cannot be read. *ret_version: whether the version is said; without it, VERSION (may be NULL) is written. */
char *eg_pyproject_metadata(struct eg_run *run, const char *text, size_t n, const char *version, size_t *ret_n,
			    bool *ret_version);

#endif
