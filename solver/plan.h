/* What a tool would do to an environment, as plain data: the contract between the solver, the rules and the reports. */
#ifndef EG_PLAN_H
#define EG_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "map.h"
#include "vec.h"

enum eg_ecosystem { EG_PYTHON, EG_CONDA };

/* One package, installed or to be. Strings NULL where there is nothing to say. */
struct eg_package {
	enum eg_ecosystem ecosystem;
	const char *name;            /* normalised */
	const char *version;         /* canonical */
	const char *build, *channel; /* conda */
	const char *subdir;          /* conda */
	const char *file, *url, *sha256;
	const char *index;           /* base URL of the index it came from */
	int64_t size;                /* bytes to download; -1: unknown */
	const char *installer;       /* "pip", "conda" …, of what is installed */
	const char *direct_url;      /* of what is installed */
	bool editable;
	bool from_source;            /* installed from a directory or a repository */
	struct eg_strs properties;   /* of an installed variant wheel, and its label last (eg_wheel_variant_read) */
	struct eg_strs requires;     /* Requires-Dist texts whose markers hold (extras: those in force), or conda depends */
	struct eg_strs constrains;   /* conda */
	const char *variant;         /* filled by the rules: "cpu", "cu121", "rocm6.0" …; NULL: unknown or not applicable */
};

enum eg_action { EG_INSTALL, EG_UPGRADE, EG_DOWNGRADE, EG_REBUILD, EG_REINSTALL, EG_REMOVE };

const char *eg_action_name(enum eg_action action);

struct eg_change {
	enum eg_action action;
	bool requested;           /* the command line or one of its files names it */
	struct eg_package *from;  /* NULL: newly installed */
	struct eg_package *to;    /* NULL: removed */
	struct eg_strs why;       /* steps from the request to the package: "foo 1.2", "torch>=2.3" */
	bool assumed;             /* rests on metadata that is a guess (eg_metadata.assumed) */
};

enum eg_plan_status { EG_SOLVED, EG_IMPOSSIBLE, EG_UNKNOWN };

struct eg_plan {
	const char *tool;         /* "pip", "uv", "conda", "mamba" */
	const char *tool_version;
	struct eg_strs command;
	const char *prefix;
	enum eg_plan_status status;
	const char *error_kind, *error; /* unless solved: what and why */
	struct eg_strs conflict;  /* impossible: one line per requirement that takes part */

	struct eg_change *changes; /* sorted by name */
	size_t n_changes;
	struct eg_package **before, **after; /* the whole environment, sorted by name */
	size_t n_before, n_after;

	struct eg_strs requested; /* normalised names that the command or its files name */
	struct eg_strs indexes;   /* index URLs in effect, without credentials; conda: channels */
	bool asks_upgrade;
};

/* The package NAME in a sorted list; NULL when it is not there. */
struct eg_package *eg_package_find(struct eg_package *const *v, size_t n, const char *name);

/* The action that leads from FROM to TO; CMP is the order of their versions (FROM to TO). */
enum eg_action eg_action_of(const struct eg_package *from, const struct eg_package *to, int cmp);

#endif
