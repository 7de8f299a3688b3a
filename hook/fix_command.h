/* The user's command, rewritten so that some packages are held. */
#ifndef EG_FIX_COMMAND_H
#define EG_FIX_COMMAND_H

#include "run.h"

/* COMMAND with the requirements of HOLDS added: to what it says about the same project, else at its end. With a CULPRIT,
   what it says about that project's version is dropped, and a hold replaces what it says. A NULL stands behind. */
struct eg_strs eg_fix_command(struct eg_run *run, const struct eg_strs *command, const struct eg_strs *holds,
			      const char *culprit);

/* Is one of HOLDS about PROJECT? */
bool eg_fix_is_held(struct eg_run *run, const struct eg_strs *holds, const char *project);

/* ARGV as one types it in a shell. */
const char *eg_shell_words(struct eg_arena *arena, const struct eg_strs *argv);

#endif
