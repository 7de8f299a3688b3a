/* The steps from a command to its forecast, in order, and nothing else. */
#ifndef EG_GUARD_H
#define EG_GUARD_H

#include "command.h"
#include "report.h"
#include "transaction.h"

struct eg_guard_options {
	const char *prefix, *python; /* the environment; NULL: the active one */
	const char *host;            /* facts file; NULL: this machine */
	const char *policy;          /* one more file of the policy; NULL: none */
	bool strict;                 /* a warning counts as a block */
	bool no_fix;                 /* look for no command to take instead */
	const struct eg_transaction *transaction; /* what the tool itself says it will do: no forecast; NULL: not told */
	const char *const *argv;     /* PKG… or COMMAND…, a NULL after the last */
	size_t argc;
};

/* The policy that holds for PREFIX (NULL: not known yet), unless *ret has it already. */
void eg_guard_find_terms(struct eg_run *run, const struct eg_guard_options *options, const char *prefix,
			 struct eg_forecast *ret);

/* *ret is filled as far as the steps got, whatever happens. */
void eg_guard_forecast(struct eg_run *run, const struct eg_guard_options *options, struct eg_forecast *ret);

enum eg_exit eg_guard_exit(const struct eg_forecast *forecast, bool strict);

#endif
