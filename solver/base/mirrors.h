/* Addresses that are fetched from elsewhere: what is known by FROM, an index or a channel, comes from TO. */
#ifndef EG_MIRRORS_H
#define EG_MIRRORS_H

#include "run.h"

struct eg_mirror {
	const char *from; /* without credentials, without a slash at its end; scheme and host in lower case */
	const char *to;   /* http, https or file; may carry user:password@; without a slash at its end */
};

struct eg_mirrors {
	struct eg_mirror *v;
	size_t n, cap;
};

/* PAIRS is "FROM=TO" pairs, separated by blanks; NULL: none. They hold for RUN, beside those that it has. */
enum eg_error_kind eg_mirrors_add(struct eg_run *run, const char *pairs);

/* Where URL is fetched from: the TO of the longest FROM that it lies under, with the rest of it behind. The credentials
   of URL are meant for its own host and stay behind. NULL: from where it says. */
const char *eg_mirror_of(const struct eg_run *run, const char *url);

/* The address that users know: that of the FROM, where URL lies under a TO; else URL. */
const char *eg_mirror_public(const struct eg_run *run, const char *url);

#endif
