/* Text in XML and HTML. */
#ifndef EG_MARKUP_H
#define EG_MARKUP_H

#include <stdio.h>

#include "arena.h"

/* Writes S as contents or as a value in double quotes: printable (style.h), with & < > " as entities; line ends stay.
   Nothing for NULL. */
void eg_markup(FILE *out, struct eg_arena *arena, const char *s);

#endif
