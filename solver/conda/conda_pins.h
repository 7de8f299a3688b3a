/* Requests that contradict a pin: conda refuses them before it solves (check_for_pin_conflicts). */
#ifndef EG_CONDA_PINS_H
#define EG_CONDA_PINS_H

#include "conda_state.h"

/* Why the request is refused; NULL: it is not. */
const char *eg_conda_pin_conflict(const struct eg_conda_state *state, const struct eg_conda_universe *universe);

#endif
