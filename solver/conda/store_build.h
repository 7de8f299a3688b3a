/* A store made of a repodata.json, in the cache. */
#ifndef EG_STORE_BUILD_H
#define EG_STORE_BUILD_H

#include "cache.h"
#include "store.h"
#include "unpack.h"

/* The store kept for KEY (the URL of a subdir); NULL: none. */
struct eg_store *eg_store_cached(struct eg_run *run, struct eg_cache *cache, const char *key);

/* Reads PACKED into a new store, which replaces the one kept for KEY once all of it was read. Without a cache it lives
   in a temporary file. */
enum eg_error_kind eg_store_build(struct eg_run *run, struct eg_cache *cache, const char *key, const char *identity,
				  const struct eg_packed *packed, struct eg_store **ret);

#endif
