/* Words as one types them in a shell. */
#ifndef EG_SHELL_WORDS_H
#define EG_SHELL_WORDS_H

#include "run.h"

/* ARGV as one line, quoted where a shell asks for it. */
const char *eg_shell_words(struct eg_arena *arena, const struct eg_strs *argv);

#endif
