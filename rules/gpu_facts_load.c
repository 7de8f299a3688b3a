/* A file of facts into rows: every column is checked, so that a table is either whole or refused. */
#include <cjson/cJSON.h>
#include <ctype.h>
#include <stddef.h>

#include "gpu_facts_table.h"

struct head {
	EG_FACT;
};

static const struct eg_column marks[] = {
	{"secondary", EG_COLUMN_TRUE, offsetof(struct head, secondary), false},
	{"unverified", EG_COLUMN_TRUE, offsetof(struct head, unverified), false},
};
enum { N_MARKS = sizeof(marks) / sizeof(*marks) };

struct reader {
	struct eg_arena *arena;
	const cJSON *sources;
	const char *problem; /* the first; NULL: none */
};

static void complain(struct reader *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void complain(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!r->problem)
		r->problem = eg_vstrf(r->arena, fmt, ap);
	va_end(ap);
}

static const char *text(struct reader *r, const cJSON *item, const char *key)
{
	const char *s = cJSON_GetStringValue(item);

	if (s && *s)
		return eg_strdup(r->arena, s);
	complain(r, "'%s' is no text", key);
	return NULL;
}

/* "12.1", "12", "cpu", and nothing behind it */
static bool is_short(const char *s)
{
	size_t major = strspn(s, "0123456789");

	if (!strcmp(s, "cpu"))
		return true;
	if (!major || major > 6 || (s[major] && s[major] != '.'))
		return false;
	size_t minor = s[major] ? strspn(s + major + 1, "0123456789") : 0;
	return !s[major] || (minor && minor <= 6 && !s[major + 1 + minor]);
}

static struct eg_cuda short_version(struct reader *r, const cJSON *item, const char *key)
{
	const char *s = cJSON_GetStringValue(item);

	if (s && is_short(s))
		return eg_cuda_parse(s);
	complain(r, "'%s' is no short version like \"12.1\"%s%s", key, s ? ": " : "", s ? s : "");
	return eg_cuda_parse(NULL);
}

static void list(struct reader *r, const cJSON *array, const struct eg_column *column, void *at)
{
	const cJSON *item;

	if (!cJSON_IsArray(array)) {
		complain(r, "'%s' is no list", column->key);
		return;
	}
	cJSON_ArrayForEach (item, array) {
		if (column->kind == EG_COLUMN_TEXTS)
			eg_vec_push(r->arena, (struct eg_strs *)at, text(r, item, column->key));
		else
			eg_vec_push(r->arena, (struct eg_cudas *)at, short_version(r, item, column->key));
	}
}

static void cell(struct reader *r, const cJSON *item, const struct eg_column *column, void *at)
{
	switch (column->kind) {
	case EG_COLUMN_TEXT:
		*(const char **)at = text(r, item, column->key);
		break;
	case EG_COLUMN_SHORT:
		*(struct eg_cuda *)at = short_version(r, item, column->key);
		break;
	case EG_COLUMN_TEXTS:
	case EG_COLUMN_SHORTS:
		list(r, item, column, at);
		break;
	case EG_COLUMN_TRUE:
		*(bool *)at = true;
		if (!cJSON_IsTrue(item))
			complain(r, "'%s' is there, but not true", column->key);
		break;
	}
}

static const struct eg_column *column_of(const struct eg_table_kind *kind, const char *key)
{
	for (size_t i = 0; i < kind->n_columns; i++)
		if (!strcmp(kind->columns[i].key, key))
			return &kind->columns[i];
	for (size_t i = 0; i < N_MARKS; i++)
		if (!strcmp(marks[i].key, key))
			return &marks[i];
	return NULL;
}

/* "source" is a key of the document's "sources". */
static void set_source(struct reader *r, const cJSON *object, struct head *head)
{
	const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "source"));
	const cJSON *source = key ? cJSON_GetObjectItemCaseSensitive(r->sources, key) : NULL;

	if (!key)
		complain(r, "'source' is missing");
	else if (!source)
		complain(r, "'sources' has no '%s'", key);
	else
		head->source = text(r, source, key);
}

static void row(struct reader *r, const struct eg_table_kind *kind, const cJSON *object, char *bytes)
{
	const cJSON *item;

	if (!cJSON_IsObject(object)) {
		complain(r, "no object");
		return;
	}
	for (size_t i = 0; i < kind->n_columns; i++) {
		const struct eg_column *column = &kind->columns[i];
		if (column->kind == EG_COLUMN_SHORT)
			*(struct eg_cuda *)(void *)(bytes + column->offset) = eg_cuda_parse(NULL);
		if (column->required && !cJSON_GetObjectItemCaseSensitive(object, column->key))
			complain(r, "'%s' is missing", column->key);
	}
	set_source(r, object, (struct head *)(void *)bytes);
	cJSON_ArrayForEach (item, object) {
		const struct eg_column *column = column_of(kind, item->string);
		if (column)
			cell(r, item, column, bytes + column->offset);
		else if (strcmp(item->string, "source"))
			complain(r, "there is no column '%s'", item->string);
	}
	struct head *head = (struct head *)(void *)bytes;
	head->secondary = head->secondary || head->unverified;
}

/* "2026-11-20" */
static bool is_date(const char *s)
{
	static const char shape[] = "dddd-dd-dd";

	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == 'd' ? !isdigit((unsigned char)s[i]) : s[i] != shape[i])
			return false;
	return !s[sizeof(shape) - 1];
}

static void head(struct reader *r, const cJSON *json, const struct eg_table_kind *kind, struct eg_fact_rows *ret)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "table"));
	const char *about = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "about"));
	const char *retrieved = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "retrieved"));

	ret->kind = name ? eg_table_kind_of(name) : NULL;
	if (!name)
		complain(r, "'table' does not say which table it is");
	else if (!ret->kind || (kind && ret->kind != kind))
		complain(r, "'table' is '%s'%s%s", name, kind ? ", not " : ", which is no table of facts",
			 kind ? kind->name : "");
	if (!retrieved || !is_date(retrieved))
		complain(r, "'retrieved' is no date like \"2026-11-20\"");
	if (!about || !cJSON_IsObject(r->sources))
		complain(r, "'%s' is missing", about ? "sources" : "about");
	if (!r->problem) {
		ret->about = eg_strdup(r->arena, about);
		ret->retrieved = eg_strdup(r->arena, retrieved);
	}
}

static void rows(struct reader *r, const cJSON *array, struct eg_fact_rows *ret)
{
	const cJSON *object;

	if (!cJSON_IsArray(array) || !cJSON_GetArraySize(array)) {
		complain(r, "'rows' is no list with something in it");
		return;
	}
	size_t size = ret->kind->row_size;
	char *bytes = eg_alloc_array(r->arena, (size_t)cJSON_GetArraySize(array), size);
	ret->v = bytes;
	cJSON_ArrayForEach (object, array) {
		row(r, ret->kind, object, bytes + ret->n++ * size);
		if (r->problem) {
			r->problem = eg_strf(r->arena, "row %zu: %s", ret->n, r->problem);
			return;
		}
	}
}

const char *eg_facts_parse(struct eg_arena *arena, const struct eg_table_kind *kind, const char *text_of_file,
			   struct eg_fact_rows *ret)
{
	struct eg_fact_rows read = {0};
	cJSON *json = cJSON_Parse(text_of_file);
	struct reader r = {.arena = arena, .sources = cJSON_GetObjectItemCaseSensitive(json, "sources")};

	if (!cJSON_IsObject(json))
		complain(&r, "no JSON object");
	if (!r.problem)
		head(&r, json, kind, &read);
	if (!r.problem)
		rows(&r, cJSON_GetObjectItemCaseSensitive(json, "rows"), &read);
	cJSON_Delete(json);
	if (!r.problem)
		*ret = read;
	return r.problem;
}
