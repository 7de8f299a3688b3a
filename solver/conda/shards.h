/* Shards (CEP 16): an index that names, for each package name, the file with its records; kept by content hash. */
#ifndef EG_SHARDS_H
#define EG_SHARDS_H

#include "cache.h"
#include "config.h"
#include "fetch.h"
#include "store.h"

struct eg_shards;

/* Where shards come from, and where they are looked for first. */
struct eg_shards_source {
	struct eg_cache *cache;
	struct eg_fetch *fetch;
	const struct eg_conda_config *config;
	const char *url; /* of the index; may carry credentials */
};

/* INDEX: repodata_shards.msgpack.zst as fetched from SOURCE's url. Names are sorted. */
enum eg_error_kind eg_shards_open(struct eg_run *run, const struct eg_shards_source *source, const void *index, size_t n,
				  struct eg_shards **ret);

/* info.base_url, resolved against the index's URL. */
const char *eg_shards_base_url(const struct eg_shards *shards);

/* Queues the transfer of NAME's shard; false where there is none, or it is there already. */
bool eg_shards_want(struct eg_shards *shards, const char *name);

/* Is called for each shard that was queued, as soon as it is there or cannot be had. May want more. */
typedef void eg_shard_arrived_fn(void *ctx, const char *name);
void eg_shards_listen(struct eg_shards *shards, eg_shard_arrived_fn *arrived, void *ctx);

/* Adds the records of NAME, after it was wanted and arrived. Fails with why the shard could not be had. */
enum eg_error_kind eg_shards_read(struct eg_shards *shards, const char *name, struct eg_store_list_found *ret);

size_t eg_shards_names(const struct eg_shards *shards);
const char *eg_shards_name(const struct eg_shards *shards, size_t i);

#endif
