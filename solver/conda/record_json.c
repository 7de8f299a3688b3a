#include "record_json.h"

#include <cjson/cJSON.h>

static const int64_t YEAR_9999 = 253402300799; /* its last second */

static const char *text(struct eg_run *run, const cJSON *json, const char *key)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));

	return s ? eg_strdup(run->arena, s) : NULL;
}

static int64_t number(const cJSON *json, const char *key, int64_t otherwise)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, key);
	bool fits = cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < 9e18;

	return fits ? (int64_t)item->valuedouble : otherwise;
}

/* Above the year 9999 it is milliseconds (libsolv's repo_conda.c, conda's TimestampField). */
static int64_t seconds(int64_t timestamp)
{
	return timestamp > YEAR_9999 ? timestamp / 1000 : timestamp;
}

static void texts(struct eg_run *run, const cJSON *json, const char *key, struct eg_strs *ret)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(json, key)) {
		if (cJSON_IsString(item))
			eg_vec_push(run->arena, ret, eg_strdup(run->arena, item->valuestring));
	}
}

/* A list, or one text with blanks or commas between the features. */
static void track_features(struct eg_run *run, const cJSON *json, struct eg_strs *ret)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "track_features"));

	if (!s) {
		texts(run, json, "track_features", ret);
		return;
	}
	for (s += strspn(s, ", \t"); *s; s += strspn(s, ", \t")) {
		size_t n = strcspn(s, ", \t");

		eg_vec_push(run->arena, ret, eg_strndup(run->arena, s, n));
		s += n;
	}
}

static enum eg_noarch noarch(const cJSON *json)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, "noarch");
	const char *s = cJSON_GetStringValue(item);

	if (s && !strcmp(s, "python"))
		return EG_NOARCH_PYTHON;
	return s || cJSON_IsTrue(item) ? EG_NOARCH_GENERIC : EG_NOT_NOARCH;
}

struct eg_conda_record *eg_conda_record_json(struct eg_run *run, const cJSON *json, const char *fn)
{
	struct eg_conda_record *record = EG_NEW(run->arena, struct eg_conda_record);

	record->name = text(run, json, "name");
	record->version = text(run, json, "version");
	record->build = text(run, json, "build");
	if (!record->build) /* old conda-meta files */
		record->build = text(run, json, "build_string");
	if (!record->name || !record->version || !record->build)
		return NULL;
	record->build_number = number(json, "build_number", 0);
	record->subdir = text(run, json, "subdir");
	record->fn = fn ? fn : text(run, json, "fn");
	record->url = text(run, json, "url");
	record->sha256 = text(run, json, "sha256");
	record->md5 = text(run, json, "md5");
	record->size = number(json, "size", -1);
	record->timestamp = seconds(number(json, "timestamp", 0));
	record->noarch = noarch(json);
	texts(run, json, "depends", &record->depends);
	texts(run, json, "constrains", &record->constrains);
	track_features(run, json, &record->track_features);
	return record;
}
