/* The files in one .dist-info or .egg-info. */
#ifndef EG_DISTINFO_H
#define EG_DISTINFO_H

#include "buf.h"
#include "run.h"

/* Appends the header part of the metadata in PATH (METADATA, PKG-INFO, or PATH itself where it is a file): the
   description after it, mostly the larger part, is not read. 0, or an errno. */
int eg_distinfo_headers(const char *path, struct eg_buf *ret);

/* The value of a metadata field; NULL where there is none, or none of a name's or a version's length. */
const char *eg_distinfo_field(struct eg_run *run, const char *path, const char *field);

#endif
