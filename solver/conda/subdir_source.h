/* Where the records of one subdir of a channel come from: a store made of its repodata.json, or shards. */
#ifndef EG_SUBDIR_SOURCE_H
#define EG_SUBDIR_SOURCE_H

#include "repodata.h"
#include "shards.h"
#include "store.h"

struct eg_subdir_source {
	struct eg_subdir *subdir;
	struct eg_store *store;   /* NULL: shards, or the channel has no such subdir */
	struct eg_shards *shards;
	bool local;               /* a directory, its own or its mirror's */
	const char *base_url;     /* of the packages, without credentials */
};

struct eg_subdir_sources {
	struct eg_run *run;
	struct eg_cache *cache;
	struct eg_fetch *fetch; /* NULL: one is made */
	bool own_fetch;
	const struct eg_conda_config *config;
	struct eg_subdir_source *v;
	size_t n;
};

/* Opens all of them: from the cache where it is fresh, else from the channels, many at once. */
enum eg_error_kind eg_subdir_sources_open(struct eg_subdir_sources *sources);
void eg_subdir_sources_close(struct eg_subdir_sources *sources);

#endif
