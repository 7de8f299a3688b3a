/* A conda environment as it stands: records in conda-meta, history, pinned, frozen. Its Python is never started. */
#ifndef EG_CONDA_PREFIX_H
#define EG_CONDA_PREFIX_H

#include "cache.h"
#include "map.h"
#include "record.h"
#include "run.h"

struct eg_conda_prefix {
	const char *path;
	bool exists;
	struct eg_conda_record **records; /* sorted by name */
	size_t n_records;
	struct eg_map by_name;
	struct eg_strs pinned;            /* lines of conda-meta/pinned */
	const char *frozen;               /* message of conda-meta/frozen (CEP 22), "" without one; NULL: not frozen */
	const char *history;              /* text of conda-meta/history; NULL: none */
	bool is_base;
};

/* A prefix that does not exist is an empty one. EG_FORMAT: a record is broken, and the tool itself would stop there.
   MAMBA: which of two records of one name counts, and whether the names of their files do. */
enum eg_error_kind eg_conda_prefix_read(struct eg_run *run, struct eg_cache *cache, const char *path, bool mamba,
					struct eg_conda_prefix *ret);

/* The records as they were at revision N of the history: "name-version-build"; EG_NOT_FOUND when there is none. */
enum eg_error_kind eg_conda_prefix_revision(struct eg_run *run, const struct eg_conda_prefix *prefix, size_t n,
					    struct eg_strs *ret_dists);

#endif
