/* Files that envguard puts beside what it guards, and takes away again. */
#ifndef EG_PLACED_H
#define EG_PLACED_H

#include "run.h"

struct eg_placed {
	const char *path; /* absolute */
	const char *text;
	size_t n;
	bool directory;   /* a folder that is ours alone */
	const char *link; /* a symbolic link to this; NULL: none */
};

struct eg_placed_list {
	struct eg_placed *v;
	size_t n, cap;
};

enum eg_placed_state { EG_PLACED_MISSING, EG_PLACED_SAME, EG_PLACED_DIFFERENT, EG_PLACED_FOREIGN };

/* FOREIGN: something of that name which does not say that it is envguard's. */
enum eg_placed_state eg_placed_state(struct eg_run *run, const struct eg_placed *file);

/* Writes what is not there yet, in order, and says so on stdout; *ret_changed (may be NULL) tells whether any was written.
   A foreign file is an error, and nothing is written then. */
enum eg_error_kind eg_placed_put(struct eg_run *run, const struct eg_placed_list *list, bool *ret_changed);

/* Removes what is ours, last first, and says so on stdout. */
enum eg_error_kind eg_placed_remove(struct eg_run *run, const struct eg_placed_list *list, bool *ret_changed);

#endif
