/* A block on a terminal: the person who typed the command is asked, once, whether it goes on all the same. */
#ifndef EG_PROMPT_H
#define EG_PROMPT_H

#include "report.h"

/* Was this very process typed at a terminal? It leads the foreground process group there, while what a script or a
   Makefile runs is in the group of that. (The gates in pip and conda tell the same of theirs.) */
bool eg_prompt_typed_here(void);

/* Does the command itself forbid questions? ARGV has ARGC words. */
bool eg_prompt_forbidden_by(const char *const *argv, size_t argc);

/* True: the answer is yes, for this once. No terminal, a variable that says that nobody sits there (CI, a notebook's kernel, …),
   no answer within minutes: no. */
bool eg_prompt_consent(struct eg_run *run, const struct eg_judgement *judgement);

#endif
