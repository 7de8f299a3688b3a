/* The on-disk cache: entries under a kind and a key, zstd-compressed, checksummed, written atomically; many processes
   may use it at once. A damaged entry counts as absent. Directory: eg_cache_dir(). */
#ifndef EG_CACHE_H
#define EG_CACHE_H

#include "run.h"

struct eg_cache; /* NULL everywhere means: no cache */

struct eg_cache_meta {
	const char *etag, *last_modified; /* NULL: none */
	int64_t expires;                  /* seconds since the epoch; INT64_MAX: immutable */
};

/* NULL (with a note) where there is no writable directory. Lives in the run's arena. */
struct eg_cache *eg_cache_open(struct eg_run *run);

/* KIND is a short word ("page", "metadata", "interpreter"); KEY any text. The body lies in the arena, NUL-terminated;
   NULL when absent or damaged. An entry past its expiry is returned all the same: the caller looks at ret_meta. */
char *eg_cache_get(struct eg_cache *cache, const char *kind, const char *key, struct eg_cache_meta *ret_meta, size_t *ret_n);

/* Failure to write is silent: a cache is never the reason that something fails. */
void eg_cache_put(struct eg_cache *cache, const char *kind, const char *key, const struct eg_cache_meta *meta,
		  const void *body, size_t n);

/* New expiry and validators for an entry whose body still holds (HTTP 304). */
void eg_cache_touch(struct eg_cache *cache, const char *kind, const char *key, const struct eg_cache_meta *meta);

struct eg_cache_info {
	const char *dir;
	uint64_t bytes, entries, max_bytes;
};
enum eg_error_kind eg_cache_info(struct eg_run *run, struct eg_cache_info *ret);
enum eg_error_kind eg_cache_clear(struct eg_run *run, uint64_t *ret_bytes);

#endif
