/* Questions about lists of strings that many places ask. */
#ifndef EG_STRS_H
#define EG_STRS_H

#include <stdbool.h>

#include "vec.h"

bool eg_strs_has(const struct eg_strs *list, const char *s);

/* The same strings in the same order? */
bool eg_strs_same(const struct eg_strs *a, const struct eg_strs *b);

#endif
