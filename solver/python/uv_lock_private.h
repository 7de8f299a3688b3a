/* A lock while it is read: its packages, and which of them are wanted. Private to uv_lock.c and uv_lock_choose.c. */
#ifndef EG_UV_LOCK_PRIVATE_H
#define EG_UV_LOCK_PRIVATE_H

#include "toml.h"
#include "uv_lock.h"
#include "vec.h"

struct eg_uv_locked {
	const char *name;              /* normalised */
	const char *version;           /* NULL: a project of the workspace that does not say it */
	const struct eg_toml *table;
	struct eg_uv_locked *namesake; /* of another version or source; NULL: the last one */
	bool is_root;                  /* a project that is synced */
	bool wanted;
	struct eg_strs extras;         /* followed */
	struct eg_uv_locked *by;       /* who required it first; NULL: a root */
};

struct eg_uv_lock {
	struct eg_run *run;
	const struct eg_uv_lock_choice *choice;
	const struct eg_interpreter *interpreter;
	struct eg_uv_locked *v;
	size_t n;
	struct eg_map by_name;
	EG_VEC(struct eg_uv_locked *) roots;
	const struct eg_toml *manifest;  /* what is of no single project; NULL: nothing */
	const struct eg_toml *conflicts; /* extras and groups that may not come together; NULL: none are declared */
	struct eg_marker_sets active;    /* … of which these do, encoded */
	EG_VEC(struct eg_uv_locked *) work;
	const char *refused;             /* what was chosen may not come together: why */

	/* of the plan */
	struct eg_installed *installed;
	struct eg_tags *tags;
	struct eg_plan *plan;
	const char *unknown;
};

/* The source of KIND ("registry", "editable" …); NULL: it is of another. */
const char *eg_uv_locked_source(const struct eg_uv_locked *package, const char *kind);

/* LOCK's .run, .choice, .interpreter and .by_name.arena are set; the rest comes from the document ROOT. */
enum eg_error_kind eg_uv_lock_read(struct eg_uv_lock *lock, const struct eg_toml *root);

/* Sets .wanted of the packages that belong into the environment, or .refused. */
void eg_uv_lock_choose(struct eg_uv_lock *lock);

#endif
