/* One conda package record: of a channel's repodata or shards, of a prefix's conda-meta, or a virtual package. */
#ifndef EG_CONDA_RECORD_H
#define EG_CONDA_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "vec.h"

enum eg_noarch { EG_NOT_NOARCH, EG_NOARCH_GENERIC, EG_NOARCH_PYTHON };

struct eg_conda_record {
	const char *name, *version, *build;
	int64_t build_number;
	const char *channel;   /* canonical name: "conda-forge"; a URL where it has no name */
	const char *subdir;    /* "linux-64", "noarch" */
	const char *fn;        /* file name */
	const char *url;       /* without credentials and tokens */
	const char *sha256, *md5;
	int64_t size;          /* -1: not said */
	int64_t timestamp;     /* seconds since the epoch; 0: not said */
	enum eg_noarch noarch;
	struct eg_strs depends, constrains, track_features;
	bool virtual_package;  /* "__cuda" */
};

#endif
