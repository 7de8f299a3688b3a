/* Version specs: conda's VersionSpec, treeify and untreeify. */
#include <regex.h>
#include <string.h>

#include "ceilings.h"
#include "conda_version.h"
#include "vec.h"

enum spec_kind {
	SPEC_ANY_OF,
	SPEC_ALL_OF,
	SPEC_ANYTHING, /* "*" */
	SPEC_EQUAL,
	SPEC_UNEQUAL,
	SPEC_LESS,
	SPEC_AT_MOST,
	SPEC_MORE,
	SPEC_AT_LEAST,
	SPEC_STARTS,
	SPEC_NOT_STARTS,
	SPEC_COMPATIBLE,
	SPEC_PATTERN, /* a regular expression, or stars in the middle */
	SPEC_TEXT,    /* with an "@": the very text */
};

struct eg_conda_spec {
	enum spec_kind kind;
	const char *text;
	const struct eg_conda_version *version, *series; /* of ~=1.2.3: 1.2 */
	const char *pattern;                             /* POSIX extended */
	struct eg_conda_spec **items;
	size_t n;
};

static struct eg_conda_spec *fail(const char **ret_error, const char *why)
{
	*ret_error = why;
	return NULL;
}

static const struct operator {
	const char *text;
	enum spec_kind kind;
} operators[] = {{"==", SPEC_EQUAL}, {"!=", SPEC_UNEQUAL}, {"<=", SPEC_AT_MOST}, {">=", SPEC_AT_LEAST},
		 {"~=", SPEC_COMPATIBLE}, {"<", SPEC_LESS}, {">", SPEC_MORE}, {"=", SPEC_STARTS}};

static struct eg_conda_spec *parse_relation(struct eg_arena *arena, struct eg_conda_spec *spec, const char **ret_error)
{
	const struct operator *op = operators;
	const char *rest;

	for (; op < operators + sizeof(operators) / sizeof(*operators); op++)
		if (!strncmp(spec->text, op->text, strlen(op->text)))
			break;
	if (op == operators + sizeof(operators) / sizeof(*operators))
		return fail(ret_error, "invalid operator");
	rest = spec->text + strlen(op->text);
	if (!*rest || strchr("=<>!~", *rest) || strpbrk(rest, " \t"))
		return fail(ret_error, "invalid operator");
	spec->kind = op->kind;
	size_t n = strlen(rest);
	bool star = n > 2 && !strcmp(rest + n - 2, ".*");
	if (star && op->kind == SPEC_COMPATIBLE)
		return fail(ret_error, "invalid operator with '.*'");
	if (star && op->kind == SPEC_UNEQUAL)
		spec->kind = SPEC_NOT_STARTS;
	rest = eg_strndup(arena, rest, star ? n - 2 : n);
	spec->version = eg_conda_version_parse(arena, rest);
	if (spec->kind == SPEC_COMPATIBLE) {
		const char *dot = strrchr(rest, '.');

		spec->series = dot ? eg_conda_version_parse(arena, eg_strndup(arena, rest, (size_t)(dot - rest))) : NULL;
	}
	return spec->version ? spec : fail(ret_error, "invalid version");
}

/* "1.*.3" as a regular expression. */
static const char *pattern_of_glob(struct eg_arena *arena, const char *glob)
{
	char *pattern = eg_alloc(arena, 2 * strlen(glob) + 8), *p = pattern;

	for (p = stpcpy(p, "^("); *glob; glob++) {
		if (strchr(".+", *glob))
			*p++ = '\\';
		if (*glob == '*')
			*p++ = '.';
		*p++ = *glob;
	}
	stpcpy(p, ")$");
	return pattern;
}

static struct eg_conda_spec *parse_stars(struct eg_arena *arena, struct eg_conda_spec *spec, const char **ret_error)
{
	size_t n = strlen(spec->text), end = n;

	while (end && spec->text[end - 1] == '*')
		end--;
	if (memchr(spec->text, '*', end)) {
		spec->kind = SPEC_PATTERN;
		spec->pattern = pattern_of_glob(arena, spec->text);
		return spec;
	}
	spec->kind = SPEC_STARTS;
	if (n < 2 || spec->text[n - 2] != '.')
		spec->text = eg_strf(arena, "%.*s.*", (int)(n - 1), spec->text);
	while (end && spec->text[end - 1] == '.')
		end--;
	spec->version = eg_conda_version_parse(arena, eg_strndup(arena, spec->text, end));
	return spec->version ? spec : fail(ret_error, "invalid version");
}

static struct eg_conda_spec *parse_one(struct eg_arena *arena, const char *text, const char **ret_error)
{
	struct eg_conda_spec *spec = EG_NEW(arena, struct eg_conda_spec);
	size_t n = strlen(text);

	if (!n)
		return fail(ret_error, "an empty version");
	spec->text = text;
	if (text[0] == '^' || text[n - 1] == '$') {
		if (text[0] != '^' || text[n - 1] != '$')
			return fail(ret_error, "a regular expression begins with '^' and ends with '$'");
		spec->kind = SPEC_PATTERN;
		spec->pattern = text;
		return spec;
	}
	if (strchr("=<>!~", *text))
		return parse_relation(arena, spec, ret_error);
	if (!strcmp(text, "*")) {
		spec->kind = SPEC_ANYTHING;
		return spec;
	}
	if (strchr(text, '*'))
		return parse_stars(arena, spec, ret_error);
	spec->kind = strchr(text, '@') ? SPEC_TEXT : SPEC_EQUAL;
	spec->version = eg_conda_version_parse(arena, text);
	return spec->version || spec->kind == SPEC_TEXT ? spec : fail(ret_error, "invalid version");
}

struct parser {
	struct eg_arena *arena;
	const char *p;
	int depth;
	size_t items;
	const char *error;
};

static struct eg_conda_spec *parse_any(struct parser *parser);

static void skip_blanks(struct parser *parser)
{
	parser->p += strspn(parser->p, " \t");
}

/* VSPEC_TOKENS: a regular expression to its "$", or everything to the next of "()|,". */
static struct eg_conda_spec *parse_token(struct parser *parser)
{
	skip_blanks(parser);
	const char *s = parser->p, *dollar = *s == '^' ? strchr(s, '$') : NULL;
	size_t n = dollar ? (size_t)(dollar - s) + 1 : strcspn(s, "()|,");

	parser->p += n;
	if (++parser->items > EG_MAX_SPECIFIERS)
		return fail(&parser->error, "too many versions");
	return parse_one(parser->arena, eg_strip(parser->arena, s, n), &parser->error);
}

static struct eg_conda_spec *parse_group(struct parser *parser)
{
	skip_blanks(parser);
	if (*parser->p != '(')
		return parse_token(parser);
	if (++parser->depth > EG_MAX_MARKER_DEPTH)
		return fail(&parser->error, "too many parentheses");
	parser->p++;
	struct eg_conda_spec *spec = parse_any(parser);
	skip_blanks(parser);
	if (spec && *parser->p != ')')
		return fail(&parser->error, "a parenthesis is not closed");
	parser->p++;
	parser->depth--;
	skip_blanks(parser);
	return spec;
}

/* Items of one operator; a single item stands for itself, an item of the same kind is taken apart. */
static struct eg_conda_spec *parse_joined(struct parser *parser, char joint, enum spec_kind kind,
					  struct eg_conda_spec *(*parse)(struct parser *))
{
	EG_VEC(struct eg_conda_spec *) items = {0};

	do {
		struct eg_conda_spec *item = parse(parser);

		if (!item)
			return NULL;
		for (size_t i = 0; item->kind == kind && i < item->n; i++)
			eg_vec_push(parser->arena, &items, item->items[i]);
		if (item->kind != kind)
			eg_vec_push(parser->arena, &items, item);
		skip_blanks(parser);
	} while (*parser->p == joint && *++parser->p);
	if (items.n == 1)
		return items.v[0];
	struct eg_conda_spec *spec = EG_NEW(parser->arena, struct eg_conda_spec);
	*spec = (struct eg_conda_spec){.kind = kind, .items = items.v, .n = items.n};
	return spec;
}

static struct eg_conda_spec *parse_all(struct parser *parser)
{
	return parse_joined(parser, ',', SPEC_ALL_OF, parse_group);
}

static struct eg_conda_spec *parse_any(struct parser *parser)
{
	return parse_joined(parser, '|', SPEC_ANY_OF, parse_all);
}

/* As conda writes it: the parentheses of what is inside are lost (VersionSpec.get_matcher hands untreeify texts). */
static const char *spell(struct eg_arena *arena, struct eg_conda_spec *spec)
{
	const char *text = "";

	if (spec->kind != SPEC_ANY_OF && spec->kind != SPEC_ALL_OF)
		return spec->text;
	for (size_t i = 0; i < spec->n; i++)
		text = eg_strf(arena, "%s%s%s", text, i ? spec->kind == SPEC_ANY_OF ? "|" : "," : "",
			       spell(arena, spec->items[i]));
	return spec->text = text;
}

struct eg_conda_spec *eg_conda_spec_parse(struct eg_arena *arena, const char *text, const char **ret_error)
{
	struct parser parser = {.arena = arena, .p = text};
	struct eg_conda_spec *spec = parse_any(&parser);

	if (spec && *parser.p)
		parser.error = "a parenthesis too many";
	if (parser.error || !spec) {
		*ret_error = parser.error ? parser.error : "no version";
		return NULL;
	}
	spell(arena, spec);
	return spec;
}

static bool match_pattern(const char *pattern, const char *version)
{
	regex_t regex;

	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	bool matches = !regexec(&regex, version, 0, NULL, 0);
	regfree(&regex);
	return matches;
}

static bool match_one(const struct eg_conda_spec *spec, const struct eg_conda_version *version, const char *text)
{
	if (spec->kind == SPEC_ANYTHING)
		return true;
	if (spec->kind == SPEC_PATTERN)
		return match_pattern(spec->pattern, text);
	if (spec->kind == SPEC_TEXT)
		return !strcmp(spec->text, text);
	if (!version)
		return false;
	int order = eg_conda_version_cmp(version, spec->version);
	switch (spec->kind) {
	case SPEC_EQUAL:
		return !order;
	case SPEC_UNEQUAL:
		return order;
	case SPEC_LESS:
		return order < 0;
	case SPEC_AT_MOST:
		return order <= 0;
	case SPEC_MORE:
		return order > 0;
	case SPEC_AT_LEAST:
		return order >= 0;
	case SPEC_STARTS:
		return eg_conda_version_starts_with(version, spec->version);
	case SPEC_NOT_STARTS:
		return !eg_conda_version_starts_with(version, spec->version);
	default:
		return order >= 0 && (!spec->series || eg_conda_version_starts_with(version, spec->series));
	}
}

static bool match(const struct eg_conda_spec *spec, const struct eg_conda_version *version, const char *text)
{
	if (spec->kind != SPEC_ANY_OF && spec->kind != SPEC_ALL_OF)
		return match_one(spec, version, text);
	bool any = spec->kind == SPEC_ANY_OF;
	for (size_t i = 0; i < spec->n; i++)
		if (match(spec->items[i], version, text) == any)
			return any;
	return !any;
}

bool eg_conda_spec_match(struct eg_arena *arena, const struct eg_conda_spec *spec, const char *version)
{
	return match(spec, eg_conda_version_parse(arena, version), version);
}

const char *eg_conda_spec_text(const struct eg_conda_spec *spec)
{
	return spec->text;
}

const char *eg_conda_spec_form(struct eg_arena *arena, const struct eg_conda_spec *spec)
{
	const char *text = "", *bare = spec->text + strspn(spec->text ? spec->text : "", "=");

	if (spec->kind == SPEC_EQUAL)
		return eg_strf(arena, "==%s", bare);
	if (spec->kind == SPEC_STARTS) {
		size_t n = strlen(bare);

		while (n && (bare[n - 1] == '*' || bare[n - 1] == '.'))
			n--;
		return eg_strf(arena, "%.*s.*", (int)n, bare);
	}
	if (spec->kind != SPEC_ANY_OF && spec->kind != SPEC_ALL_OF)
		return spec->text;
	for (size_t i = 0; i < spec->n; i++) {
		const char *item = eg_conda_spec_form(arena, spec->items[i]);
		bool group = spec->items[i]->n;

		text = eg_strf(arena, "%s%s%s%s%s", text, i ? spec->kind == SPEC_ANY_OF ? "|" : "," : "",
			       group ? "(" : "", item, group ? ")" : "");
	}
	return text;
}

size_t eg_conda_spec_size(const struct eg_conda_spec *spec)
{
	size_t size = spec->n ? spec->n - 1 : 1;

	for (size_t i = 0; i < spec->n; i++)
		size += eg_conda_spec_size(spec->items[i]);
	return size;
}

bool eg_conda_spec_has_glob(const struct eg_conda_spec *spec)
{
	bool glob = spec->kind == SPEC_PATTERN;

	for (size_t i = 0; i < spec->n && !glob; i++)
		glob = eg_conda_spec_has_glob(spec->items[i]);
	return glob;
}
