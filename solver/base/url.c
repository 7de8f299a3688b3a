#include "url.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>

bool eg_span_is(struct eg_span span, const char *lower)
{
	return span.s && strlen(lower) == span.n && !strncasecmp(span.s, lower, span.n);
}

char *eg_span_dup(struct eg_arena *arena, struct eg_span span)
{
	return eg_strndup(arena, span.s ? span.s : "", span.n);
}

/* Up to the first byte that is in STOP; *p moves there. */
static struct eg_span take(const char **p, const char *stop)
{
	struct eg_span span = {*p, strcspn(*p, stop)};

	*p += span.n;
	return span;
}

static size_t scheme_length(const char *url)
{
	size_t n = 0;

	if (!isalpha((unsigned char)*url))
		return 0;
	while (isalnum((unsigned char)url[n]) || (url[n] && strchr("+-.", url[n])))
		n++;
	return url[n] == ':' ? n : 0;
}

static const char *last(struct eg_span span, char c)
{
	return span.n ? memrchr(span.s, c, span.n) : NULL;
}

/* The last "@" ends the user: passwords with an unquoted one are seen, and must not be shown. */
static void split_authority(struct eg_url *url)
{
	struct eg_span rest = url->authority;
	const char *at = last(rest, '@');

	if (at) {
		const char *colon = memchr(rest.s, ':', (size_t)(at - rest.s));

		url->user = (struct eg_span){rest.s, (size_t)((colon ? colon : at) - rest.s)};
		if (colon)
			url->password = (struct eg_span){colon + 1, (size_t)(at - colon - 1)};
		rest = (struct eg_span){at + 1, (size_t)(rest.s + rest.n - at - 1)};
	}
	const char *bracket = rest.n && *rest.s == '[' ? memchr(rest.s, ']', rest.n) : NULL;
	const char *colon = last(rest, ':');
	if (colon && (!bracket || colon > bracket)) {
		url->port = (struct eg_span){colon + 1, (size_t)(rest.s + rest.n - colon - 1)};
		rest.n = (size_t)(colon - rest.s);
	}
	url->host = bracket ? (struct eg_span){rest.s + 1, (size_t)(bracket - rest.s - 1)} : rest;
}

struct eg_url eg_url_split(const char *s)
{
	struct eg_url url = {0};
	size_t n = scheme_length(s);

	if (n) {
		url.scheme = (struct eg_span){s, n};
		s += n + 1;
	}
	if (s[0] == '/' && s[1] == '/') {
		s += 2;
		url.authority = take(&s, "/?#");
		split_authority(&url);
	}
	url.path = take(&s, "?#");
	if (*s == '?') {
		s++;
		url.query = take(&s, "#");
	}
	if (*s == '#')
		url.fragment = (struct eg_span){s + 1, strlen(s + 1)};
	return url;
}

static char *put(char *out, const char *s, size_t n)
{
	if (n)
		memcpy(out, s, n);
	return out + n;
}

static char *put_span(char *out, const char *before, struct eg_span span, const char *after)
{
	if (!span.s)
		return out;
	out = put(out, before, strlen(before));
	out = put(out, span.s, span.n);
	return put(out, after, strlen(after));
}

/* RFC 3986, 5.3 */
static char *compose(struct eg_arena *arena, const struct eg_url *url)
{
	char *s = eg_alloc(arena, url->scheme.n + url->authority.n + url->path.n + url->query.n + url->fragment.n + 6);
	char *out = put_span(s, "", url->scheme, ":");

	out = put_span(out, "//", url->authority, "");
	out = put_span(out, "", url->path, "");
	out = put_span(out, "?", url->query, "");
	put_span(out, "#", url->fragment, "");
	return s;
}

static void drop_user(struct eg_url *url)
{
	const char *at = last(url->authority, '@');

	if (at)
		url->authority = (struct eg_span){at + 1, (size_t)(url->authority.s + url->authority.n - at - 1)};
}

char *eg_url_public(struct eg_arena *arena, const char *s)
{
	struct eg_url url = eg_url_split(s);

	drop_user(&url);
	return compose(arena, &url);
}

char *eg_url_wire(struct eg_arena *arena, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";
	struct eg_url url = eg_url_split(s);

	drop_user(&url);
	url.fragment = (struct eg_span){0};
	char *plain = compose(arena, &url), *wire = eg_alloc(arena, 3 * strlen(plain) + 1), *out = wire;
	for (const unsigned char *p = (const unsigned char *)plain; *p; p++) {
		if (*p > ' ' && *p < 0x7f) {
			*out++ = (char)*p;
			continue;
		}
		*out++ = '%';
		*out++ = hex[*p >> 4];
		*out++ = hex[*p & 15];
	}
	return wire;
}

char *eg_url_origin(struct eg_arena *arena, const char *s)
{
	struct eg_url url = eg_url_split(s);
	const char *port = eg_span_is(url.scheme, "https") ? ":443" : eg_span_is(url.scheme, "http") ? ":80" : "";
	const char *brackets = url.host.n && memchr(url.host.s, ':', url.host.n) ? "[]" : "";

	if (url.port.n)
		port = eg_strf(arena, ":%.*s", (int)url.port.n, url.port.s);
	char *origin = eg_strf(arena, "%s://%.1s%s%s%s", eg_span_dup(arena, url.scheme), brackets,
			       eg_span_dup(arena, url.host), *brackets ? brackets + 1 : "", port);
	for (char *p = origin; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return origin;
}

bool eg_url_is_upgrade(struct eg_arena *arena, const char *from, const char *to)
{
	const char *a = eg_url_origin(arena, from), *b = eg_url_origin(arena, to);
	size_t n = strlen(a), m = strlen(b), host = n - strlen("http://") - strlen(":80");

	return !strncmp(a, "http://", 7) && !strcmp(a + n - 3, ":80") && !strncmp(b, "https://", 8) && m == n + 2 &&
	       !strcmp(b + m - 4, ":443") && !strncmp(a + 7, b + 8, host);
}

/* RFC 3986, 5.2.4, in place: the output never overtakes the input. */
static struct eg_span remove_dots(char *path)
{
	const char *in = path;
	char *out = path;

	while (*in) {
		if (!strncmp(in, "../", 3)) {
			in += 3;
		} else if (!strncmp(in, "./", 2)) {
			in += 2;
		} else if (!strncmp(in, "/./", 3)) {
			in += 2;
		} else if (!strcmp(in, "/.")) {
			in = "/";
		} else if (!strncmp(in, "/../", 4) || !strcmp(in, "/..")) {
			in = in[3] ? in + 3 : "/";
			while (out > path && *--out != '/')
				;
		} else if (!strcmp(in, ".") || !strcmp(in, "..")) {
			break;
		} else {
			size_t n = 1 + strcspn(in + 1, "/");
			memmove(out, in, n);
			out += n;
			in += n;
		}
	}
	return (struct eg_span){path, (size_t)(out - path)};
}

/* RFC 3986, 5.2.3 */
static char *merge(struct eg_arena *arena, const struct eg_url *base, struct eg_span path)
{
	const char *slash = last(base->path, '/');
	size_t kept = slash ? (size_t)(slash + 1 - base->path.s) : 0;
	char *s = eg_alloc(arena, kept + path.n + 2), *out = s;

	if (base->authority.s && !base->path.n)
		*out++ = '/';
	out = put(out, base->path.s, kept);
	put(out, path.s, path.n);
	return s;
}

/* RFC 3986, 5.2.2 */
char *eg_url_join(struct eg_arena *arena, const char *base_text, const char *ref_text)
{
	struct eg_url base = eg_url_split(base_text), url = eg_url_split(ref_text);

	if (url.scheme.s) {
		url.path = remove_dots(eg_span_dup(arena, url.path));
		return compose(arena, &url);
	}
	url.scheme = base.scheme;
	if (url.authority.s) {
		url.path = remove_dots(eg_span_dup(arena, url.path));
		return compose(arena, &url);
	}
	url.authority = base.authority;
	if (!url.path.n) {
		url.path = base.path;
		if (!url.query.s)
			url.query = base.query;
	} else if (*url.path.s == '/') {
		url.path = remove_dots(eg_span_dup(arena, url.path));
	} else {
		url.path = remove_dots(merge(arena, &base, url.path));
	}
	return compose(arena, &url);
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

char *eg_url_unquote(struct eg_arena *arena, const char *s)
{
	char *decoded = eg_alloc(arena, strlen(s) + 1), *out = decoded;

	for (; *s; s++) {
		int high = *s == '%' ? hex_digit(s[1]) : -1;
		int low = high >= 0 ? hex_digit(s[2]) : -1;

		if (low < 0 || !(high | low)) {
			*out++ = *s;
			continue;
		}
		*out++ = (char)(high << 4 | low);
		s += 2;
	}
	return decoded;
}
