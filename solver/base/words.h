/* Text split into words. */
#ifndef EG_WORDS_H
#define EG_WORDS_H

#include <stdbool.h>

#include "vec.h"

/* S split as by Python's shlex.split. False: *ret_error says why. */
bool eg_words_split(struct eg_arena *arena, const char *s, struct eg_strs *ret, const char **ret_error);

#endif
