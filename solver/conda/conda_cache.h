/* The repodata that conda and mamba have in their own caches (PKGS_DIR/cache): repodata.json, conda's index of shards, and
   the shards of both. */
#ifndef EG_CONDA_CACHE_H
#define EG_CONDA_CACHE_H

#include "config.h"

struct eg_conda_cached {
	const char *path;                 /* of the repodata.json, or of the index of shards */
	bool shards;
	const char *etag, *last_modified; /* NULL: not known */
	int64_t size;
	int64_t expires;                  /* seconds since the epoch */
};

/* The newest one for the subdir at URL whose state matches its file. An index of shards is looked for with SHARDS only. */
bool eg_conda_cached(struct eg_run *run, const struct eg_conda_config *config, const char *url, const char *fn,
		     bool shards, struct eg_conda_cached *ret);

/* The shard of this SHA-256 and URL, packed as it was fetched; NULL: none, or another content. */
const char *eg_conda_cached_shard(struct eg_run *run, const struct eg_conda_config *config, const char *sha256,
				  const char *url, size_t *ret_n);

/* Seconds that an answer holds: what the configuration says, else what the server said (MAX_AGE; negative: nothing). */
int64_t eg_conda_max_age(const struct eg_conda_config *config, int64_t max_age);

#endif
