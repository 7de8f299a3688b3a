/* Nothing is said twice: what a forecast has shown before the command, its gate does not show again. */
#ifndef EG_SHOWN_H
#define EG_SHOWN_H

#include "plan.h"
#include "run.h"

/* Leaves word, in the environment that the tool inherits, that the judgement of PLAN was shown. CONSENT: it is a block, and
   the person asked wants PLAN all the same. */
void eg_shown_leave(struct eg_run *run, const struct eg_plan *plan, bool consent);

/* Was a plan with the same changes shown before this tool was started? */
bool eg_shown_before(struct eg_run *run, const struct eg_plan *plan);

/* … and agreed to? */
bool eg_shown_consent(struct eg_run *run, const struct eg_plan *plan);

#endif
