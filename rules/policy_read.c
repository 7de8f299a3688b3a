/* A policy file into values, by the table of policy_keys.c. */
#include <ctype.h>
#include <stdlib.h>

#include "dotted.h"
#include "jsonc.h"
#include "policy_keys.h"
#include "python/pep508.h"
#include "strs.h"
#include "url.h"

struct reader {
	struct eg_run *run;
	struct eg_policy_file *file;
	struct eg_strs rules;
};

static enum eg_error_kind bad(struct reader *r, int line, int column, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static enum eg_error_kind bad(struct reader *r, int line, int column, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *text = eg_vstrf(r->run->arena, fmt, ap);
	va_end(ap);
	return eg_fail(r->run, EG_FORMAT, "%s:%d:%d: %s", r->file->path, line, column, text);
}

static enum eg_error_kind bad_value(struct reader *r, const struct eg_json *json, const char *wants)
{
	const char *is = json->kind == EG_JSON_TEXT || json->kind == EG_JSON_NUMBER ?
				 eg_strf(r->run->arena, "'%s'", json->text) :
				 eg_json_kind_words(json->kind);

	return bad(r, json->at_line, json->at_column, "%s%s%swants %s, not %s", json->key ? "'" : "",
		   json->key ? json->key : "", json->key ? "' " : "this ", wants, is);
}

static struct eg_policy_mark mark_of(const struct reader *r, const struct eg_json *json)
{
	return (struct eg_policy_mark){.place = r->file->place, .file = r->file->path, .line = json->line};
}

/* "'blok' is none of off, info, warn, block (did you mean 'block'?)" */
static enum eg_error_kind bad_word(struct reader *r, int line, int column, const char *word, const char *const *words,
				   size_t n, const char *what)
{
	const char *nearest = eg_nearest_word(word, words, n), *list = "";

	if (!what)
		for (size_t i = 0; i < n; i++)
			list = eg_strf(r->run->arena, "%s%s%s", list, i ? ", " : "", words[i]);
	return bad(r, line, column, "'%s' is %s%s%s%s%s", word, what ? what : "none of ", list,
		   nearest ? " (did you mean '" : "", nearest ? nearest : "", nearest ? "'?)" : "");
}

static size_t count_words(const char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

static enum eg_error_kind read_word(struct reader *r, const struct eg_json *json, const char *const *words, int *ret)
{
	size_t n = count_words(words);

	if (json->kind != EG_JSON_TEXT)
		return bad_value(r, json, eg_strf(r->run->arena, "a word like \"%s\"", words[n - 1]));
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], json->text))
			continue;
		*ret = (int)i;
		return EG_OK;
	}
	return bad_word(r, json->at_line, json->at_column, json->text, words, n, NULL);
}

static enum eg_error_kind read_count(struct reader *r, const struct eg_json *json, const struct eg_policy_field *field,
				     int *ret)
{
	char *end = NULL;
	long n = json->kind == EG_JSON_NUMBER ? strtol(json->text, &end, 10) : 0;

	if (!end || *end || n < field->min || n > field->max)
		return bad_value(r, json,
				 eg_strf(r->run->arena, "a whole number from %d to %d", field->min, field->max));
	*ret = (int)n;
	return EG_OK;
}

/* Is there such a day? */
static bool is_date(const char *s)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	static const char shape[] = "dddd-dd-dd";

	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == 'd' ? !isdigit((unsigned char)s[i]) : s[i] != shape[i])
			return false;
	int year = (int)strtol(s, NULL, 10), month = (int)strtol(s + 5, NULL, 10), day = (int)strtol(s + 8, NULL, 10);
	bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;

	return !s[sizeof(shape) - 1] && month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] &&
	       (month != 2 || day < 29 || leap);
}

static bool is_release(const char *s)
{
	return isdigit((unsigned char)*s) && strspn(s, "0123456789.") == strlen(s) && strlen(s) < 30;
}

static bool is_digest(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static bool is_https(const char *s)
{
	struct eg_url url = eg_url_split(s);

	return eg_span_is(url.scheme, "https") && url.host.n && !url.user.s;
}

static bool is_range(struct eg_arena *arena, const char *s)
{
	struct eg_specset set;
	const char *error;

	return eg_specset_parse(arena, s, strlen(s), &set, &error) && set.n;
}

static bool is_requirement(struct eg_arena *arena, const char *s)
{
	struct eg_requirement req;
	const char *error;

	return eg_requirement_parse(arena, s, strlen(s), &req, &error) && !req.url;
}

/* What a text of TYPE should have been; NULL: it is. */
static const char *text_fault(struct eg_arena *arena, enum eg_policy_type type, const char *s)
{
	switch (type) {
	case EG_POLICY_DATE:
		return is_date(s) ? NULL : "a day like \"2026-12-31\"";
	case EG_POLICY_RANGE:
		return is_range(arena, s) ? NULL : "versions like \">=2.4,<2.6\"";
	case EG_POLICY_NEEDS:
		return is_requirement(arena, s) ? NULL : "a requirement like \"torch>=2.6\"";
	case EG_POLICY_RELEASE:
		return is_release(s) ? NULL : "a version like \"0.1.0\"";
	case EG_POLICY_HTTPS:
		return is_https(s) ? NULL : "an https:// address without a password in it";
	case EG_POLICY_DIGEST:
		return is_digest(s) ? NULL : "a SHA-256 checksum: 64 digits of lower-case hex";
	default:
		return *s ? NULL : "some text";
	}
}

static enum eg_error_kind read_text(struct reader *r, const struct eg_json *json, enum eg_policy_type type,
				    const char **ret)
{
	const char *fault = text_fault(r->run->arena, type, json->kind == EG_JSON_TEXT ? json->text : "");

	if (fault)
		return bad_value(r, json, fault);
	*ret = json->text;
	return EG_OK;
}

static enum eg_error_kind read_texts(struct reader *r, const struct eg_json *json, struct eg_strs *ret)
{
	const char *text = NULL;

	if (json->kind != EG_JSON_LIST)
		return bad_value(r, json, "a list");
	for (size_t i = 0; i < json->n; i++) {
		enum eg_error_kind kind = read_text(r, json->v[i], EG_POLICY_TEXT, &text);
		if (kind)
			return kind;
		eg_vec_push(r->run->arena, ret, text);
	}
	return EG_OK;
}

/* A name of a rule, or a pattern that some rule's name matches. */
static enum eg_error_kind check_rule(struct reader *r, int line, int column, const char *rule)
{
	for (size_t i = 0; i < r->rules.n; i++)
		if (eg_glob_matches(rule, r->rules.v[i]))
			return EG_OK;
	return bad_word(r, line, column, rule, r->rules.v, r->rules.n, eg_is_glob(rule) ? "no rule's name" : "no rule");
}

static enum eg_error_kind read_kinds(struct reader *r, const struct eg_json *json, struct eg_policy_level *level)
{
	static const char *const kinds[] = {"side_effect", "request"};
	int *const to[] = {&level->side_effect, &level->request};

	for (size_t i = 0; i < json->n; i++) {
		const struct eg_json *member = json->v[i];
		int kind = !strcmp(member->key, kinds[0]) ? 0 : !strcmp(member->key, kinds[1]) ? 1 : -1;
		if (kind < 0)
			return bad_word(r, member->line, member->column, member->key, kinds, 2, NULL);
		enum eg_error_kind error = read_word(r, member, eg_policy_level_words, to[kind]);
		if (error)
			return error;
	}
	return EG_OK;
}

static enum eg_error_kind read_levels(struct reader *r, const struct eg_json *json, struct eg_policy_levels *ret)
{
	if (json->kind != EG_JSON_OBJECT)
		return bad_value(r, json, "an object: rule → level");
	for (size_t i = 0; i < json->n; i++) {
		const struct eg_json *member = json->v[i];
		struct eg_policy_level level = {.mark = mark_of(r, member), .rule = member->key, .side_effect = -1,
						.request = -1, .least_side_effect = -1, .least_request = -1};
		enum eg_error_kind kind = check_rule(r, member->line, member->column, member->key);
		if (!kind && member->kind == EG_JSON_OBJECT)
			kind = read_kinds(r, member, &level);
		else if (!kind)
			kind = read_word(r, member, eg_policy_level_words, &level.side_effect);
		if (kind)
			return kind;
		if (member->kind != EG_JSON_OBJECT)
			level.request = level.side_effect;
		eg_vec_push(r->run->arena, ret, level);
	}
	return EG_OK;
}

static enum eg_error_kind read_pairs(struct reader *r, const struct eg_json *json, struct eg_policy_pairs *ret)
{
	const char *value = NULL;

	if (json->kind != EG_JSON_OBJECT)
		return bad_value(r, json, "an object: name → text");
	for (size_t i = 0; i < json->n; i++) {
		enum eg_error_kind kind = read_text(r, json->v[i], EG_POLICY_TEXT, &value);
		if (kind)
			return kind;
		eg_vec_push(r->run->arena, ret,
			    (struct eg_policy_pair){.mark = mark_of(r, json->v[i]), .name = json->v[i]->key, .value = value});
	}
	return EG_OK;
}

static enum eg_error_kind read_field(struct reader *r, const struct eg_json *json, const struct eg_policy_field *field,
				     char *bytes);

static void set_standards(const struct eg_policy_shape *shape, char *bytes)
{
	for (size_t i = 0; i < shape->n; i++)
		if (shape->fields[i].type == EG_POLICY_COUNT || shape->fields[i].type == EG_POLICY_WORD)
			*(int *)(void *)(bytes + shape->fields[i].offset) = shape->fields[i].standard;
}

static const struct eg_policy_field *field_of(const struct eg_policy_shape *shape, const char *key)
{
	for (size_t i = 0; i < shape->n; i++)
		if (!strcmp(shape->fields[i].key, key))
			return &shape->fields[i];
	return NULL;
}

static enum eg_error_kind unknown_key(struct reader *r, const struct eg_json *member, const struct eg_policy_shape *shape)
{
	struct eg_strs keys = {0};

	for (size_t i = 0; i < shape->n; i++)
		eg_vec_push(r->run->arena, &keys, shape->fields[i].key);
	return bad_word(r, member->line, member->column, member->key, keys.v, keys.n, NULL);
}

static bool has_one_of(struct eg_arena *arena, const struct eg_json *json, const char *words)
{
	bool has = !words;

	for (const char *p = words; p && *p; p += strcspn(p, " ") + (p[strcspn(p, " ")] == ' '))
		has = has || eg_json_member(json, eg_strndup(arena, p, strcspn(p, " ")));
	return has;
}

static enum eg_error_kind read_object(struct reader *r, const struct eg_json *json, const struct eg_policy_shape *shape,
				      char *bytes)
{
	*(struct eg_policy_mark *)(void *)bytes = mark_of(r, json);
	set_standards(shape, bytes);
	if (json->kind != EG_JSON_OBJECT)
		return bad_value(r, json, "an object");
	for (size_t i = 0; i < json->n; i++) {
		const struct eg_policy_field *field = field_of(shape, json->v[i]->key);
		enum eg_error_kind kind = field ? read_field(r, json->v[i], field, bytes) :
						  unknown_key(r, json->v[i], shape);
		if (kind)
			return kind;
	}
	for (size_t i = 0; i < shape->n; i++)
		if (shape->fields[i].required && !eg_json_member(json, shape->fields[i].key))
			return bad(r, json->at_line, json->at_column, "'%s' is missing here", shape->fields[i].key);
	if (!has_one_of(r->run->arena, json, shape->one_of))
		return bad(r, json->at_line, json->at_column, "one of these is missing here: %s", shape->one_of);
	return EG_OK;
}

/* One more in the vector at VEC, whose items are of SHAPE. */
static enum eg_error_kind read_item(struct reader *r, const struct eg_json *json, const struct eg_policy_field *field,
				    void *vec)
{
	struct bytes {
		char *v;
		size_t n, cap;
	} *items = vec;
	size_t size = field->shape->size;
	const struct eg_policy_field *first = &field->shape->fields[0];

	if (items->n == items->cap) {
		size_t cap = items->cap ? 2 * items->cap : 4;
		items->v = eg_realloc(r->run->arena, items->v, items->cap * size, cap * size);
		items->cap = cap;
	}
	char *item = items->v + items->n++ * size;
	memset(item, 0, size);
	if (!field->brief || json->kind != EG_JSON_TEXT)
		return read_object(r, json, field->shape, item);
	*(struct eg_policy_mark *)(void *)item = mark_of(r, json);
	set_standards(field->shape, item);
	return read_text(r, json, first->type, (const char **)(void *)(item + first->offset));
}

static enum eg_error_kind read_list(struct reader *r, const struct eg_json *json, const struct eg_policy_field *field,
				    void *vec)
{
	if (json->kind != EG_JSON_LIST)
		return bad_value(r, json, "a list");
	for (size_t i = 0; i < json->n; i++) {
		enum eg_error_kind kind = read_item(r, json->v[i], field, vec);
		if (kind)
			return kind;
	}
	return EG_OK;
}

static enum eg_error_kind read_field(struct reader *r, const struct eg_json *json, const struct eg_policy_field *field,
				     char *bytes)
{
	void *to = bytes + field->offset;

	switch (field->type) {
	case EG_POLICY_WORD:
		return read_word(r, json, field->words, to);
	case EG_POLICY_COUNT:
		return read_count(r, json, field, to);
	case EG_POLICY_TRUTH:
		*(bool *)to = json->truth;
		return json->kind == EG_JSON_TRUTH ? EG_OK : bad_value(r, json, "true or false");
	case EG_POLICY_TEXTS:
		return read_texts(r, json, to);
	case EG_POLICY_OBJECT:
		return read_item(r, json, field, to);
	case EG_POLICY_LIST:
		return read_list(r, json, field, to);
	case EG_POLICY_LEVELS:
		return read_levels(r, json, to);
	case EG_POLICY_PAIRS:
		return read_pairs(r, json, to);
	default:
		return read_text(r, json, field->type, (const char **)to);
	}
}

/* First of all: a newer envguard's file may hold what this one does not know. */
static enum eg_error_kind check_release(struct reader *r, const struct eg_json *root, const char *envguard)
{
	const struct eg_json *json = eg_json_member(root, "minimum_envguard");
	const char *minimum = NULL;
	enum eg_error_kind kind = json ? read_text(r, json, EG_POLICY_RELEASE, &minimum) : EG_OK;

	if (!kind && minimum && eg_dotted_compare(envguard, minimum) < 0)
		kind = bad(r, json->at_line, json->at_column, "asks for envguard %s or newer, and this is %s", minimum,
			   envguard);
	return kind;
}

/* "rules", "rules.numpy-abi", "*" */
static enum eg_error_kind check_enforced(struct reader *r, const struct eg_json *list)
{
	static const char rules[] = "rules.";
	struct eg_strs keys = {0};

	for (size_t i = 0; i < EG_N_POLICY_KEYS; i++)
		eg_vec_push(r->run->arena, &keys, eg_policy_keys[i].field.key);
	for (size_t i = 0; list && i < list->n; i++) {
		const struct eg_json *item = list->v[i];
		enum eg_error_kind kind = EG_OK;
		if (!strncmp(item->text, rules, sizeof(rules) - 1))
			kind = check_rule(r, item->at_line, item->at_column, item->text + sizeof(rules) - 1);
		else if (strcmp(item->text, "*") && !eg_strs_has(&keys, item->text))
			kind = bad_word(r, item->at_line, item->at_column, item->text, keys.v, keys.n, "no key");
		if (kind)
			return kind;
	}
	return EG_OK;
}

static enum eg_error_kind check_exceptions(struct reader *r, const struct eg_json *list)
{
	for (size_t i = 0; list && i < list->n; i++) {
		const struct eg_json *rule = eg_json_member(list->v[i], "rule");
		enum eg_error_kind kind = check_rule(r, rule->at_line, rule->at_column, rule->text);
		if (kind)
			return kind;
	}
	return EG_OK;
}

static enum eg_error_kind read_keys(struct reader *r, const struct eg_json *root)
{
	for (size_t i = 0; i < root->n; i++) {
		int key = eg_policy_key_of(root->v[i]->key);
		struct eg_strs keys = {0};
		if (key < 0) {
			for (size_t k = 0; k < EG_N_POLICY_KEYS; k++)
				eg_vec_push(r->run->arena, &keys, eg_policy_keys[k].field.key);
			return bad_word(r, root->v[i]->line, root->v[i]->column, root->v[i]->key, keys.v, keys.n,
					"no key of a policy");
		}
		r->file->marks[key] = mark_of(r, root->v[i]);
		enum eg_error_kind kind =
			read_field(r, root->v[i], &eg_policy_keys[key].field, (char *)&r->file->values);
		if (kind)
			return kind;
	}
	return EG_OK;
}

enum eg_error_kind eg_policy_read(struct eg_run *run, char *text, size_t n, const char *envguard,
				  struct eg_policy_file *file)
{
	struct reader r = {.run = run, .file = file, .rules = eg_policy_rule_ids(run->arena)};
	struct eg_json_fault fault;
	const struct eg_json *root = eg_jsonc_parse(run->arena, text, n, &fault);

	if (!root)
		return bad(&r, fault.line, fault.column, "%s", fault.message);
	if (root->kind != EG_JSON_OBJECT)
		return bad(&r, root->at_line, root->at_column, "a policy is an object: { … }");
	enum eg_error_kind kind = check_release(&r, root, envguard);
	if (!kind)
		kind = read_keys(&r, root);
	if (!kind)
		kind = check_enforced(&r, eg_json_member(root, "enforce"));
	if (!kind)
		kind = check_exceptions(&r, eg_json_member(root, "exceptions"));
	return kind;
}
