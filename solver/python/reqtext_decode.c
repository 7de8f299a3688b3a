#include "reqtext.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#include "buf.h"
#include "ceilings.h"
#include "utf8.h"

static size_t line_of(const char *bytes, size_t at)
{
	size_t line = 1;

	for (size_t i = 0; i < at; i++)
		line += bytes[i] == '\n';
	return line;
}

static enum eg_error_kind convert(struct eg_run *run, const char *name, const char *encoding, const char *bytes,
				  size_t n, const char **ret, size_t *ret_n)
{
	struct eg_buf out = {.max = 4 * EG_MAX_REQUIREMENTS};
	char *in = (char *)(uintptr_t)bytes; /* iconv's signature; it does not write there */
	enum eg_error_kind error = EG_OK;

	iconv_t cd = iconv_open("UTF-8", encoding);
	if (cd == (iconv_t)-1)
		return eg_fail(run, EG_FORMAT, "cannot decode '%s': unknown encoding '%s'", name, encoding);
	while (n && !error) {
		char chunk[4096], *to = chunk;
		size_t room = sizeof(chunk);
		size_t rc = iconv(cd, &in, &n, &to, &room);

		if (!eg_buf_add(&out, chunk, (size_t)(to - chunk)))
			error = eg_fail(run, EG_LIMIT, "cannot read '%s': larger than %zu bytes", name, out.max);
		else if (rc == (size_t)-1 && errno != E2BIG)
			error = eg_fail(run, EG_FORMAT, "cannot decode '%s' as %s: invalid byte on line %zu", name,
					encoding, line_of(bytes, (size_t)(in - bytes)));
	}
	iconv_close(cd);
	if (!error) {
		*ret = eg_strndup(run->arena, out.s ? out.s : "", out.n);
		*ret_n = out.n;
	}
	eg_buf_free(&out);
	return error;
}

/* PEP 263: "coding[:=]\s*([-\w.]+)" in a comment that begins one of the first two lines; NULL: none. */
static const char *declared_encoding(struct eg_arena *arena, const char *bytes, size_t n)
{
	for (int line = 0; line < 2 && n; line++) {
		const char *end = memchr(bytes, '\n', n);
		size_t length = end ? (size_t)(end - bytes) : n;

		for (const char *p = bytes;
		     *bytes == '#' && (p = memmem(p, length - (size_t)(p - bytes), "coding", 6));) {
			const char *stop = bytes + length;

			p += 6;
			if (p == stop || (*p != ':' && *p != '='))
				continue;
			for (p++; p < stop && isspace((unsigned char)*p);)
				p++;
			const char *word = p;
			while (p < stop && (isalnum((unsigned char)*p) || strchr("-_.", *p)))
				p++;
			if (p > word)
				return eg_strndup(arena, word, (size_t)(p - word));
		}
		if (!end)
			return NULL;
		n -= length + 1;
		bytes = end + 1;
	}
	return NULL;
}

/* Python's names for encodings in iconv's words. */
static const char *iconv_name(struct eg_arena *arena, const char *encoding)
{
	char *name = eg_strdup(arena, encoding);

	for (char *p = name; *p; p++)
		*p = *p == '_' ? '-' : (char)tolower((unsigned char)*p);
	if (!strcmp(name, "latin-1") || !strcmp(name, "iso8859-1"))
		return "iso-8859-1";
	if (!strcmp(name, "utf-8-sig") || !strcmp(name, "utf8") || !strcmp(name, "u8"))
		return "utf-8";
	return name;
}

static const char *locale_encoding(struct eg_arena *arena)
{
	static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(variables[i]);

		if (!value || !*value)
			continue;
		const char *dot = strchr(value, '.');
		return dot ? iconv_name(arena, eg_strndup(arena, dot + 1, strcspn(dot + 1, "@"))) : "utf-8";
	}
	return "utf-8";
}

static enum eg_error_kind as_utf8(struct eg_run *run, const char *name, const char *bytes, size_t n, const char **ret,
				  size_t *ret_n)
{
	size_t good = eg_utf8_length(bytes, n);

	if (good < n)
		return eg_fail(run, EG_FORMAT, "cannot decode '%s' as utf-8: invalid byte on line %zu", name,
			       line_of(bytes, good));
	*ret = bytes;
	*ret_n = n;
	return EG_OK;
}

static enum eg_error_kind decode(struct eg_run *run, const char *name, const char *bytes, size_t n, const char **ret,
				 size_t *ret_n)
{
	static const struct {
		const char *mark;
		size_t n;
		const char *encoding;
	} marks[] = {
		{"\xef\xbb\xbf", 3, NULL},   {"\xff\xfe\0\0", 4, "UTF-32LE"}, {"\0\0\xfe\xff", 4, "UTF-32BE"},
		{"\xff\xfe", 2, "UTF-16LE"}, {"\xfe\xff", 2, "UTF-16BE"},
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (n < marks[i].n || memcmp(bytes, marks[i].mark, marks[i].n))
			continue;
		bytes += marks[i].n;
		n -= marks[i].n;
		return marks[i].encoding ? convert(run, name, marks[i].encoding, bytes, n, ret, ret_n)
					 : as_utf8(run, name, bytes, n, ret, ret_n);
	}
	const char *declared = declared_encoding(run->arena, bytes, n);
	if (declared) {
		const char *encoding = iconv_name(run->arena, declared);
		return strcmp(encoding, "utf-8") ? convert(run, name, encoding, bytes, n, ret, ret_n)
						 : as_utf8(run, name, bytes, n, ret, ret_n);
	}
	if (eg_utf8_length(bytes, n) == n || !strcmp(locale_encoding(run->arena), "utf-8"))
		return as_utf8(run, name, bytes, n, ret, ret_n);
	return convert(run, name, locale_encoding(run->arena), bytes, n, ret, ret_n);
}

enum eg_error_kind eg_reqtext_decode(struct eg_run *run, const char *name, const char *bytes, size_t n,
				     const char **ret, size_t *ret_n)
{
	const char *text;
	size_t length;

	enum eg_error_kind error = decode(run, name, bytes, n, &text, &length);
	if (error)
		return error;
	const char *nul = memchr(text, 0, length);
	if (nul)
		return eg_fail(run, EG_FORMAT, "cannot read '%s' as text: NUL byte on line %zu", name,
			       line_of(text, (size_t)(nul - text)));
	*ret = text;
	*ret_n = length;
	return EG_OK;
}
