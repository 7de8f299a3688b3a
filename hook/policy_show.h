/* What the policy comes to, for people: `envguard policy show` and `explain`. */
#ifndef EG_POLICY_SHOW_H
#define EG_POLICY_SHOW_H

#include "terms.h"

/* KEY NULL: all of them. */
void eg_policy_show(struct eg_run *run, const struct eg_policy *policy, const char *key, bool json);

/* WORD is a rule's id or a package's name. */
void eg_policy_explain(struct eg_run *run, const struct eg_terms *terms, const char *word);

#endif
