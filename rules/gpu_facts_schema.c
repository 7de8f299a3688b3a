/* The columns as a JSON Schema (draft 2020-12), for those who write newer tables and for other validators. */
#include "gpu_facts_table.h"
#include "schema.h"

static cJSON *short_version(void)
{
	return eg_schema_pattern("^(cpu|[0-9]{1,6}(\\.[0-9]{1,6})?)$");
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
		return eg_schema_text();
	case EG_COLUMN_SHORT:
		return short_version();
	case EG_COLUMN_TEXTS:
		return eg_schema_list(eg_schema_text());
	case EG_COLUMN_SHORTS:
		return eg_schema_list(short_version());
	case EG_COLUMN_TRUE:
		break;
	}
	return only_true();
}

static cJSON *row(const struct eg_table_kind *kind)
{
	cJSON *properties = cJSON_CreateObject(), *required = cJSON_CreateArray();

	for (size_t i = 0; i < kind->n_columns; i++) {
		const struct eg_column *column = &kind->columns[i];
		eg_schema_property(properties, column->required ? required : NULL, column->key, cell(column->kind));
	}
	eg_schema_property(properties, required, "source", eg_schema_text());
	eg_schema_property(properties, NULL, "secondary", only_true());
	eg_schema_property(properties, NULL, "unverified", only_true());
	return eg_schema_closed(properties, required);
}

char *eg_facts_schema(struct eg_arena *arena, const struct eg_table_kind *kind)
{
	cJSON *properties = cJSON_CreateObject(), *required = cJSON_CreateArray();
	cJSON *table = cJSON_CreateObject(), *date = eg_schema_pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), *rows = eg_schema_list(row(kind)),
	      *sources = eg_schema_typed("object");

	cJSON_AddStringToObject(table, "const", kind->name);
	cJSON_AddNumberToObject(rows, "minItems", 1);
	cJSON_AddItemToObject(sources, "additionalProperties", eg_schema_text());
	eg_schema_property(properties, required, "table", table);
	eg_schema_property(properties, required, "about", eg_schema_typed("string"));
	eg_schema_property(properties, required, "retrieved", date);
	eg_schema_property(properties, required, "sources", sources);
	eg_schema_property(properties, required, "rows", rows);
	return eg_schema_print(arena, eg_schema_closed(properties, required), kind->name);
}
