/* Private to the reading of lock files. */
#ifndef EG_PYLOCK_H
#define EG_PYLOCK_H

#include "pep508.h"

/* What a lock's markers can ask for besides the environment; normalised names. */
struct eg_pylock_sets {
	struct eg_strs extras, groups;
};

/* MARKER with its tests of the two sets replaced by ones that an ordinary marker has. */
char *eg_pylock_marker(struct eg_arena *arena, const char *marker, const struct eg_pylock_sets *sets);

#endif
