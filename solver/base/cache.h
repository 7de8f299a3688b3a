/* The on-disk cache: entries under a kind and a key, zstd-compressed, checksummed, written atomically; many processes
   may use it at once. A damaged entry counts as absent. Directory: eg_cache_dir(); ceiling: $ENVGUARD_CACHE_MAX MiB,
   else EG_MAX_CACHE.

   One file per entry, DIR/xx/xxxxxxxxxxxxxx by the hash of kind and key: a checksummed header with key, validators and
   expiry, then a zstd frame with its own checksum. DIR/written grows by one byte for every block written since the
   entries were last counted, so that only a run that writes ever counts and prunes. */
#ifndef EG_CACHE_H
#define EG_CACHE_H

#include "run.h"

struct eg_cache; /* NULL everywhere means: no cache */

struct eg_cache_meta {
	const char *etag, *last_modified; /* NULL: none */
	int64_t expires;                  /* seconds since the epoch; INT64_MAX: immutable */
};

/* NULL where there is no directory of our own, with a note. One that is there but read-only serves what it holds. Lives
   in the run's arena. */
struct eg_cache *eg_cache_open(struct eg_run *run);

/* KIND is a short word ("page", "metadata", "interpreter"); KEY any text. The body lies in the arena, NUL-terminated;
   NULL when absent or damaged. An entry past its expiry is returned all the same: the caller looks at ret_meta. Both
   results may be NULL. */
char *eg_cache_get(struct eg_cache *cache, const char *kind, const char *key, struct eg_cache_meta *ret_meta, size_t *ret_n);

/* Failure to write is silent: a cache is never the reason that something fails. */
void eg_cache_put(struct eg_cache *cache, const char *kind, const char *key, const struct eg_cache_meta *meta,
		  const void *body, size_t n);

/* New expiry and validators for an entry whose body still holds (HTTP 304). */
void eg_cache_touch(struct eg_cache *cache, const char *kind, const char *key, const struct eg_cache_meta *meta);

/* The path for a large file that its owner writes (PATH.….tmp, then rename) and reads itself, counted, pruned and cleared
   with the rest; its directory is made. */
const char *eg_cache_file(struct eg_cache *cache, const char *kind, const char *key);
void eg_cache_file_written(struct eg_cache *cache, uint64_t bytes);

struct eg_cache_info {
	const char *dir;
	uint64_t bytes, entries, max_bytes;
};
enum eg_error_kind eg_cache_info(struct eg_run *run, struct eg_cache_info *ret);
enum eg_error_kind eg_cache_clear(struct eg_run *run, uint64_t *ret_bytes);

/* Where DIR holds more than MAX bytes, deletes what was used least recently until at most KEEP are left. Returns what is
   left. */
uint64_t eg_cache_prune(struct eg_run *run, const char *dir, uint64_t max, uint64_t keep);

/* The ceiling of the whole directory. */
uint64_t eg_cache_max(void);

#endif
