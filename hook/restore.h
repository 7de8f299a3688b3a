/* The way back: from what an environment has now to a snapshot or a file that says what it should have. */
#ifndef EG_RESTORE_H
#define EG_RESTORE_H

#include "snapshot.h"

/* Where to. */
struct eg_restore_target {
	const char *title;       /* "snapshot 3f2a91bc of …" */
	struct eg_items items;
	bool whole;              /* it lists all there is: what else is installed goes */
	bool conda;              /* it has packages of conda's */
	bool uv;                 /* its packages were uv's */
	const char *python_version; /* NULL: not told */
	struct eg_strs options;  /* of a requirements file, for pip's command line: "--extra-index-url", "https://…" */
	const char *file;        /* to be given to the tool as it is, which knows what it asks for; NULL: .items are all */
};

/* ID (or the start of one) of a snapshot in INVENTORY's prefix, or a file: a snapshot, `pip freeze`, a requirements file,
   `conda list --explicit`, `conda env export`. NULL: the newest snapshot whose GPU stack is another, and where there is
   none, *ret_none. */
enum eg_error_kind eg_restore_target(struct eg_run *run, const struct eg_inventory *inventory, const char *id,
				     struct eg_restore_target *ret, bool *ret_none);

/* One package that is not as it should be. */
struct eg_restore_change {
	const struct eg_item *from, *to; /* NULL: is not there, should not be there */
};

struct eg_restore_step {
	struct eg_strs argv; /* a NULL stands behind */
	bool trial;          /* changes nothing: shows, before something is removed, that the rest can be had */
};

struct eg_restore {
	EG_VEC(struct eg_restore_change) changes;
	EG_VEC(struct eg_restore_step) steps; /* in order */
};

struct eg_restore_options {
	bool stack_only;  /* nothing but the GPU stack */
	const char *into; /* a folder for a new environment; NULL: the one that INVENTORY is of */
};

/* INVENTORY NULL: a new environment, in options->into. EG_UNSUPPORTED where a package cannot be had again. */
enum eg_error_kind eg_restore_plan(struct eg_run *run, const struct eg_inventory *inventory,
				   const struct eg_restore_target *target, const struct eg_restore_options *options,
				   struct eg_restore *ret);

/* Does the environment differ from the snapshot in its GPU stack? */
bool eg_restore_differs(const struct eg_items *now, const struct eg_items *then, bool stack_only);

/* restore_index.c: the options that make the build of ITEM known to pip and uv, which the default index does not have. */
void eg_restore_index(struct eg_arena *arena, const struct eg_item *item, struct eg_strs *ret);

#endif
