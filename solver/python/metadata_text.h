/* Core metadata as text: cut down to what a resolution reads, and written from what an sdist or a project says otherwise. */
#ifndef EG_METADATA_TEXT_H
#define EG_METADATA_TEXT_H

#include "buf.h"
#include "run.h"

/* The header fields that eg_metadata_parse reads, unchanged: without the description. */
char *eg_metadata_core(struct eg_arena *arena, const char *text, size_t n, size_t *ret_n);

/* The value of the first header field NAME; NULL: none. */
char *eg_metadata_field(struct eg_arena *arena, const char *text, size_t n, const char *name);

/* "Requires-Dist" and "Provides-Extra" lines for the requires.txt of an egg-info. */
void eg_metadata_add_requires_txt(struct eg_buf *out, const char *text, size_t n);

/* A line "NAME: VALUE"; nothing for NULL. Line ends in VALUE become blanks. */
void eg_metadata_add_field(struct eg_buf *out, const char *name, const char *value);

/* A "Requires-Dist" line of REQUIREMENT, further restricted by MARKER (may be "") and to EXTRA (may be ""). */
void eg_metadata_add_requirement(struct eg_buf *out, const char *requirement, const char *marker, const char *extra);

#endif
