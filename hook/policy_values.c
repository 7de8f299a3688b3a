#include "policy_values.h"

#include "json_out.h"
#include "strs.h"

static cJSON *object_of(struct eg_arena *arena, const struct eg_policy_shape *shape, const char *bytes);

/* What is not said is not shown: NULL. */
static cJSON *value_of(struct eg_arena *arena, const struct eg_policy_field *field, const char *bytes)
{
	const void *at = bytes + field->offset;
	const struct items {
		const char *v;
		size_t n, cap;
	} *items = at;

	switch (field->type) {
	case EG_POLICY_WORD:
		return cJSON_CreateString(field->words[*(const int *)at]);
	case EG_POLICY_COUNT:
		return *(const int *)at || field->standard ? cJSON_CreateNumber(*(const int *)at) : NULL;
	case EG_POLICY_TRUTH:
		return *(const bool *)at ? cJSON_CreateTrue() : NULL;
	case EG_POLICY_TEXTS: {
		const struct eg_strs *texts = at;
		return texts->n ? cJSON_CreateStringArray(texts->v, (int)texts->n) : NULL;
	}
	case EG_POLICY_OBJECT:
		return items->n ? object_of(arena, field->shape, items->v) : NULL;
	case EG_POLICY_LIST:
	case EG_POLICY_LEVELS:
	case EG_POLICY_PAIRS:
		return NULL; /* each entry is a row of its own */
	default: {
		const char *text = *(const char *const *)at;
		return text ? cJSON_CreateString(eg_utf8(arena, text)) : NULL;
	}
	}
}

static cJSON *object_of(struct eg_arena *arena, const struct eg_policy_shape *shape, const char *bytes)
{
	cJSON *object = cJSON_CreateObject();

	for (size_t i = 0; i < shape->n; i++) {
		cJSON *value = value_of(arena, &shape->fields[i], bytes);
		if (value)
			cJSON_AddItemToObject(object, shape->fields[i].key, value);
	}
	return object;
}

struct lister {
	struct eg_arena *arena;
	const struct eg_policy *policy;
	struct eg_policy_rows *rows;
};

static bool is_enforced(const struct lister *l, const char *key)
{
	const struct eg_strs *enforced = &l->policy->values.enforce;

	return eg_strs_has(enforced, "*") || eg_strs_has(enforced, key) ||
	       (!strncmp(key, "rules.", 6) && eg_strs_has(enforced, "rules"));
}

static void add(struct lister *l, const char *key, cJSON *value, const struct eg_policy_mark *mark)
{
	eg_vec_push(l->arena, l->rows,
		    (struct eg_policy_row){.key = key, .value = value, .enforced = is_enforced(l, key),
					   .from = eg_policy_mark_text(l->arena, mark)});
}

static const char *level_word(int level)
{
	return level < 0 ? NULL : eg_policy_level_words[level];
}

static void add_levels(struct lister *l)
{
	for (size_t i = 0; i < l->policy->values.rules.n; i++) {
		const struct eg_policy_level *entry = &l->policy->values.rules.v[i];
		const char *key = eg_strf(l->arena, "rules.%s", entry->rule);
		cJSON *said = cJSON_CreateObject(), *least = cJSON_CreateObject();
		eg_json_text(l->arena, said, "side_effect", level_word(entry->side_effect));
		eg_json_text(l->arena, said, "request", level_word(entry->request));
		eg_json_text(l->arena, least, "at_least_side_effect", level_word(entry->least_side_effect));
		eg_json_text(l->arena, least, "at_least_request", level_word(entry->least_request));
		if (entry->mark.file)
			add(l, key, said, &entry->mark);
		else
			cJSON_Delete(said);
		if (entry->least_mark.file && (entry->least_side_effect >= 0 || entry->least_request >= 0))
			add(l, key, least, &entry->least_mark);
		else
			cJSON_Delete(least);
	}
}

static void add_pairs(struct lister *l, const char *key, const struct eg_policy_pairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++) {
		cJSON *value = cJSON_CreateObject();
		eg_json_text(l->arena, value, pairs->v[i].name, pairs->v[i].value);
		add(l, key, value, &pairs->v[i].mark);
	}
}

static void add_entries(struct lister *l, const struct eg_policy_field *field, const void *vec)
{
	const struct items {
		const char *v;
		size_t n, cap;
	} *items = vec;

	for (size_t i = 0; i < items->n; i++) {
		const char *bytes = items->v + i * field->shape->size;
		add(l, field->key, object_of(l->arena, field->shape, bytes),
		    (const struct eg_policy_mark *)(const void *)bytes);
	}
}

void eg_policy_rows(struct eg_arena *arena, const struct eg_policy *policy, struct eg_policy_rows *ret)
{
	struct lister l = {.arena = arena, .policy = policy, .rows = ret};

	for (size_t i = 0; i < EG_N_POLICY_KEYS; i++) {
		const struct eg_policy_field *field = &eg_policy_keys[i].field;
		const char *at = (const char *)&policy->values + field->offset;
		if (field->type == EG_POLICY_LEVELS) {
			add_levels(&l);
		} else if (field->type == EG_POLICY_PAIRS) {
			add_pairs(&l, field->key, (const struct eg_policy_pairs *)(const void *)at);
		} else if (field->shape) {
			add_entries(&l, field, at);
		} else {
			cJSON *value = value_of(arena, field, (const char *)&policy->values);
			if (value)
				add(&l, field->key, value, &policy->marks[i]);
		}
	}
}
