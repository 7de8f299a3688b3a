#include "reqtext.h"

#include <stdlib.h>

#include "buf.h"
#include "ceilings.h"

/* The length of the white space character (str.isspace) at S; 0: none. */
static size_t space_length(const char *s)
{
	static const char *const wide[] = {
		"\xc2\x85", "\xc2\xa0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
		"\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000",
	};
	unsigned char c = (unsigned char)*s;

	if ((c >= 9 && c <= 13) || (c >= 28 && c <= 32))
		return 1;
	for (size_t i = 0; c >= 0x80 && i < sizeof(wide) / sizeof(*wide); i++)
		if (!strncmp(s, wide[i], strlen(wide[i])))
			return strlen(wide[i]);
	return 0;
}

/* The length of the line end (str.splitlines) at S; 0: none. */
static size_t newline_length(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	if (*p == '\r' && p[1] == '\n')
		return 2;
	if ((*p >= 10 && *p <= 13) || (*p >= 28 && *p <= 30))
		return 1;
	if (p[0] == 0xc2 && p[1] == 0x85)
		return 2;
	return p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9) ? 3 : 0;
}

/* Where the white space before END, not further back than S, begins. */
static const char *before_space(const char *s, const char *end)
{
	for (;;) {
		size_t n = 1;

		while (n <= 3 && (size_t)(end - s) >= n && space_length(end - n) != n)
			n++;
		if (n > 3 || (size_t)(end - s) < n)
			return end;
		end -= n;
	}
}

/* "(^|\s+)#.*$": where it begins in the N bytes of LINE; NULL: no comment. */
static const char *find_comment(const char *line, size_t n)
{
	for (const char *p = line; (p = memchr(p, '#', n - (size_t)(p - line))); p++) {
		const char *space = before_space(line, p);

		if (p == line || space < p)
			return space;
	}
	return NULL;
}

/* ${NAME} with NAME of A-Z, 0-9 and _, as pip's ENV_VAR_RE; its length, 0: none here. */
static size_t variable_length(const char *p)
{
	if (p[0] != '$' || p[1] != '{')
		return 0;
	size_t n = strspn(p + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
	return n && p[2 + n] == '}' ? n + 3 : 0;
}

static bool replace_all(struct eg_arena *arena, const char **line, const char *what, const char *by)
{
	struct eg_buf out = {.max = EG_MAX_REQUIREMENTS};
	size_t n = strlen(what);

	for (const char *p = *line, *hit;; p = hit + n) {
		hit = strstr(p, what);
		eg_buf_add(&out, p, hit ? (size_t)(hit - p) : strlen(p));
		if (!hit)
			break;
		eg_buf_puts(&out, by);
	}
	bool fits = !out.overflow;
	if (fits)
		*line = eg_strndup(arena, out.s ? out.s : "", out.n);
	eg_buf_free(&out);
	return fits;
}

/* As pip does, the variables that the line names as written are replaced, wherever they then stand. */
static bool expand(struct eg_arena *arena, const char **line)
{
	for (const char *p = *line; (p = strchr(p, '$')); p++) {
		size_t n = variable_length(p);
		const char *value = n ? getenv(eg_strndup(arena, p + 2, n - 3)) : NULL;

		if (value && *value && !replace_all(arena, line, eg_strndup(arena, p, n), value))
			return false;
	}
	return true;
}

/* One logical line: comment and surrounding white space off, variables in. */
static enum eg_error_kind add_line(struct eg_run *run, const char *name, const char *s, size_t n, size_t number,
				   struct eg_text_lines *ret)
{
	const char *end = find_comment(s, n), *line;

	end = before_space(s, end ? end : s + n);
	while (s < end && space_length(s))
		s += space_length(s);
	if (s >= end)
		return EG_OK;
	line = eg_strndup(run->arena, s, (size_t)(end - s));
	if (!expand(run->arena, &line))
		return eg_fail(run, EG_LIMIT, "cannot read '%s', line %zu: too long with its variables set", name,
			       number);
	eg_vec_push(run->arena, ret, (struct eg_text_line){.text = line, .number = number});
	return EG_OK;
}

/* Does the line go on in the next one (join_lines)? A line that is all comment does not. */
static bool continues(const char *line, size_t n)
{
	if (!n || line[n - 1] != '\\')
		return false;
	const char *comment = find_comment(line, n);
	return comment != line;
}

static void strip_backslashes(const char **line, size_t *n)
{
	while (*n && (*line)[*n - 1] == '\\')
		--*n;
	while (*n && **line == '\\')
		++*line, --*n;
}

enum eg_error_kind eg_reqtext_lines(struct eg_run *run, const char *name, const char *bytes, size_t n,
				    struct eg_text_lines *ret)
{
	struct eg_buf joined = {.max = 4 * EG_MAX_REQUIREMENTS};
	const char *text, *end;
	size_t number = 0, first = 0;

	enum eg_error_kind error = eg_reqtext_decode(run, name, bytes, n, &text, &n);
	if (error)
		return error;
	/* space_length and newline_length look up to two bytes ahead: NUL-terminated */
	text = eg_strndup(run->arena, text, n);
	end = text + n;
	while (!error && text < end) {
		const char *line = text;

		while (text < end && !newline_length(text))
			text++;
		size_t length = (size_t)(text - line);
		text += newline_length(text);
		number++;
		if (!first)
			first = number;
		bool more = continues(line, length);
		if (more)
			strip_backslashes(&line, &length);
		else if (find_comment(line, length) == line)
			eg_buf_puts(&joined, " "); /* so that it is a comment still when joined */
		eg_buf_add(&joined, line, length);
		if (more && text < end)
			continue;
		error = add_line(run, name, joined.s ? joined.s : "", joined.n, first, ret);
		joined.n = 0;
		first = 0;
	}
	eg_buf_free(&joined);
	return error;
}
