/* A policy's values as JSON again, for `envguard policy show`. */
#ifndef EG_POLICY_VALUES_H
#define EG_POLICY_VALUES_H

#include <cjson/cJSON.h>

#include "policy_keys.h"

/* One row of what is in force: a key's value, or one entry of a key that has many. */
struct eg_policy_row {
	const char *key;  /* "on_error", "rules.numpy-abi", "protect" */
	cJSON *value;     /* owned by the caller */
	const char *from; /* "/etc/envguard/policy.json:3", "built in" */
	bool enforced;    /* no later file may loosen it */
};

EG_VEC_OF(eg_policy_rows, struct eg_policy_row);

void eg_policy_rows(struct eg_arena *arena, const struct eg_policy *policy, struct eg_policy_rows *ret);

#endif
