/* The gate: the exact transaction of a running tool, judged; and what its user is told. */
#ifndef EG_GATE_H
#define EG_GATE_H

#include "guard.h"
#include "watch.h"

/* A name that no package has: its transactions are always refused, which shows that a gate is there and obeyed. */
#define EG_GATE_PROBE "envguard-verify"

/* False: the tool must change nothing. Speaks on stderr where something is wrong. Where it may, *ret_watch is for eg_watch_end
   when it has ended. */
bool eg_gate(struct eg_run *run, const struct eg_transaction *transaction, struct eg_watch *ret_watch);

/* The same for a command that is yet to begin. */
bool eg_gate_command(struct eg_run *run, const struct eg_guard_options *options, struct eg_watch *ret_watch);

/* The guard itself failed: one line on stderr, and true where the command is let through all the same, by the policy's
   on_error. */
bool eg_gate_fails(struct eg_run *run, const struct eg_terms *terms, const struct eg_strs *command, const char *why);

/* Has the user turned the guard off (ENVGUARD=off), and does the policy let him? Then it is written down. */
bool eg_gate_is_off(struct eg_run *run, const struct eg_terms *terms, const struct eg_strs *command);

#endif
