/* A JSON document's values as they are mostly wanted: in the arena, and nothing where another type stands. */
#ifndef EG_JSON_H
#define EG_JSON_H

#include <cjson/cJSON.h>
#include <stdint.h>

#include "strs.h"

/* NULL where there is no text under KEY. */
const char *eg_json_get_text(struct eg_arena *arena, const cJSON *object, const char *key);

/* False where it is not true. */
bool eg_json_get_truth(const cJSON *object, const char *key);

/* A whole number from 0 to 2^53, what a double holds exactly; else OTHERWISE. */
int64_t eg_json_get_number(const cJSON *object, const char *key, int64_t otherwise);

/* The texts of a list; what is none is passed over. */
struct eg_strs eg_json_get_texts(struct eg_arena *arena, const cJSON *object, const char *key);

#endif
