/* Where the team's policy comes from: the system's file, the user's, the project's, the environment's, one that is given. */
#ifndef EG_POLICY_FIND_H
#define EG_POLICY_FIND_H

#include "policy.h"

#define EG_POLICY_PROJECT_FILE "envguard.json" /* in a project's folder, and in that of an environment */

struct eg_policy_search {
	const char *given;  /* --policy FILE; NULL: ENVGUARD_POLICY's, if any */
	const char *prefix; /* of the environment; NULL: not known */
	const char *cwd;    /* where the search for a project's begins; NULL: the working directory */
	const char *root;   /* a folder in the place of "/" for the system's file, for tests; NULL: "/" */
	unsigned owner;     /* who the system's file must belong to; 0: root */
};

/* Never fails: what cannot be used is among .errors, and the rest is in force. */
void eg_policy_find(struct eg_run *run, const struct eg_policy_search *search, struct eg_policy *ret);

/* The system's and the user's file, whether they are there or not; NULL where there is no home. */
const char *eg_policy_system_path(struct eg_arena *arena, const char *root);
const char *eg_policy_user_path(struct eg_arena *arena);

/* One file with all that it extends, theirs first, into *ret. TRUSTED: it may name addresses. *ret_text (may be NULL) gets all
   their texts. */
EG_VEC_OF(eg_policy_files, struct eg_policy_file);
struct eg_buf;
enum eg_error_kind eg_policy_load(struct eg_run *run, const struct eg_policy *above, const struct eg_policy_file *file,
				  struct eg_policy_files *ret, struct eg_buf *ret_text);

#endif
