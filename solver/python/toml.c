#include "toml.h"

const struct eg_toml *eg_toml_get(const struct eg_toml *table, const char *key)
{
	for (size_t i = 0; table && table->type == EG_TOML_TABLE && i < table->n; i++)
		if (!strcmp(table->items[i].key, key))
			return &table->items[i];
	return NULL;
}

const char *eg_toml_string(const struct eg_toml *table, const char *key)
{
	const struct eg_toml *value = eg_toml_get(table, key);

	return value && value->type == EG_TOML_STRING ? value->text : NULL;
}

const struct eg_toml *eg_toml_array(const struct eg_toml *table, const char *key)
{
	const struct eg_toml *value = eg_toml_get(table, key);

	return value && value->type == EG_TOML_ARRAY ? value : NULL;
}

const char *eg_toml_type_name(enum eg_toml_type type)
{
	static const char *const names[] = {"table", "array", "string", "integer", "float", "boolean", "time"};

	return names[type];
}
