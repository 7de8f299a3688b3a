/* The records of a conda-meta directory, and an index of them in the cache: what was read of each file is kept with the
   file's size, time and inode, so that another run parses only the files that are new or changed. */
#ifndef EG_CONDA_PREFIX_INDEX_H
#define EG_CONDA_PREFIX_INDEX_H

#include "cache.h"
#include "record.h"
#include "run.h"

struct eg_prefix_file {
	const char *name; /* of the file: "python-3.10.13-hd12c33a_0_cpython.json" */
	struct eg_conda_record *record;
};

struct eg_prefix_files {
	struct eg_prefix_file *v;
	size_t n, cap;
};

/* The records of the directory META, in its own order. EG_FORMAT names the file that is no record; EG_LIMIT where there
   are too many, or one is too large. */
enum eg_error_kind eg_prefix_index_read(struct eg_run *run, struct eg_cache *cache, const char *meta,
					struct eg_prefix_files *ret);

#endif
