/* Checksums of files, by libsolv. */
#ifndef EG_CHECKSUM_H
#define EG_CHECKSUM_H

#include "arena.h"

/* Lower-case hex. */
char *eg_sha256(struct eg_arena *arena, const void *bytes, size_t n);
char *eg_md5(struct eg_arena *arena, const void *bytes, size_t n); /* for names that other tools make of it */

#endif
