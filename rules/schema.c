#include "schema.h"

cJSON *eg_schema_typed(const char *type)
{
	cJSON *schema = cJSON_CreateObject();

	cJSON_AddStringToObject(schema, "type", type);
	return schema;
}

cJSON *eg_schema_text(void)
{
	cJSON *schema = eg_schema_typed("string");

	cJSON_AddNumberToObject(schema, "minLength", 1);
	return schema;
}

cJSON *eg_schema_pattern(const char *pattern)
{
	cJSON *schema = eg_schema_typed("string");

	cJSON_AddStringToObject(schema, "pattern", pattern);
	return schema;
}

cJSON *eg_schema_list(cJSON *item)
{
	cJSON *schema = eg_schema_typed("array");

	cJSON_AddItemToObject(schema, "items", item);
	return schema;
}

cJSON *eg_schema_closed(cJSON *properties, cJSON *required)
{
	cJSON *schema = eg_schema_typed("object");

	cJSON_AddItemToObject(schema, "properties", properties);
	cJSON_AddItemToObject(schema, "required", required);
	cJSON_AddFalseToObject(schema, "additionalProperties");
	return schema;
}

void eg_schema_property(cJSON *properties, cJSON *required, const char *key, cJSON *schema)
{
	cJSON_AddItemToObject(properties, key, schema);
	if (required)
		cJSON_AddItemToArray(required, cJSON_CreateString(key));
}

char *eg_schema_print(struct eg_arena *arena, cJSON *schema, const char *title)
{
	cJSON_AddStringToObject(schema, "$schema", "https://json-schema.org/draft/2020-12/schema");
	cJSON_AddStringToObject(schema, "title", title);
	char *printed = cJSON_Print(schema);
	char *ret = eg_strdup(arena, printed);

	cJSON_free(printed);
	cJSON_Delete(schema);
	return ret;
}
