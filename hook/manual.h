/* The manual page, made of what the commands say of themselves. */
#ifndef EG_MANUAL_H
#define EG_MANUAL_H

#include "command.h"

/* man(7) source. COMMANDS: N of them, in the order of `envguard help`. */
void eg_write_manual(FILE *out, const struct eg_command *const *commands, size_t n);

#endif
