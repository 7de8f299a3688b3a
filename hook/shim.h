/* The program under a tool's name on PATH: the command is forecast, and the real tool takes its place. */
#ifndef EG_SHIM_H
#define EG_SHIM_H

#include "run.h"

/* Is the program called by the name of a tool? */
bool eg_shim_is(struct eg_run *run, const char *const *argv, size_t argc);

/* Becomes the real tool, or returns the exit status of a command that is not let through. ARGV ends with a NULL. */
int eg_shim_main(struct eg_run *run, const char **argv, size_t argc);

#endif
