/* What a command is judged under: the policy, the user's word, and the day. */
#ifndef EG_TERMS_H
#define EG_TERMS_H

#include "policy_find.h"

/* SEARCH.prefix NULL: not known yet. ENVGUARD_ALLOW is read as the policy allows it; what is not followed becomes a note. */
void eg_terms_find(struct eg_run *run, const struct eg_policy_search *search, struct eg_terms *ret);

/* The remarks as the run's notes. */
void eg_terms_note(struct eg_run *run, const struct eg_terms *terms);

/* ENVGUARD=off, =0 …; *ret_reason: what stands behind a colon, "" for nothing. */
bool eg_guard_is_off(const char **ret_reason);

#endif
