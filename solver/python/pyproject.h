/* The [project] table of a pyproject.toml (PEP 621) as core metadata. */
#ifndef EG_PYPROJECT_H
#define EG_PYPROJECT_H

#include "run.h"

struct eg_pyproject {
	char *metadata; /* NULL: the table leaves the requirements to the build, is missing or cannot be read */
	size_t n;
	bool version;   /* it says the version; else VERSION (may be NULL) was written */
	bool from_files; /* requirements come from files that [tool.setuptools.dynamic] names */
};

/* ROOT is the project's directory, where such files are looked for; NULL: nowhere. */
struct eg_pyproject eg_pyproject_read(struct eg_run *run, const char *text, size_t n, const char *version,
				      const char *root);

#endif
