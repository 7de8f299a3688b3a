/* The gate: the exact transaction of a running tool, judged; and what its user is told. */
#ifndef EG_GATE_H
#define EG_GATE_H

#include "guard.h"

/* A name that no package has: its transactions are always refused, which shows that a gate is there and obeyed. */
#define EG_GATE_PROBE "envguard-verify"

/* False: the tool must change nothing. Speaks on stderr where something is wrong. */
bool eg_gate(struct eg_run *run, const struct eg_transaction *transaction);

/* The same for a command that is yet to begin. */
bool eg_gate_command(struct eg_run *run, const struct eg_guard_options *options);

/* The guard itself failed: one line on stderr, and true where the command is let through all the same. */
bool eg_gate_unjudged(struct eg_run *run, const char *why);

/* Time for a judgement, in milliseconds: ENVGUARD_TIMEOUT seconds, else ten. */
int64_t eg_gate_budget_ms(void);

#endif
