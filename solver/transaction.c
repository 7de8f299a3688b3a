#include "transaction.h"

#include "ceilings.h"
#include "json.h"

static const char schema[] = "envguard.transaction/1";

static bool read_package(struct eg_arena *arena, const cJSON *json, struct eg_given *ret)
{
	*ret = (struct eg_given){
		.name = eg_json_get_text(arena, json, "name"),
		.version = eg_json_get_text(arena, json, "version"),
		.build = eg_json_get_text(arena, json, "build"),
		.channel = eg_json_get_text(arena, json, "channel"),
		.subdir = eg_json_get_text(arena, json, "subdir"),
		.file = eg_json_get_text(arena, json, "file"),
		.url = eg_json_get_text(arena, json, "url"),
		.sha256 = eg_json_get_text(arena, json, "sha256"),
		.build_number = eg_json_get_number(json, "build_number", -1),
		.size = eg_json_get_number(json, "size", -1),
		.requested = eg_json_get_truth(json, "requested"),
		.replaces = eg_json_get_truth(json, "replaces"),
		.editable = eg_json_get_truth(json, "editable"),
		.direct = eg_json_get_truth(json, "direct"),
		.extras = eg_json_get_texts(arena, json, "extras"),
		.requires = eg_json_get_texts(arena, json, "requires"),
		.constrains = eg_json_get_texts(arena, json, "constrains"),
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
	const char *action = eg_json_get_text(run->arena, json, "action");

	if (!said || strcmp(said, schema))
		return eg_fail(run, EG_FORMAT, "the transaction is no '%s' document", schema);
	*ret = (struct eg_transaction){
		.tool = eg_json_get_text(run->arena, json, "tool"),
		.tool_version = eg_json_get_text(run->arena, json, "tool_version"),
		.command = eg_json_get_texts(run->arena, json, "command"),
		.python = eg_json_get_text(run->arena, json, "python"),
		.prefix = eg_json_get_text(run->arena, json, "prefix"),
		.removes = action && !strcmp(action, "uninstall"),
		.upgrade = eg_json_get_truth(json, "upgrade"),
		.after = eg_json_get_truth(json, "after"),
		.typed = eg_json_get_truth(json, "typed"),
		.known = cJSON_IsArray(packages),
		.indexes = eg_json_get_texts(run->arena, json, "indexes"),
		.requested = eg_json_get_texts(run->arena, json, "requested"),
		.removed = eg_json_get_texts(run->arena, json, "removed"),
		.before = eg_json_get_texts(run->arena, json, "before"),
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
