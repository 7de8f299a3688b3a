/* Lists of versions and requirements, short enough to be read. */
#ifndef EG_EXPLAIN_WORDS_H
#define EG_EXPLAIN_WORDS_H

#include "conda_state.h"

/* "a", "a GLUE b", "a GLUE b GLUE … GLUE z": sorted as versions are, each once. LIST is changed. */
const char *eg_explain_join(struct eg_arena *arena, struct eg_strs *list, const char *glue);

/* The versions of NAME in the channels: those that begin as the SPEC's does, "2.5.0, 2.5.1", else "1.13.1 to 2.7.0"; NULL:
   none. Only names that were loaded are known. */
const char *eg_explain_available(struct eg_arena *arena, const struct eg_conda_universe *universe, const char *name,
				 const char *spec);

/* Is there no record of the channels, or installed, that both specs match? Both are of one name. */
bool eg_explain_exclude(const struct eg_conda_state *state, const struct eg_conda_universe *universe, const char *a,
			const char *b);

/* The first channel that has packages of this name; NULL: none. */
const char *eg_explain_first_channel(const struct eg_conda_universe *universe, const char *name);

#endif
