/* The subdirs of remote channels: what the caches hold, and what has to be asked for. Private to subdir_*.c. */
#ifndef EG_SUBDIR_FETCH_H
#define EG_SUBDIR_FETCH_H

#include "subdir_source.h"

/* Opens the sources that are not local. */
enum eg_error_kind eg_subdir_sources_fetch(struct eg_subdir_sources *sources);

/* subdir_source.c: there is no such subdir. An error for noarch alone. */
enum eg_error_kind eg_subdir_missing(struct eg_subdir_sources *sources, struct eg_subdir_source *source,
				     const char *public_url);
const char *eg_conda_repodata_fn(const struct eg_conda_config *config);

#endif
