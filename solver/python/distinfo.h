/* The files in one .dist-info or .egg-info. */
#ifndef EG_DISTINFO_H
#define EG_DISTINFO_H

#include "buf.h"
#include "run.h"

/* Appends the header part of the metadata in PATH (METADATA, PKG-INFO, or PATH itself where it is a file): the
   description after it, mostly the larger part, is not read. 0, or an errno. */
int eg_distinfo_headers(const char *path, struct eg_buf *ret);

/* The value of a metadata field that stands on one line; NULL where there is none. */
const char *eg_distinfo_field(struct eg_run *run, const char *path, const char *field);

/* The requirements and extras of an .egg-info's requires.txt, appended as metadata fields. */
void eg_distinfo_requires(struct eg_run *run, const char *path, struct eg_buf *ret);

#endif
