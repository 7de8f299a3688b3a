/* What is installed in an environment, exactly: as much as it takes to bring it back. */
#ifndef EG_INVENTORY_H
#define EG_INVENTORY_H

#include "plan.h"
#include "python/installed.h"
#include "run.h"

/* One distribution of pip's or uv's (EG_PYTHON), or one record of conda's. NULL where there is nothing to say. */
struct eg_item {
	enum eg_ecosystem ecosystem;
	const char *name;      /* normalised */
	const char *version;   /* with its local label; "": not told, and any fits */
	const char *build, *channel, *subdir, *md5; /* conda */
	const char *url;       /* of conda's package */
	const char *sha256;    /* of conda's package; of a distribution of the GPU stack, of what RECORD says of its files */
	const char *direct;    /* of a distribution that no index gave: the address, as a requirement names it (PEP 440) */
	bool editable;         /* .direct is a folder's */
	const char *installer; /* "pip", "uv" … */
};

struct eg_items {
	struct eg_item *v;
	size_t n, cap;
};

struct eg_inventory {
	const char *prefix;
	const char *python;         /* its interpreter; NULL: none */
	const char *python_version; /* "3.11.7", of conda's "3.11"; NULL: not known */
	bool conda;
	bool own_pip;               /* the environment has a pip */
	int64_t revision;           /* of conda's history, the latest; -1: none */
	struct eg_items items;      /* sorted by ecosystem and name, conda's first */
	const struct eg_installed *installed; /* what its distributions were read from; NULL: none */
};

/* The environment of PYTHON or PREFIX (either may be NULL: the active one), as eg_environment_find has it. SUMS: with the
   checksums of the GPU stack's distributions, which take longer. Of conda's the Python is not started. EG_NOT_FOUND where
   there is none. */
enum eg_error_kind eg_inventory_read(struct eg_run *run, const char *python, const char *prefix, bool sums,
				     struct eg_inventory *ret);

/* NULL: it is not there. */
const struct eg_item *eg_items_find(const struct eg_items *items, enum eg_ecosystem ecosystem, const char *name);

/* Sorts as .items is. */
void eg_items_sort(struct eg_items *items);

/* Is it part of a GPU stack? */
bool eg_item_is_stack(const struct eg_item *item);

/* Has the inventory any of a GPU stack? */
bool eg_inventory_has_stack(const struct eg_inventory *inventory);

/* The same package: version, build, channel, checksum, as far as both tell them; and the address. */
bool eg_item_same(const struct eg_item *a, const struct eg_item *b);

#endif
