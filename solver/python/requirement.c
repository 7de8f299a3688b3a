#include "marker.h"

#include "ascii.h"
#include "ceilings.h"
#include "pep440_private.h"

#include <stdlib.h>

/* As packaging/_parser.py, which pip follows since 24.1; before, blanks were freer and legacy specifiers allowed. */

char *eg_normalize(struct eg_arena *arena, const char *name, size_t n)
{
	char *out = eg_alloc(arena, n + 1), *o = out;

	for (size_t i = 0; i < n; i++) {
		bool run = name[i] == '-' || name[i] == '_' || name[i] == '.';

		if (!run)
			*o++ = to_lower(name[i]);
		else if (i + 1 == n || (name[i + 1] != '-' && name[i + 1] != '_' && name[i + 1] != '.'))
			*o++ = '-';
	}
	return out;
}

struct input {
	struct eg_arena *arena;
	const char *p, *end;
	const char *error;
	bool legacy;
};

static bool failed(struct input *in, const char *error)
{
	in->error = error;
	return false;
}

static void skip_blanks(struct input *in)
{
	while (in->p < in->end && (in->legacy ? is_blank(*in->p) : *in->p == ' ' || *in->p == '\t'))
		in->p++;
}

static bool at(const struct input *in, char c)
{
	return in->p < in->end && *in->p == c;
}

static bool accept(struct input *in, char c)
{
	if (!at(in, c))
		return false;
	in->p++;
	return true;
}

/* \b[a-zA-Z0-9][a-zA-Z0-9._-]*\b */
static bool scan_identifier(struct input *in, const char **ret, size_t *ret_n)
{
	const char *start = in->p, *q = start;

	if (q == in->end || !is_alnum(*q))
		return false;
	while (q < in->end && (is_alnum(*q) || *q == '.' || *q == '_' || *q == '-'))
		q++;
	if (q < in->end && (unsigned char)*q >= 0x80)
		return false;
	while (q[-1] == '.' || q[-1] == '-')
		q--;
	*ret = start;
	*ret_n = (size_t)(q - start);
	in->p = q;
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool parse_extras(struct input *in, struct eg_requirement *req)
{
	struct eg_strs extras = {0};
	const char *name;
	size_t n;

	if (!accept(in, '['))
		return true;
	skip_blanks(in);
	if (scan_identifier(in, &name, &n)) {
		eg_vec_push(in->arena, &extras, eg_normalize(in->arena, name, n));
		for (;;) {
			skip_blanks(in);
			if (!accept(in, ','))
				break;
			skip_blanks(in);
			if (!scan_identifier(in, &name, &n))
				return failed(in, "expected extra name after comma");
			if (extras.n == EG_MAX_EXTRAS)
				return failed(in, "too many extras");
			eg_vec_push(in->arena, &extras, eg_normalize(in->arena, name, n));
		}
	}
	if (!accept(in, ']'))
		return failed(in, "expected ',' or ']' after extras");
	if (!extras.n)
		return true;
	qsort(extras.v, extras.n, sizeof(*extras.v), by_name);
	for (size_t i = 0; i < extras.n; i++)
		if (!req->n_extras || strcmp(extras.v[req->n_extras - 1], extras.v[i]))
			extras.v[req->n_extras++] = extras.v[i];
	req->extras = extras.v;
	return true;
}

/* VERSION_PEP440 ^ VERSION_LEGACY of packaging 21.3: whichever takes more. */
static bool scan_one_legacy(struct input *in, struct eg_specifier *ret)
{
	const char *strict = in->p, *legacy = in->p, *error;
	struct eg_specifier spec;
	bool is_strict = eg_specifier_scan(in->arena, &strict, in->end, ret, &error);

	if (eg_legacy_scan(in->arena, &legacy, in->end, &spec) && (!is_strict || legacy > strict)) {
		*ret = spec;
		in->p = legacy;
		return true;
	}
	in->p = is_strict ? strict : in->p;
	return is_strict || failed(in, "expected a version specifier");
}

static bool scan_legacy(struct input *in, struct eg_specset *ret)
{
	EG_VEC(struct eg_specifier) list = {0};
	enum eg_op op;

	if (!eg_op_scan(in->p, in->end, &op))
		return true;
	do {
		struct eg_specifier spec = {0};

		skip_blanks(in);
		if (list.n == EG_MAX_SPECIFIERS)
			return failed(in, "too many version specifiers");
		if (!scan_one_legacy(in, &spec))
			return false;
		eg_vec_push(in->arena, &list, spec);
		skip_blanks(in);
	} while (accept(in, ','));
	*ret = (struct eg_specset){list.v, list.n};
	return true;
}

static bool parse_specifier(struct input *in, struct eg_requirement *req)
{
	bool parenthesis = accept(in, '(');

	skip_blanks(in);
	if (!(in->legacy ? scan_legacy(in, &req->spec)
			 : eg_specset_scan(in->arena, &in->p, in->end, &req->spec, &in->error)))
		return false;
	skip_blanks(in);
	if (parenthesis && !accept(in, ')'))
		return failed(in, "expected matching ')' after version specifier");
	skip_blanks(in);
	return true;
}

/* The URL ends at a blank, and only behind one there can be a marker. */
static bool parse_url(struct input *in, struct eg_requirement *req)
{
	skip_blanks(in);
	const char *start = in->p;
	while (in->p < in->end && *in->p != ' ' && *in->p != '\t')
		in->p++;
	if (in->p == start)
		return failed(in, "expected URL after @");
	req->url = eg_strndup(in->arena, start, (size_t)(in->p - start));
	skip_blanks(in);
	return true;
}

static bool parse_requirement(struct input *in, struct eg_requirement *req)
{
	const char *name;
	size_t n;

	skip_blanks(in);
	if (!scan_identifier(in, &name, &n) || n > EG_MAX_NAME)
		return failed(in, "expected package name at the start of dependency specifier");
	req->name = eg_strndup(in->arena, name, n);
	req->project = eg_normalize(in->arena, name, n);
	skip_blanks(in);
	if (!parse_extras(in, req))
		return false;
	skip_blanks(in);
	if (!(accept(in, '@') ? parse_url(in, req) : parse_specifier(in, req)))
		return false;
	if (in->p == in->end)
		return true;
	if (!accept(in, ';'))
		return failed(in, req->url      ? "expected semicolon (after URL and whitespace) or end"
				  : req->spec.n ? "expected comma (within version specifier), semicolon or end"
						: "expected semicolon (after name with no version specifier) or end");
	if (!eg_marker_scan(in->arena, &in->p, in->end, &req->marker, &in->error))
		return false;
	return in->p == in->end || failed(in, "expected end of dependency specifier");
}

static bool parse(struct input in, struct eg_requirement *ret, const char **ret_error)
{
	const char *start = in.p;
	struct eg_requirement req = {0};

	if (start < in.end && memchr(start, '\0', (size_t)(in.end - start))) { /* a URL would end there */
		*ret_error = "a NUL byte";
		return false;
	}
	if (!parse_requirement(&in, &req)) {
		int left = (int)(in.end - in.p < 40 ? in.end - in.p : 40);

		*ret_error = eg_strf(in.arena, "%s, at '%.*s'", in.error, left, in.p);
		return false;
	}
	req.text = eg_strndup(in.arena, start, (size_t)(in.end - start));
	*ret = req;
	return true;
}

bool eg_requirement_parse(struct eg_arena *arena, const char *s, size_t n, struct eg_requirement *ret,
			  const char **ret_error)
{
	return parse((struct input){.arena = arena, .p = s, .end = s + n}, ret, ret_error);
}

bool eg_requirement_parse_legacy(struct eg_arena *arena, const char *s, size_t n, struct eg_requirement *ret)
{
	const char *error;
	char *flat = eg_strndup(arena, s, n);

	for (char *c = flat; c < flat + n; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	return parse((struct input){.arena = arena, .p = flat, .end = flat + n, .legacy = true}, ret, &error);
}

char *eg_requirement_text(struct eg_arena *arena, const struct eg_requirement *req)
{
	size_t n = strlen(req->name) + 3;

	for (size_t i = 0; i < req->n_extras; i++)
		n += strlen(req->extras[i]) + 1;
	char *named = eg_alloc(arena, n), *out = stpcpy(named, req->name);
	for (size_t i = 0; i < req->n_extras; i++)
		out = stpcpy(stpcpy(out, i ? "," : "["), req->extras[i]);
	if (req->n_extras)
		stpcpy(out, "]");
	if (req->url)
		return eg_strf(arena, "%s @ %s", named, req->url);
	return eg_strf(arena, "%s%s", named, eg_specset_text(arena, &req->spec));
}
