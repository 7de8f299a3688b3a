/* Environment markers as uv's resolver tells them apart. */
#ifndef EG_UV_MARKER_H
#define EG_UV_MARKER_H

#include "pep508.h"

/* What is left of MARKER (NULL: true) when EXTRA ("" for none) is the one extra in force, as text that is the same for
   markers that say the same in the same words; "" is true, NULL is false. */
const char *eg_uv_marker_text(struct eg_arena *arena, const struct eg_marker *marker, const char *extra);

/* What holds where both of two such texts do, each of their parts once, whatever the order. */
const char *eg_uv_marker_both(struct eg_arena *arena, const char *a, const char *b);

#endif
