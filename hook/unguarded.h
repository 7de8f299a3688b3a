/* Ways to change an environment that envguard does not stand before, where they are at hand: told rather than passed over. */
#ifndef EG_UNGUARDED_H
#define EG_UNGUARDED_H

#include "run.h"

/* A line for each, on stdout. SHIMS: the folder of the shims, which are no tools of their own; NULL: none. */
void eg_unguarded_tell(struct eg_run *run, const char *shims);

#endif
