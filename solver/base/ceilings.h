/* Ceilings for everything that comes from outside, all of them here. Bytes unless said otherwise. */
#ifndef EG_CEILINGS_H
#define EG_CEILINGS_H

#define EG_MIB ((size_t)1 << 20)

enum {
	EG_MAX_REDIRECTS = 10,
	EG_MAX_RETRIES = 3,
	EG_MAX_CONNECTIONS = 64,
	EG_MAX_INCLUDE_DEPTH = 32,    /* requirements files that name each other */
	EG_MAX_SPECIFIERS = 1000,     /* version specifiers of one requirement */
	EG_MAX_EXTRAS = 1000,         /* extras of one requirement, or of one project's that bring each other along */
	EG_MAX_INCLUDES = 1000,       /* requirements files read for one command */
	EG_MAX_LINES = 20000,         /* requirements of one command: an index is asked for each */
	EG_MAX_MARKER_DEPTH = 64,     /* parentheses in an environment marker */
	EG_MAX_BESIDE = 128,          /* releases of one project whose metadata is looked at for a fix */
	EG_MAX_ROUNDS = 200000,       /* pip's own limit (resolver.py) */
	EG_MAX_UV_ROUNDS = 1000000,   /* decisions of uv's search, which has no limit of its own */
	EG_MAX_YAML_DEPTH = 32,
	EG_MAX_JSON_DEPTH = 1000,     /* of a repodata.json */
	EG_MAX_YAML_NODES = 200000,   /* aliases counted each time */
	EG_MAX_CONDA_RECORDS = 4000000, /* of one repodata.json */
	EG_MAX_PREFIX_RECORDS = 20000, /* of a conda-meta */
	EG_MAX_PAIRS_AGAIN = 5000000, /* of conda builds of one name, where a solve is repeated with all of them */
	EG_MAX_FACTS = 5000,          /* what takes part in conda's conflicts */
	EG_MAX_MATCHSPEC = 4096,
	EG_MAX_SOLVE_MS = 300000,     /* one conda solve, where no --timeout says less */
	EG_MAX_GPUS = 256,
	EG_MAX_NAME = 512,            /* a distribution's name or version */
	EG_MAX_FILENAME = 1024,       /* of a file on an index page */
	EG_MAX_GIVEN = 20000,         /* packages of one transaction that a tool hands over */
	EG_MAX_POLICY_DEPTH = 16,     /* levels of brackets in a policy */
	EG_MAX_POLICY_VALUES = 10000, /* values in a policy */
	EG_MAX_LOG_EVENTS = 1000000,  /* transactions of an audit log that are shown */
	EG_MAX_POLICY_FILES = 32,     /* that one policy extends, theirs included */
	EG_MAX_SNAPSHOTS = 20,        /* kept of one environment */
};

#define EG_MAX_PAGE          (64 * EG_MIB)  /* an index page, decompressed */
#define EG_MAX_METADATA      (8 * EG_MIB)   /* one METADATA or PKG-INFO */
#define EG_MAX_WHEEL         (64 * EG_MIB)  /* a wheel that must be read whole, as its server refuses ranges */
#define EG_MAX_LOCAL_WHEEL   (16384 * EG_MIB) /* a wheel on the disk that is read to check its hash */
#define EG_MAX_ZIP_DIRECTORY (32 * EG_MIB) /* the list of files of a wheel or zip */
#define EG_MAX_SDIST         (256 * EG_MIB) /* an sdist, packed; reading stops when its metadata was seen */
#define EG_MAX_UNPACKED      (1024 * EG_MIB)/* an archive's contents that are read through */
#define EG_MAX_REQUIREMENTS  (16 * EG_MIB)  /* a requirements file, pyproject.toml or pylock.toml */
#define EG_MAX_CONFIG        (1 * EG_MIB)   /* pip.conf, direct_url.json, pyvenv.cfg … */
#define EG_MAX_POLICY        (1 * EG_MIB)   /* one file of the team's policy */
#define EG_MAX_SPOOL         (16 * EG_MIB)  /* lines that wait for an audit's collector; above it the oldest go */
#define EG_MAX_BATCH         (1 * EG_MIB)   /* lines posted at once, and one line of a log */
#define EG_MAX_TRANSACTION   (64 * EG_MIB)  /* what a tool hands over to its gate */
#define EG_MAX_SNAPSHOT      (64 * EG_MIB)  /* one snapshot of an environment */
#define EG_MAX_PROBE         (4 * EG_MIB)   /* what an interpreter or a helper program answers */
#define EG_MAX_DRIVER_ANSWER (1 * EG_MIB)   /* what the GPU's driver or its tools say */
#define EG_MAX_LOADER_CACHE (64 * EG_MIB)   /* /etc/ld.so.cache */
#define EG_MAX_RECORD       (64 * EG_MIB)   /* one RECORD of an installed distribution */
#define EG_MAX_CONDA_META    (64 * EG_MIB)  /* one file of conda-meta */
#define EG_MAX_REPODATA      (4096 * EG_MIB) /* a repodata.json, decompressed */
#define EG_MAX_CANDIDATE_SETS (256 * EG_MIB) /* what tells the builds of conda packages apart */
#define EG_MAX_SOLUTION      (64 * EG_MIB)  /* what the solver's process answers */
#define EG_MAX_REPODATA_PACKED (1024 * EG_MIB) /* a repodata.json.zst or .bz2 */
#define EG_MAX_CONDA_RECORD  (1 * EG_MIB)   /* one record of it */
#define EG_MAX_SHARD_INDEX   (128 * EG_MIB) /* repodata_shards.msgpack, decompressed */
#define EG_MAX_SHARD         (64 * EG_MIB)  /* one shard, decompressed */
#define EG_MAX_CACHE         (1024 * EG_MIB)/* the cache directory, pruned to three quarters when above */

#endif
