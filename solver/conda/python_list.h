/* A list of strings as Python writes it: "['a', \"b c\"]" (ast.literal_eval). */
#ifndef EG_PYTHON_LIST_H
#define EG_PYTHON_LIST_H

#include <stdbool.h>

#include "arena.h"
#include "vec.h"

/* False: no such list. */
bool eg_python_list(struct eg_arena *arena, const char *text, struct eg_strs *ret);

#endif
