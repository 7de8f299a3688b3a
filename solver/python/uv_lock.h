/* uv.lock: what `uv sync` and `uv run` make of an environment, without asking any index (uv-resolver: lock/). */
#ifndef EG_UV_LOCK_H
#define EG_UV_LOCK_H

#include "installed.h"
#include "plan.h"

/* What of a lock is for this environment. */
struct eg_uv_lock_choice {
	const char *path;         /* of the uv.lock, for messages */
	const char *project;      /* the member that is synced; NULL: the one at the lock's place */
	bool all_members;         /* all of the workspace */
	struct eg_strs extras;    /* normalised */
	struct eg_strs groups;    /* normalised, the default ones among them */
	bool all_extras, all_groups;
	bool only_groups;         /* not the project's own requirements */
	bool exact;               /* what the lock does not name is removed */
	struct eg_strs skipped;   /* --no-install-package */
	bool reinstall_all;
	struct eg_strs reinstall;
};

/* The plan of TEXT, N bytes, for INSTALLED. Nothing in it counts as asked for by name: the command named nothing, and it is
   the lock that chose the versions. EG_FORMAT where it is no lock that is known. */
enum eg_error_kind eg_uv_lock_plan(struct eg_run *run, const char *text, size_t n, const struct eg_uv_lock_choice *choice,
				   const struct eg_interpreter *interpreter, struct eg_installed *installed,
				   struct eg_plan *ret);

/* The versions of TEXT, by project: where there are several of one, the one whose marker holds cannot be told here and there
   is none. RET's arena is set. */
enum eg_error_kind eg_uv_lock_versions(struct eg_run *run, const char *text, size_t n, struct eg_map *ret);

/* Does the lock still say what pyproject.toml (its text, M bytes) asks for? uv makes it anew where not. Of a workspace whose
   root is no project nothing is compared. */
enum eg_error_kind eg_uv_lock_is_current(struct eg_run *run, const char *lock, size_t n, const char *pyproject, size_t m,
					 bool *ret);

#endif
