/* What pip refuses before it looks at any requirement. Private to the pip dialect. */
#ifndef EG_PIP_CHECKS_H
#define EG_PIP_CHECKS_H

#include "pip_options.h"
#include "python/interpreter.h"

/* Options of every command. */
enum eg_error_kind pip_check_general(struct eg_run *run, const struct pip_values *values,
				     const struct eg_interpreter *interpreter);

/* Combinations of install's options, before any file is read. RELEASE 0: newest. */
enum eg_error_kind pip_check_install(struct eg_run *run, const struct pip_values *values, int release);

/* decide_user_install: into the user site or not. */
enum eg_error_kind pip_decide_user(struct eg_run *run, const struct pip_values *values,
				   const struct eg_interpreter *interpreter, bool *ret);

#endif
