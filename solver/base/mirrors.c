#include "mirrors.h"

#include <ctype.h>

#include "url.h"

/* URL without credentials, its scheme and host in lower case (RFC 3986, 6.2.2.1). */
static char *plain(struct eg_arena *arena, const char *url)
{
	char *s = eg_url_public(arena, url);
	struct eg_url parts = eg_url_split(s);
	const char *path = parts.path.s ? parts.path.s : s;

	for (char *c = s; c < path; c++)
		*c = (char)tolower((unsigned char)*c);
	return s;
}

static char *without_slashes(struct eg_arena *arena, const char *url)
{
	size_t n = strlen(url);

	while (n && url[n - 1] == '/')
		n--;
	return eg_strndup(arena, url, n);
}

static bool is_web(const char *url)
{
	struct eg_url parts = eg_url_split(url);

	return parts.host.n && (eg_span_is(parts.scheme, "https") || eg_span_is(parts.scheme, "http"));
}

static bool is_file(const char *url)
{
	struct eg_url parts = eg_url_split(url);

	return eg_span_is(parts.scheme, "file") && (!parts.host.n || eg_span_is(parts.host, "localhost")) &&
	       parts.path.n && *parts.path.s == '/';
}

/* The "=" before the second address: the first may have one in itself. */
static const char *middle(struct eg_arena *arena, const char *pair)
{
	for (const char *s = strchr(pair, '='); s; s = strchr(s + 1, '='))
		if (is_web(s + 1) || is_file(s + 1))
			return is_web(eg_strndup(arena, pair, (size_t)(s - pair))) ? s : NULL;
	return NULL;
}

enum eg_error_kind eg_mirrors_add(struct eg_run *run, const char *pairs)
{
	static const char blanks[] = " \t\r\n";
	struct eg_mirrors *mirrors = EG_NEW(run->arena, struct eg_mirrors);
	size_t n;

	for (size_t i = 0; run->mirrors && i < run->mirrors->n; i++)
		eg_vec_push(run->arena, mirrors, run->mirrors->v[i]);
	for (const char *s = pairs ? pairs : ""; *(s += strspn(s, blanks)); s += n) {
		n = strcspn(s, blanks);
		const char *pair = eg_strndup(run->arena, s, n), *equals = middle(run->arena, pair);

		if (!equals)
			return eg_fail(run, EG_USAGE,
				       "'%s' names no mirror: say FROM=TO, two addresses, as in "
				       "https://download.pytorch.org/whl=file:///srv/whl; pairs are separated by blanks",
				       eg_url_public(run->arena, pair));
		const char *from = eg_strndup(run->arena, pair, (size_t)(equals - pair));
		eg_vec_push(run->arena, mirrors,
			    (struct eg_mirror){without_slashes(run->arena, plain(run->arena, from)),
					       without_slashes(run->arena, equals + 1)});
	}
	if (mirrors->n)
		run->mirrors = mirrors;
	return EG_OK;
}

/* Does URL lie under PREFIX, at the end of one of its segments? */
static bool is_under(const char *url, const char *prefix)
{
	size_t n = strlen(prefix);

	return !strncmp(url, prefix, n) && (!url[n] || strchr("/?#", url[n]));
}

const char *eg_mirror_of(const struct eg_run *run, const char *url)
{
	const struct eg_mirror *best = NULL;

	if (!run->mirrors)
		return NULL;
	const char *s = plain(run->arena, url);
	for (size_t i = 0; i < run->mirrors->n; i++) {
		const struct eg_mirror *mirror = &run->mirrors->v[i];

		if (is_under(s, mirror->from) && (!best || strlen(mirror->from) > strlen(best->from)))
			best = mirror;
	}
	return best ? eg_strf(run->arena, "%s%s", best->to, s + strlen(best->from)) : NULL;
}

const char *eg_mirror_public(const struct eg_run *run, const char *url)
{
	if (!run->mirrors)
		return url;
	const char *s = plain(run->arena, url);
	for (size_t i = 0; i < run->mirrors->n; i++) {
		const struct eg_mirror *mirror = &run->mirrors->v[i];
		const char *to = plain(run->arena, mirror->to);

		if (is_under(s, to))
			return eg_strf(run->arena, "%s%s", mirror->from, s + strlen(to));
	}
	return url;
}
