/* Files that two installed distributions both own, by their RECORDs (PEP 376, PEP 627). */
#ifndef EG_RECORD_FILES_H
#define EG_RECORD_FILES_H

#include "installed.h"

/* Two distributions with native libraries of the same paths: the one that was installed last has overwritten the other's. */
struct eg_overlap {
	const char *a, *b;  /* normalised names */
	const char *file;   /* one of the files, as RECORD has it */
	size_t n;           /* how many */
};

/* Only native libraries count: an __init__.py of a shared namespace is no harm. What has no RECORD owns nothing. */
void eg_native_overlaps(struct eg_run *run, const struct eg_installed *installed, struct eg_overlap **ret, size_t *ret_n);

#endif
