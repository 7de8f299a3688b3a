/* The columns as a JSON Schema (draft 2020-12), for those who write newer tables and for other validators. */
#include <cjson/cJSON.h>

#include "gpu_facts_table.h"

static cJSON *typed(const char *type)
{
	cJSON *schema = cJSON_CreateObject();

	cJSON_AddStringToObject(schema, "type", type);
	return schema;
}

static cJSON *text(void)
{
	cJSON *schema = typed("string");

	cJSON_AddNumberToObject(schema, "minLength", 1);
	return schema;
}

static cJSON *short_version(void)
{
	cJSON *schema = typed("string");

	cJSON_AddStringToObject(schema, "pattern", "^(cpu|[0-9]{1,6}(\\.[0-9]{1,6})?)$");
	return schema;
}

static cJSON *list_of(cJSON *item)
{
	cJSON *schema = typed("array");

	cJSON_AddItemToObject(schema, "items", item);
	return schema;
}

static cJSON *only_true(void)
{
	cJSON *schema = cJSON_CreateObject();

	cJSON_AddTrueToObject(schema, "const");
	return schema;
}

static cJSON *cell(enum eg_column_kind kind)
{
	switch (kind) {
	case EG_COLUMN_TEXT:
		return text();
	case EG_COLUMN_SHORT:
		return short_version();
	case EG_COLUMN_TEXTS:
		return list_of(text());
	case EG_COLUMN_SHORTS:
		return list_of(short_version());
	case EG_COLUMN_TRUE:
		break;
	}
	return only_true();
}

/* An object of PROPERTIES with the keys of REQUIRED and none besides. */
static cJSON *closed(cJSON *properties, cJSON *required)
{
	cJSON *schema = typed("object");

	cJSON_AddItemToObject(schema, "properties", properties);
	cJSON_AddItemToObject(schema, "required", required);
	cJSON_AddFalseToObject(schema, "additionalProperties");
	return schema;
}

static void property(cJSON *properties, cJSON *required, const char *key, cJSON *schema)
{
	cJSON_AddItemToObject(properties, key, schema);
	if (required)
		cJSON_AddItemToArray(required, cJSON_CreateString(key));
}

static cJSON *row(const struct eg_table_kind *kind)
{
	cJSON *properties = cJSON_CreateObject(), *required = cJSON_CreateArray();

	for (size_t i = 0; i < kind->n_columns; i++) {
		const struct eg_column *column = &kind->columns[i];
		property(properties, column->required ? required : NULL, column->key, cell(column->kind));
	}
	property(properties, required, "source", text());
	property(properties, NULL, "secondary", only_true());
	property(properties, NULL, "unverified", only_true());
	return closed(properties, required);
}

char *eg_facts_schema(struct eg_arena *arena, const struct eg_table_kind *kind)
{
	cJSON *properties = cJSON_CreateObject(), *required = cJSON_CreateArray();
	cJSON *table = cJSON_CreateObject(), *date = typed("string"), *rows = list_of(row(kind)),
	      *sources = typed("object");

	cJSON_AddStringToObject(table, "const", kind->name);
	cJSON_AddStringToObject(date, "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
	cJSON_AddNumberToObject(rows, "minItems", 1);
	cJSON_AddItemToObject(sources, "additionalProperties", text());
	property(properties, required, "table", table);
	property(properties, required, "about", typed("string"));
	property(properties, required, "retrieved", date);
	property(properties, required, "sources", sources);
	property(properties, required, "rows", rows);
	cJSON *schema = closed(properties, required);
	cJSON_AddStringToObject(schema, "$schema", "https://json-schema.org/draft/2020-12/schema");
	cJSON_AddStringToObject(schema, "title", kind->name);
	char *printed = cJSON_Print(schema);
	char *ret = eg_strdup(arena, printed);
	cJSON_free(printed);
	cJSON_Delete(schema);
	return ret;
}
