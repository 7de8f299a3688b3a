#include "transaction.h"

#include <cjson/cJSON.h>

#include "ceilings.h"

static const char schema[] = "envguard.transaction/1";

static const char *text(struct eg_arena *arena, const cJSON *object, const char *key)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return s ? eg_strdup(arena, s) : NULL;
}

static bool truth(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static struct eg_strs strings(struct eg_arena *arena, const cJSON *object, const char *key)
{
	struct eg_strs list = {0};
	const cJSON *item;

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(object, key)) {
		if (cJSON_IsString(item))
			eg_vec_push(arena, &list, eg_strdup(arena, item->valuestring));
	}
	return list;
}

/* -1 where there is none. */
static int64_t number(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
	bool sound = cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble < 9e15;

	return sound ? (int64_t)item->valuedouble : -1;
}

static bool read_package(struct eg_arena *arena, const cJSON *json, struct eg_given *ret)
{
	*ret = (struct eg_given){
		.name = text(arena, json, "name"),
		.version = text(arena, json, "version"),
		.build = text(arena, json, "build"),
		.channel = text(arena, json, "channel"),
		.subdir = text(arena, json, "subdir"),
		.file = text(arena, json, "file"),
		.url = text(arena, json, "url"),
		.sha256 = text(arena, json, "sha256"),
		.build_number = number(json, "build_number"),
		.size = number(json, "size"),
		.requested = truth(json, "requested"),
		.replaces = truth(json, "replaces"),
		.editable = truth(json, "editable"),
		.direct = truth(json, "direct"),
		.extras = strings(arena, json, "extras"),
		.requires = strings(arena, json, "requires"),
		.constrains = strings(arena, json, "constrains"),
	};
	return ret->name && *ret->name && ret->version;
}

static enum eg_error_kind read_packages(struct eg_run *run, const cJSON *list, struct eg_transaction *ret)
{
	int n = cJSON_GetArraySize(list);
	const cJSON *item;

	if (n > EG_MAX_GIVEN)
		return eg_fail(run, EG_LIMIT, "the transaction has more than %d packages", EG_MAX_GIVEN);
	ret->given = EG_ARRAY(run->arena, struct eg_given, (size_t)n);
	cJSON_ArrayForEach(item, list) {
		if (!read_package(run->arena, item, &ret->given[ret->n_given]))
			return eg_fail(run, EG_FORMAT, "package %zu of the transaction has no name or no version",
				       ret->n_given + 1);
		ret->n_given++;
	}
	return EG_OK;
}

static enum eg_error_kind read_document(struct eg_run *run, const cJSON *json, struct eg_transaction *ret)
{
	const char *said = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "schema"));
	const cJSON *packages = cJSON_GetObjectItemCaseSensitive(json, "packages");
	const char *action = text(run->arena, json, "action");

	if (!said || strcmp(said, schema))
		return eg_fail(run, EG_FORMAT, "the transaction is no '%s' document", schema);
	*ret = (struct eg_transaction){
		.tool = text(run->arena, json, "tool"),
		.tool_version = text(run->arena, json, "tool_version"),
		.command = strings(run->arena, json, "command"),
		.python = text(run->arena, json, "python"),
		.prefix = text(run->arena, json, "prefix"),
		.removes = action && !strcmp(action, "uninstall"),
		.upgrade = truth(json, "upgrade"),
		.known = cJSON_IsArray(packages),
		.indexes = strings(run->arena, json, "indexes"),
		.requested = strings(run->arena, json, "requested"),
		.removed = strings(run->arena, json, "removed"),
	};
	if (!ret->tool || !ret->command.n)
		return eg_fail(run, EG_FORMAT, "the transaction names no tool or no command");
	eg_vec_push(run->arena, &ret->command, NULL);
	ret->command.n--;
	return read_packages(run, packages, ret);
}

enum eg_error_kind eg_transaction_read(struct eg_run *run, const char *bytes, size_t n, struct eg_transaction *ret)
{
	cJSON *json = cJSON_ParseWithLength(bytes, n);
	struct eg_transaction transaction;

	if (!json)
		return eg_fail(run, EG_FORMAT, "the transaction is no JSON");
	enum eg_error_kind kind = read_document(run, json, &transaction);

	cJSON_Delete(json);
	if (!kind)
		*ret = transaction;
	return kind;
}
