/* What the tool refuses before it solves anything. */
#ifndef EG_CONDA_CHECKS_H
#define EG_CONDA_CHECKS_H

#include "conda_state.h"

/* EG_FORMAT: it would stop there, and the message says why. */
enum eg_error_kind eg_conda_checks(const struct eg_conda_state *state);

/* What would be linked and disallowed_packages forbids: the tool stops before it links anything. NULL: nothing. */
const char *eg_conda_disallowed(const struct eg_conda_state *state, const struct eg_map *after);

#endif
