/* What the resolution will most likely ask next, wanted ahead of it so that it arrives together: for each project that
   comes into sight the best candidate of all that is known to be asked of it, and what that requires in turn. Only a
   guess: the resolution itself never looks here. */
#ifndef EG_PREFETCH_H
#define EG_PREFETCH_H

#include "finder.h"
#include "installed.h"

struct eg_prefetch;

struct eg_prefetch_scope {
	struct eg_finder *finder;
	struct eg_index *index;
	const struct eg_pip_request *request;
	const struct eg_interpreter *interpreter;
	struct eg_installed *installed;
};

struct eg_prefetch *eg_prefetch_new(struct eg_run *run, const struct eg_prefetch_scope *scope);

/* The resolution has to wait for the index. The first time, everything that the request leads to is wanted: a
   resolution that never waits, because the cache knows all, pays nothing for guessing. */
void eg_prefetch_waiting(struct eg_prefetch *prefetch);

/* … and what it waits for is this file of this project. AHEAD: its walk (NULL: none), to look further. */
void eg_prefetch_waiting_for(struct eg_prefetch *prefetch, const char *project, struct eg_link *link,
			     const struct eg_found *ahead);

#endif
