/* The header of core metadata, as Python's email parser (compat32) reads it for pip. */
#ifndef EG_HEADER_H
#define EG_HEADER_H

#include <stdbool.h>
#include <stddef.h>

struct eg_field {
	const char *name, *value; /* into the text; the value without blanks around it, its continuation lines included */
	size_t name_n, value_n;
};

/* Where the fields begin: behind a byte order mark, a line of an mbox and continuation lines of nothing. */
const char *eg_header_start(const char *p, const char *end);

/* The field at *P, which moves behind it; false where the header ends: at the first line that is no field. */
bool eg_header_next(const char **p, const char *end, struct eg_field *ret);

bool eg_field_is(const struct eg_field *field, const char *name);

#endif
