/* Lines on their way to a collector: put into a file of the user's, and posted from there by a process apart. */
#ifndef EG_AUDIT_SPOOL_H
#define EG_AUDIT_SPOOL_H

#include "policy.h"

/* False, and told, where the line cannot even be put aside. */
bool eg_audit_spool(struct eg_run *run, const struct eg_policy_audit *audit, const char *line);

/* Posts what waits for the collector of AUDIT, many lines at once, and returns when nothing is left or the collector does not
   take it; what it does not take stays. *ret_sent: lines that it has taken. */
enum eg_error_kind eg_audit_send(struct eg_run *run, const struct eg_policy_audit *audit, size_t *ret_sent);

#endif
