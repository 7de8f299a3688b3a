/* The shards that conda keeps, in an SQLite database of its own (PKGS_DIR/cache/repodata_shards.db). The library is loaded
   when such a file is there; without it the database counts as absent. */
#ifndef EG_SHARD_DB_H
#define EG_SHARD_DB_H

#include "run.h"

/* The shard fetched from URL, packed, of at most MAX bytes; NULL: none. What it holds is to be checked by its hash: the file is
   read without a lock, and never written. */
char *eg_shard_db_get(struct eg_run *run, const char *path, const char *url, size_t max, size_t *ret_n);

#endif
