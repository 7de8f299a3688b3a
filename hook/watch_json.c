/* A watch handed over to who asks for its end: the gates in pip and conda keep it until the tool has ended. */
#include "watch.h"

#include "json.h"
#include "json_out.h"
#include "snapshot.h"

static const char schema[] = "envguard.watch/1";

static void add_plan(struct eg_arena *arena, cJSON *document, const struct eg_plan *plan)
{
	cJSON *list = plan ? cJSON_AddArrayToObject(document, "planned") : cJSON_AddNullToObject(document, "planned");

	for (size_t i = 0; plan && i < plan->n_changes; i++) {
		const struct eg_change *change = &plan->changes[i];
		cJSON *object = cJSON_CreateObject();
		eg_json_text(arena, object, "name", (change->to ? change->to : change->from)->name);
		eg_json_text(arena, object, "version", change->to ? change->to->version : NULL);
		eg_json_text(arena, object, "build", change->to ? change->to->build : NULL);
		cJSON_AddItemToArray(list, object);
	}
}

char *eg_watch_text(struct eg_run *run, const struct eg_watch *watch, const struct eg_strs *held)
{
	const struct eg_snapshot before = {
		.id = "", .time = "", .tool = watch->tool, .command = watch->command, .inventory = watch->before};
	cJSON *document = cJSON_CreateObject();

	eg_json_text(run->arena, document, "schema", schema);
	eg_json_text(run->arena, document, "python", watch->python);
	eg_json_text(run->arena, document, "snapshot", watch->snapshot);
	eg_json_list(run->arena, document, "held", held);
	cJSON_AddItemToObject(document, "before", eg_snapshot_json(run, &before));
	add_plan(run->arena, document, watch->plan);
	char *text = cJSON_PrintUnformatted(document);
	cJSON_Delete(document);
	return text;
}

static const struct eg_plan *read_plan(struct eg_arena *arena, const cJSON *list)
{
	struct eg_plan *plan = EG_NEW(arena, struct eg_plan);
	const cJSON *item;

	if (!cJSON_IsArray(list))
		return NULL;
	plan->changes = EG_ARRAY(arena, struct eg_change, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach (item, list) {
		struct eg_package *package = EG_NEW(arena, struct eg_package);
		struct eg_change *change = &plan->changes[plan->n_changes];
		package->name = eg_json_get_text(arena, item, "name");
		package->version = eg_json_get_text(arena, item, "version");
		package->build = eg_json_get_text(arena, item, "build");
		if (!package->name)
			continue;
		*(package->version ? &change->to : &change->from) = package;
		plan->n_changes++;
	}
	return plan;
}

enum eg_error_kind eg_watch_parse(struct eg_run *run, const char *text, size_t n, struct eg_watch *ret)
{
	cJSON *json = cJSON_ParseWithLength(text, n);
	const char *said = eg_json_get_text(run->arena, json, "schema");
	struct eg_snapshot before = {0};
	enum eg_error_kind kind = EG_OK;

	if (!said || strcmp(said, schema))
		kind = eg_fail(run, EG_FORMAT, "what the gate hands back is no '%s' document", schema);
	else
		kind = eg_snapshot_of_json(run, "before", cJSON_GetObjectItemCaseSensitive(json, "before"), &before);
	if (!kind)
		*ret = (struct eg_watch){
			.due = true,
			.python = eg_json_get_text(run->arena, json, "python"),
			.before = before.inventory,
			.plan = read_plan(run->arena, cJSON_GetObjectItemCaseSensitive(json, "planned")),
			.tool = before.tool,
			.command = before.command,
			.snapshot = eg_json_get_text(run->arena, json, "snapshot"),
		};
	cJSON_Delete(json);
	return kind;
}
