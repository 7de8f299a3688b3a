#include "record_json.h"

#include "json.h"

static const int64_t YEAR_9999 = 253402300799; /* its last second */

/* Above the year 9999 it is milliseconds (libsolv's repo_conda.c, conda's TimestampField). */
static int64_t seconds(int64_t timestamp)
{
	return timestamp > YEAR_9999 ? timestamp / 1000 : timestamp;
}

/* A list, or one text: conda and mamba part it differently, so it stays whole. */
static void track_features(struct eg_run *run, const cJSON *json, struct eg_strs *ret)
{
	const char *s = eg_json_get_text(run->arena, json, "track_features");

	if (s && *s)
		eg_vec_push(run->arena, ret, s);
	else
		*ret = eg_json_get_texts(run->arena, json, "track_features");
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

	record->name = eg_json_get_text(run->arena, json, "name");
	record->version = eg_json_get_text(run->arena, json, "version");
	record->build = eg_json_get_text(run->arena, json, "build");
	if (!record->build) /* old conda-meta files */
		record->build = eg_json_get_text(run->arena, json, "build_string");
	if (!record->name || !record->version || !record->build)
		return NULL;
	record->build_number = eg_json_get_number(json, "build_number", 0);
	record->subdir = eg_json_get_text(run->arena, json, "subdir");
	record->fn = fn ? fn : eg_json_get_text(run->arena, json, "fn");
	record->url = eg_json_get_text(run->arena, json, "url");
	record->sha256 = eg_json_get_text(run->arena, json, "sha256");
	record->md5 = eg_json_get_text(run->arena, json, "md5");
	record->size = eg_json_get_number(json, "size", -1);
	record->timestamp = seconds(eg_json_get_number(json, "timestamp", 0));
	record->noarch = noarch(json);
	record->depends = eg_json_get_texts(run->arena, json, "depends");
	record->constrains = eg_json_get_texts(run->arena, json, "constrains");
	track_features(run, json, &record->track_features);
	return record;
}
