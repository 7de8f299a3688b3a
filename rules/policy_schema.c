/* The policy's format as a JSON Schema, so that editors complete it and other validators check it. */
#include "policy_keys.h"
#include "schema.h"

static cJSON *words(const char *const *list)
{
	cJSON *schema = cJSON_CreateObject(), *choice = cJSON_AddArrayToObject(schema, "enum");

	for (size_t i = 0; list[i]; i++)
		cJSON_AddItemToArray(choice, cJSON_CreateString(list[i]));
	return schema;
}

static cJSON *count(const struct eg_policy_field *field)
{
	cJSON *schema = eg_schema_typed("integer");

	cJSON_AddNumberToObject(schema, "minimum", field->min);
	cJSON_AddNumberToObject(schema, "maximum", field->max);
	return schema;
}

static cJSON *either(cJSON *a, cJSON *b)
{
	cJSON *schema = cJSON_CreateObject(), *choice = cJSON_AddArrayToObject(schema, "anyOf");

	cJSON_AddItemToArray(choice, a);
	cJSON_AddItemToArray(choice, b);
	return schema;
}

static cJSON *level(void)
{
	static const char *const kinds[] = {"side_effect", "request"};
	cJSON *properties = cJSON_CreateObject();

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		eg_schema_property(properties, NULL, kinds[i], words(eg_policy_level_words));
	return either(words(eg_policy_level_words), eg_schema_closed(properties, cJSON_CreateArray()));
}

/* Each rule by its name, for editors; patterns as such. */
static cJSON *levels(struct eg_arena *arena)
{
	const struct eg_strs ids = eg_policy_rule_ids(arena);
	cJSON *schema = eg_schema_typed("object"), *properties = cJSON_AddObjectToObject(schema, "properties");
	cJSON *patterns = cJSON_AddObjectToObject(schema, "patternProperties");

	for (size_t i = 0; i < ids.n; i++)
		eg_schema_property(properties, NULL, ids.v[i], level());
	eg_schema_property(patterns, NULL, "[*?\\[]", level());
	cJSON_AddFalseToObject(schema, "additionalProperties");
	return schema;
}

static cJSON *pairs(void)
{
	cJSON *schema = eg_schema_typed("object");

	cJSON_AddItemToObject(schema, "additionalProperties", eg_schema_text());
	return schema;
}

static cJSON *value(struct eg_arena *arena, const struct eg_policy_field *field);

static void add_one_of(struct eg_arena *arena, cJSON *schema, const char *keys)
{
	cJSON *choice = keys ? cJSON_AddArrayToObject(schema, "anyOf") : NULL;

	for (const char *p = keys; p && *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");
		cJSON *one = cJSON_CreateObject(), *required = cJSON_AddArrayToObject(one, "required");
		cJSON_AddItemToArray(required, cJSON_CreateString(eg_strndup(arena, p, n)));
		cJSON_AddItemToArray(choice, one);
		p += n;
	}
}

static cJSON *object(struct eg_arena *arena, const struct eg_policy_shape *shape)
{
	cJSON *properties = cJSON_CreateObject(), *required = cJSON_CreateArray();

	for (size_t i = 0; i < shape->n; i++)
		eg_schema_property(properties, shape->fields[i].required ? required : NULL, shape->fields[i].key,
				   value(arena, &shape->fields[i]));
	cJSON *schema = eg_schema_closed(properties, required);
	add_one_of(arena, schema, shape->one_of);
	return schema;
}

static cJSON *value_of_type(struct eg_arena *arena, const struct eg_policy_field *field)
{
	switch (field->type) {
	case EG_POLICY_WORD:
		return words(field->words);
	case EG_POLICY_COUNT:
		return count(field);
	case EG_POLICY_TRUTH:
		return eg_schema_typed("boolean");
	case EG_POLICY_TEXTS:
		return eg_schema_list(eg_schema_text());
	case EG_POLICY_DATE:
		return eg_schema_pattern("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$");
	case EG_POLICY_RELEASE:
		return eg_schema_pattern("^[0-9][0-9.]{0,28}$");
	case EG_POLICY_HTTPS:
		return eg_schema_pattern("^[Hh][Tt][Tt][Pp][Ss]://[^@/]+(/.*)?$");
	case EG_POLICY_DIGEST:
		return eg_schema_pattern("^[0-9a-f]{64}$");
	case EG_POLICY_OBJECT:
		return object(arena, field->shape);
	case EG_POLICY_LIST:
		return eg_schema_list(field->brief ? either(eg_schema_text(), object(arena, field->shape)) :
						     object(arena, field->shape));
	case EG_POLICY_LEVELS:
		return levels(arena);
	case EG_POLICY_PAIRS:
		return pairs();
	default:
		return eg_schema_text();
	}
}

static cJSON *value(struct eg_arena *arena, const struct eg_policy_field *field)
{
	cJSON *schema = value_of_type(arena, field);

	if (field->help)
		cJSON_AddStringToObject(schema, "description", field->help);
	if (field->type == EG_POLICY_WORD)
		cJSON_AddStringToObject(schema, "default", field->words[field->standard]);
	else if (field->type == EG_POLICY_COUNT)
		cJSON_AddNumberToObject(schema, "default", field->standard);
	return schema;
}

char *eg_policy_schema(struct eg_arena *arena)
{
	cJSON *properties = cJSON_CreateObject();

	for (size_t i = 0; i < EG_N_POLICY_KEYS; i++)
		eg_schema_property(properties, NULL, eg_policy_keys[i].field.key,
				   value(arena, &eg_policy_keys[i].field));
	return eg_schema_print(arena, eg_schema_closed(properties, cJSON_CreateArray()), "envguard's policy");
}
