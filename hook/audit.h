/* Who was told what: each judged transaction as a line of JSON, to where the policy wants it. */
#ifndef EG_AUDIT_H
#define EG_AUDIT_H

#include "report.h"

struct eg_audit_event {
	const char *by;              /* "command", before the tool is started; "transaction", from inside of it */
	const char *tool, *prefix;   /* NULL: not known */
	const struct eg_strs *command;
	const struct eg_forecast *forecast; /* NULL: nothing was judged */
	const char *error;           /* why nothing was; NULL: something was */
	const char *off;             /* the reason of ENVGUARD=off, "" without one; NULL: the guard is on */
	bool passed;                 /* the tool may go on */
};

/* False, and told on stderr, where a sink of the policy's could not be written. Costs nothing where it names none. */
bool eg_audit(struct eg_run *run, const struct eg_terms *terms, const struct eg_audit_event *event);

/* ARGV as it may be written down: without passwords, tokens and the credentials in addresses. */
struct eg_strs eg_command_public(struct eg_arena *arena, const struct eg_strs *argv);

/* Where the audit's file lies: a relative one beside the policy that names it. NULL: none. */
const char *eg_audit_path(struct eg_arena *arena, const struct eg_policy_audit *audit);

#endif
