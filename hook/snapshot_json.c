/* Snapshots as documents. */
#include "snapshot.h"

#include "json.h"
#include "json_out.h"

static const char schema[] = "envguard.snapshot/1";

/* The texts of a package, by their keys. */
static const struct {
	const char *key;
	size_t offset;
} texts[] = {
	{"name", offsetof(struct eg_item, name)},           {"version", offsetof(struct eg_item, version)},
	{"build", offsetof(struct eg_item, build)},         {"channel", offsetof(struct eg_item, channel)},
	{"subdir", offsetof(struct eg_item, subdir)},       {"url", offsetof(struct eg_item, url)},
	{"md5", offsetof(struct eg_item, md5)},             {"sha256", offsetof(struct eg_item, sha256)},
	{"direct_url", offsetof(struct eg_item, direct)},   {"installer", offsetof(struct eg_item, installer)},
};
enum { N_TEXTS = sizeof(texts) / sizeof(*texts) };

/* Keys without a value are left out: there are many packages. */
static cJSON *item_json(struct eg_arena *arena, const struct eg_item *item)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "ecosystem", item->ecosystem == EG_CONDA ? "conda" : "python");
	for (size_t i = 0; i < N_TEXTS; i++) {
		const char *s = *(const char *const *)((const char *)item + texts[i].offset);
		if (s)
			eg_json_text(arena, object, texts[i].key, s);
	}
	if (item->editable)
		cJSON_AddTrueToObject(object, "editable");
	return object;
}

cJSON *eg_snapshot_json(struct eg_run *run, const struct eg_snapshot *snapshot)
{
	const struct eg_inventory *inventory = &snapshot->inventory;
	cJSON *document = cJSON_CreateObject(), *list;

	eg_json_text(run->arena, document, "schema", schema);
	eg_json_text(run->arena, document, "id", snapshot->id);
	eg_json_text(run->arena, document, "time", snapshot->time);
	eg_json_text(run->arena, document, "tool", snapshot->tool);
	eg_json_list(run->arena, document, "command", &snapshot->command);
	eg_json_list(run->arena, document, "indexes", &snapshot->indexes);
	eg_json_text(run->arena, document, "prefix", inventory->prefix);
	eg_json_text(run->arena, document, "python_version", inventory->python_version);
	cJSON_AddBoolToObject(document, "conda", inventory->conda);
	eg_json_number(document, "revision", inventory->revision);
	list = cJSON_AddArrayToObject(document, "packages");
	for (size_t i = 0; i < inventory->items.n; i++)
		cJSON_AddItemToArray(list, item_json(run->arena, &inventory->items.v[i]));
	return document;
}

char *eg_snapshot_text(struct eg_run *run, const struct eg_snapshot *snapshot)
{
	cJSON *document = eg_snapshot_json(run, snapshot);
	char *text = cJSON_PrintUnformatted(document);

	cJSON_Delete(document);
	return text;
}

/* A word that becomes one of a command: it must not look like an option. */
static bool is_word(const char *s)
{
	return s && *s && *s != '-';
}

static bool read_item(struct eg_arena *arena, const cJSON *json, struct eg_item *ret)
{
	const char *ecosystem = eg_json_get_text(arena, json, "ecosystem");

	*ret = (struct eg_item){.editable = eg_json_get_truth(json, "editable")};
	if (ecosystem && !strcmp(ecosystem, "conda"))
		ret->ecosystem = EG_CONDA;
	for (size_t i = 0; i < N_TEXTS; i++)
		*(const char **)((char *)ret + texts[i].offset) = eg_json_get_text(arena, json, texts[i].key);
	return is_word(ret->name) && is_word(ret->version);
}

enum eg_error_kind eg_snapshot_of_json(struct eg_run *run, const char *path, const cJSON *json, struct eg_snapshot *ret)
{
	struct eg_arena *arena = run->arena;
	const char *said = eg_json_get_text(arena, json, "schema");
	const cJSON *item;

	if (!said || strcmp(said, schema))
		return eg_fail(run, EG_FORMAT, "'%s' is no snapshot: its schema is not '%s'", path, schema);
	struct eg_snapshot snapshot = {
		.id = eg_json_get_text(arena, json, "id"),
		.path = path,
		.time = eg_json_get_text(arena, json, "time"),
		.tool = eg_json_get_text(arena, json, "tool"),
		.inventory = {
			.prefix = eg_json_get_text(arena, json, "prefix"),
			.python_version = eg_json_get_text(arena, json, "python_version"),
			.conda = eg_json_get_truth(json, "conda"),
			.revision = eg_json_get_number(json, "revision", -1),
		},
	};
	if (!snapshot.id || !snapshot.time || !snapshot.inventory.prefix)
		return eg_fail(run, EG_FORMAT, "'%s' is no snapshot: it tells no id, no time or no prefix", path);
	snapshot.command = eg_json_get_texts(arena, json, "command");
	snapshot.indexes = eg_json_get_texts(arena, json, "indexes");
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "packages")) {
		struct eg_item package;
		if (!read_item(arena, item, &package))
			return eg_fail(run, EG_FORMAT, "'%s': package %zu has no name or no version", path,
				       snapshot.inventory.items.n + 1);
		eg_vec_push(arena, &snapshot.inventory.items, package);
	}
	eg_items_sort(&snapshot.inventory.items);
	*ret = snapshot;
	return EG_OK;
}

enum eg_error_kind eg_snapshot_parse(struct eg_run *run, const char *path, const char *text, size_t n,
				     struct eg_snapshot *ret)
{
	cJSON *json = cJSON_ParseWithLength(text, n);

	if (!json)
		return eg_fail(run, EG_FORMAT, "'%s' is no snapshot: it is no JSON", path);
	enum eg_error_kind kind = eg_snapshot_of_json(run, path, json, ret);

	cJSON_Delete(json);
	return kind;
}
