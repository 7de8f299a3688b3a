#include "json.h"

static const double EXACT = 9007199254740992.0; /* 2^53 */

const char *eg_json_get_text(struct eg_arena *arena, const cJSON *object, const char *key)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return s ? eg_strdup(arena, s) : NULL;
}

bool eg_json_get_truth(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

int64_t eg_json_get_number(const cJSON *object, const char *key, int64_t otherwise)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	bool fits = cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= EXACT;

	return fits ? (int64_t)item->valuedouble : otherwise;
}

struct eg_strs eg_json_get_texts(struct eg_arena *arena, const cJSON *object, const char *key)
{
	struct eg_strs list = {0};
	const cJSON *item;

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(object, key)) {
		if (cJSON_IsString(item))
			eg_vec_push(arena, &list, eg_strdup(arena, item->valuestring));
	}
	return list;
}
