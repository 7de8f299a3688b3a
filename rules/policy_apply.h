/* From the rules' findings to the verdict: the policy's levels, its exceptions, and the user's word. */
#ifndef EG_POLICY_APPLY_H
#define EG_POLICY_APPLY_H

#include "judge.h"

/* Changes the levels of the findings, and says in their messages why. */
void eg_policy_apply(struct eg_judge *judge);

/* Sorts: the gravest first, otherwise as they were; what is off is left out. Fills the verdict. */
void eg_judgement_settle(struct eg_finding *findings, size_t n, struct eg_judgement *ret);

#endif
