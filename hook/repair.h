/* Commands that lead back to a snapshot are let pass: they undo harm, whatever the rules think of each step. */
#ifndef EG_REPAIR_H
#define EG_REPAIR_H

#include "rule.h"

/* The id of the snapshot of PLAN's prefix that each of its changes leads to; NULL: none. What a command only brings along
   is no way back: of pip's packages each must be asked for. */
const char *eg_repair_towards(struct eg_run *run, const struct eg_plan *plan);

/* On such a way no finding of JUDGEMENT counts, and those that would have say so. */
void eg_repair_let_pass(struct eg_run *run, const struct eg_plan *plan, struct eg_judgement *judgement);

#endif
