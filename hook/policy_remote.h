/* Policies that lie on a server, and the seal of those that another policy builds on: pinned by their checksum, or signed. */
#ifndef EG_POLICY_REMOTE_H
#define EG_POLICY_REMOTE_H

#include "policy.h"

/* What is to be read, how it is named by the file that extends it, and whose signatures count. */
struct eg_policy_source {
	const char *path; /* or an https URL */
	const struct eg_policy_base *base;
	const struct eg_policy_pairs *keys[2]; /* NULL: none */
};

/* Is TEXT (N bytes) what the base says it must be? SIGNATURE is a .minisig file's text; NULL: there is none. */
enum eg_error_kind eg_policy_seal(struct eg_run *run, const struct eg_policy_source *source, const char *text, size_t n,
				  const char *signature);

/* The sealed text of a URL: by the copy in the cache while it is fresh (.refresh_hours), and by an older one (.grace_days) where
   the server does not answer or what it answers is not sealed as it must be. run->refresh asks in any case. */
enum eg_error_kind eg_policy_remote(struct eg_run *run, const struct eg_policy_source *source, char **ret, size_t *ret_n);

#endif
