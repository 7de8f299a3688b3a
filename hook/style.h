/* How text for people looks: colour, characters and width that the output can take. */
#ifndef EG_STYLE_H
#define EG_STYLE_H

#include <stdio.h>

#include "run.h"

enum eg_color_choice { EG_COLOR_AUTO, EG_COLOR_ALWAYS, EG_COLOR_NEVER };

struct eg_style {
	bool color, unicode;
	int width; /* columns */
};

/* "auto", "always", "never"; false for anything else. */
bool eg_color_choice_parse(const char *word, enum eg_color_choice *ret);

/* For OUT as it is: NO_COLOR, TERM=dumb and a pipe turn colours off unless CHOICE is explicit. */
struct eg_style eg_style_for(FILE *out, enum eg_color_choice choice);

enum eg_ink { EG_PLAIN, EG_BOLD, EG_DIM, EG_RED, EG_YELLOW, EG_GREEN, EG_CYAN };

/* The escape sequence that turns INK on (EG_PLAIN: everything off); "" without colour. */
const char *eg_ink(const struct eg_style *style, enum eg_ink ink);

/* S without what could command a terminal (control characters and broken UTF-8 become '?') and without the credentials in
   its addresses. "" for NULL. */
const char *eg_printable(struct eg_arena *arena, const char *s);

/* The same with control characters kept. NULL for NULL. */
const char *eg_utf8(struct eg_arena *arena, const char *s);

/* Columns that printable UTF-8 text takes. */
int eg_columns(const char *s);

/* Writes TEXT wrapped at the style's width; the first line is already at column AT, further ones begin there. */
void eg_write_wrapped(FILE *out, const struct eg_style *style, int at, const char *text);

#endif
