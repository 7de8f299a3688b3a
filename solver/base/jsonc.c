#include "jsonc.h"

#include <yajl/yajl_parse.h>

#include "ceilings.h"

struct reader {
	struct eg_arena *arena;
	const char *text;
	size_t n, at; /* at: behind the last token */
	yajl_handle yajl;
	struct eg_json *root, *open[EG_MAX_POLICY_DEPTH];
	size_t depth, values;
	const char *key; /* that waits for its value */
	size_t key_at;
	size_t line_begin, counted; /* counted: up to where lines were */
	int line;
	struct eg_json_fault *fault;
};

/* Behind the string that begins at P. */
static char *skip_string(char *p)
{
	for (p++; *p && *p != '"'; p++)
		p += *p == '\\' && p[1];
	return p + (*p == '"');
}

static bool is_comment(const char *p)
{
	return p[0] == '/' && (p[1] == '/' || p[1] == '*');
}

/* Behind the comment at P, which becomes blanks; NULL where it does not end. */
static char *blank_comment(char *p)
{
	bool line = p[1] == '/';
	char *end = line ? p + strcspn(p, "\n") : strstr(p + 2, "*/");

	if (!end)
		return NULL;
	for (end += line ? 0 : 2; p < end; p++)
		*p = *p == '\n' ? '\n' : ' ';
	return end;
}

/* Comments and the commas before a closing bracket as blanks, so that every byte stays where it is. NULL, or the comment that
   does not end. */
static const char *blank_comments(char *text)
{
	char *comma = NULL; /* behind a value, with nothing but blanks after it */
	bool value = false; /* does one stand before P? */

	for (char *p = text; *p;) {
		if (is_comment(p)) {
			const char *begin = p;

			p = blank_comment(p);
			if (!p)
				return begin;
		} else if (strchr(" \t\r\n", *p)) {
			p++;
		} else {
			if (strchr("}]", *p) && comma)
				*comma = ' ';
			comma = *p == ',' && value ? p : NULL;
			value = !strchr("[{,", *p);
			p = *p == '"' ? skip_string(p) : p + 1;
		}
	}
	return NULL;
}

static void locate(const char *text, size_t at, int *ret_line, int *ret_column)
{
	size_t begin = at;

	while (begin && text[begin - 1] != '\n')
		begin--;
	*ret_line = 1;
	for (size_t i = 0; i < begin; i++)
		*ret_line += text[i] == '\n';
	*ret_column = (int)(at - begin) + 1;
}

/* The same for places that are asked for in their order. */
static void locate_next(struct reader *r, size_t at, int *ret_line, int *ret_column)
{
	for (; r->counted < at; r->counted++) {
		if (r->text[r->counted] != '\n')
			continue;
		r->line++;
		r->line_begin = r->counted + 1;
	}
	*ret_line = r->line + 1;
	*ret_column = (int)(at - r->line_begin) + 1;
}

/* Ends the parse, as yajl's callbacks do. */
static int fail_at(struct reader *r, size_t at, const char *message)
{
	if (r->fault->message)
		return 0;
	locate(r->text, at, &r->fault->line, &r->fault->column);
	r->fault->message = message;
	return 0;
}

/* Where the token begins that yajl has just read; .at is then behind it. */
static size_t take_token(struct reader *r)
{
	size_t begin = r->at;

	while (begin < r->n && strchr(" \t\r\n,:", r->text[begin]))
		begin++;
	r->at = yajl_get_bytes_consumed(r->yajl);
	return begin;
}

static struct eg_json *add(struct reader *r, enum eg_json_kind kind)
{
	size_t at = take_token(r);
	struct eg_json *value = EG_NEW(r->arena, struct eg_json), *parent = r->depth ? r->open[r->depth - 1] : NULL;

	if (++r->values > EG_MAX_POLICY_VALUES) {
		fail_at(r, at, eg_strf(r->arena, "more than %d values", EG_MAX_POLICY_VALUES));
		return NULL;
	}
	*value = (struct eg_json){.kind = kind, .key = r->key};
	locate_next(r, r->key ? r->key_at : at, &value->line, &value->column);
	locate_next(r, at, &value->at_line, &value->at_column);
	r->key = NULL;
	if (parent)
		eg_vec_push(r->arena, parent, value);
	else
		r->root = value;
	return value;
}

static int on_null(void *ctx)
{
	return add(ctx, EG_JSON_NULL) != NULL;
}

static int on_truth(void *ctx, int truth)
{
	struct eg_json *value = add(ctx, EG_JSON_TRUTH);

	if (value)
		value->truth = truth;
	return value != NULL;
}

static int on_text(struct reader *r, enum eg_json_kind kind, const char *s, size_t n)
{
	struct eg_json *value = add(r, kind);

	if (value)
		value->text = eg_strndup(r->arena, s, n);
	return value != NULL;
}

static int on_number(void *ctx, const char *s, size_t n)
{
	return on_text(ctx, EG_JSON_NUMBER, s, n);
}

static int on_string(void *ctx, const unsigned char *s, size_t n)
{
	struct reader *r = ctx;

	if (memchr(s, 0, n))
		return fail_at(r, take_token(r), "a text with a NUL in it");
	return on_text(r, EG_JSON_TEXT, (const char *)s, n);
}

static int open_container(struct reader *r, enum eg_json_kind kind)
{
	struct eg_json *value = add(r, kind);

	if (value && r->depth == EG_MAX_POLICY_DEPTH)
		return fail_at(r, r->at - 1, eg_strf(r->arena, "more than %d levels", EG_MAX_POLICY_DEPTH));
	if (value)
		r->open[r->depth++] = value;
	return value != NULL;
}

static int on_map(void *ctx)
{
	return open_container(ctx, EG_JSON_OBJECT);
}

static int on_list(void *ctx)
{
	return open_container(ctx, EG_JSON_LIST);
}

static int on_end(void *ctx)
{
	struct reader *r = ctx;

	take_token(r);
	r->depth--;
	return 1;
}

static int on_key(void *ctx, const unsigned char *s, size_t n)
{
	struct reader *r = ctx;

	r->key_at = take_token(r);
	r->key = eg_strndup(r->arena, (const char *)s, n);
	const struct eg_json *twin = eg_json_member(r->open[r->depth - 1], r->key);
	if (twin)
		return fail_at(r, r->key_at, eg_strf(r->arena, "'%s' stands in line %d already", r->key, twin->line));
	return 1;
}

static const yajl_callbacks callbacks = {
	.yajl_null = on_null,
	.yajl_boolean = on_truth,
	.yajl_number = on_number,
	.yajl_string = on_string,
	.yajl_start_map = on_map,
	.yajl_map_key = on_key,
	.yajl_end_map = on_end,
	.yajl_start_array = on_list,
	.yajl_end_array = on_end,
};

/* yajl's own words: "parse error: unallowed token at this point in JSON text\n" */
static const char *words_of(struct eg_arena *arena, yajl_handle yajl)
{
	unsigned char *said = yajl_get_error(yajl, 0, NULL, 0);
	const char *colon = strchr((const char *)said, ':');
	const char *text = colon ? colon + 1 + strspn(colon + 1, " ") : (const char *)said;
	size_t n = strcspn(text, "\n");
	const char *copy = eg_strndup(arena, text, n - (n && text[n - 1] == '.'));

	yajl_free_error(yajl, said);
	return copy;
}

static void parse(struct reader *r)
{
	r->yajl = yajl_alloc(&callbacks, NULL, r);
	yajl_status status = yajl_parse(r->yajl, (const unsigned char *)r->text, r->n);
	size_t at = yajl_get_bytes_consumed(r->yajl);

	if (status == yajl_status_ok) {
		status = yajl_complete_parse(r->yajl);
		at = r->n;
	} else if (status == yajl_status_error && at) {
		at--; /* yajl counts the byte that it does not take */
	}
	if (status != yajl_status_ok)
		fail_at(r, at, words_of(r->arena, r->yajl));
	else if (!r->root)
		fail_at(r, 0, "nothing in it");
	yajl_free(r->yajl);
}

struct eg_json *eg_jsonc_parse(struct eg_arena *arena, char *text, size_t n, struct eg_json_fault *ret_fault)
{
	struct reader r = {.arena = arena, .text = text, .n = n, .fault = ret_fault};

	*ret_fault = (struct eg_json_fault){0};
	if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) /* a byte order mark, as some editors write it */
		memset(text, ' ', 3);
	const char *endless = blank_comments(text);
	if (strlen(text) != n)
		fail_at(&r, strlen(text), "a NUL byte");
	else if (endless)
		fail_at(&r, (size_t)(endless - text), "this comment does not end");
	else
		parse(&r);
	return ret_fault->message ? NULL : r.root;
}

const struct eg_json *eg_json_member(const struct eg_json *object, const char *key)
{
	for (size_t i = 0; object && object->kind == EG_JSON_OBJECT && i < object->n; i++)
		if (object->v[i]->key && !strcmp(object->v[i]->key, key))
			return object->v[i];
	return NULL;
}

const char *eg_json_kind_words(enum eg_json_kind kind)
{
	static const char *const words[] = {
		[EG_JSON_NULL] = "null",     [EG_JSON_TRUTH] = "true or false", [EG_JSON_NUMBER] = "a number",
		[EG_JSON_TEXT] = "text",     [EG_JSON_LIST] = "a list",         [EG_JSON_OBJECT] = "an object",
	};

	return words[kind];
}
