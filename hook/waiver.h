/* The user's way past a finding, with a reason: ENVGUARD_ALLOW="RULE[:REASON][;RULE…]". */
#ifndef EG_WAIVER_H
#define EG_WAIVER_H

#include "rule.h"

/* Lowers the findings of the rules that ENVGUARD_ALLOW names, a block to a warning and a warning to information, and the
   verdict with them. A rule that does not exist becomes a note. */
void eg_waive(struct eg_run *run, struct eg_judgement *judgement);

#endif
