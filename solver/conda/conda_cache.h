/* The repodata that conda and mamba have in their own caches (PKGS_DIR/cache). */
#ifndef EG_CONDA_CACHE_H
#define EG_CONDA_CACHE_H

#include "config.h"

struct eg_conda_cached {
	const char *path;                 /* of the repodata.json */
	const char *etag, *last_modified; /* NULL: not known */
	int64_t size;
	int64_t expires;                  /* seconds since the epoch */
};

/* The newest one for the subdir at URL whose state matches its file. */
bool eg_conda_cached(struct eg_run *run, const struct eg_conda_config *config, const char *url, const char *fn,
		     struct eg_conda_cached *ret);

#endif
