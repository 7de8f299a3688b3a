#include "page.h"

#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "fetch.h"
#include "page_build.h"

bool eg_page_is_foreign_version(const char *version)
{
	char *end;
	long major = strtol(version, &end, 10);

	return end == version || (*end && *end != '.') || major != 1;
}

static bool ends_with(const char *s, size_t n, const char *end)
{
	size_t k = strlen(end);

	return n > k && !strncasecmp(s + n - k, end, k);
}

bool eg_is_archive_name(const char *filename)
{
	static const char *const extensions[] = {
		".whl", ".tar.gz", ".zip", ".tgz", ".tar", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz", ".tar.lz",
		".tar.lzma",
	};
	size_t n = strlen(filename);

	for (size_t i = 0; i < sizeof(extensions) / sizeof(*extensions); i++)
		if (ends_with(filename, n, extensions[i]))
			return true;
	return false;
}

/* What Python's urllib.parse.quote leaves as it is. */
static bool is_unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
	       c == '-' || c == '~' || c == '/';
}

static int hex_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 32 : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* pip's _clean_url_path: unquoted and quoted again, but for "@" and an encoded "/". */
static void quote_path(struct eg_buf *out, const char *path, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)path[i];
		bool encoded = c == '%' && n - i > 2 && hex_value(path[i + 1]) >= 0 && hex_value(path[i + 2]) >= 0;

		if (encoded) {
			c = (unsigned char)(hex_value(path[i + 1]) << 4 | hex_value(path[i + 2]));
			i += 2;
		}
		if ((is_unreserved(c) && !(encoded && c == '/')) || (c == '@' && !encoded))
			eg_buf_add(out, &c, 1);
		else
			eg_buf_printf(out, "%%%02X", c);
	}
}

/* The path of URL: from after the authority to the query. */
static const char *path_of(const char *url, size_t *ret_n)
{
	const char *path = strstr(url, "://");

	path = path ? path + 3 + strcspn(path + 3, "/?") : url;
	*ret_n = strcspn(path, "?");
	return path;
}

static bool is_plain(const char *path, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_unreserved((unsigned char)path[i]))
			return false;
	return true;
}

char *eg_page_link_url(struct eg_arena *arena, const char *base, const char *ref, const char **ret_fragment)
{
	static const char blank[] = " \t\r\n\f";

	ref += strspn(ref, blank);
	size_t n = strlen(ref), path_n;
	while (n && strchr(blank, ref[n - 1]))
		n--;
	char *url = eg_strndup(arena, ref, n), *fragment = strchr(url, '#');
	if (fragment)
		*fragment++ = 0;
	if (strncmp(url, "https://", 8) && strncmp(url, "http://", 7))
		url = eg_url_join(arena, base, url);
	const char *path = path_of(url, &path_n);
	*ret_fragment = fragment;
	if (is_plain(path, path_n))
		return url;
	struct eg_buf out = {0};
	eg_buf_add(&out, url, (size_t)(path - url));
	quote_path(&out, path, path_n);
	eg_buf_puts(&out, path + path_n);
	url = eg_strndup(arena, out.s, out.n);
	eg_buf_free(&out);
	return url;
}

char *eg_url_filename(struct eg_arena *arena, const char *url)
{
	size_t n;
	const char *path = path_of(url, &n);
	char *s = eg_url_unquote(arena, eg_strndup(arena, path, n));

	for (n = strlen(s); n && s[n - 1] == '/'; n--)
		s[n - 1] = 0;
	char *slash = strrchr(s, '/');
	return slash ? slash + 1 : s;
}

char *eg_hex(struct eg_arena *arena, const char *s, size_t n)
{
	if (strlen(s) != 2 * n || strspn(s, "0123456789abcdefABCDEF") != 2 * n)
		return NULL;
	char *hex = eg_strndup(arena, s, 2 * n);
	for (size_t i = 0; i < 2 * n; i++)
		if (hex[i] < 'a' && hex[i] >= 'A')
			hex[i] |= 32;
	return hex;
}

/* N digits at *S; -1 where there are none. */
static int digits(const char **s, int n)
{
	int v = 0;

	for (; n; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = 10 * v + (**s - '0');
	}
	return v;
}

/* "+02:00", "-0530", "Z", "" as seconds east of UTC; false where it is none. */
static bool zone(const char *s, int *ret)
{
	int sign = *s == '-' ? -1 : 1;

	*ret = 0;
	if (!*s || !strcmp(s, "Z") || !strcmp(s, "z"))
		return true;
	if (*s != '+' && *s != '-')
		return false;
	s++;
	int h = digits(&s, 2);
	s += *s == ':';
	int m = digits(&s, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59 || *s)
		return false;
	*ret = sign * (60 * h + m) * 60;
	return true;
}

/* MARK and two digits from LEAST to MOST after it, moving S; -1: something else. */
static int marked(const char **s, char mark, int least, int most)
{
	int n = **s == mark ? (++*s, digits(s, 2)) : -1;

	return n < least || n > most ? -1 : n;
}

/* "2024-01-31" */
static bool date(const char **s, struct tm *ret)
{
	int year = digits(s, 4), month = marked(s, '-', 1, 12), day = marked(s, '-', 1, 31);

	ret->tm_year = year - 1900;
	ret->tm_mon = month - 1;
	ret->tm_mday = day;
	return year >= 1970 && month > 0 && day > 0;
}

/* "T10:15", "T10:15:30", "T10:15:30.123456"; nothing is midnight. */
static bool time_of_day(const char **s, struct tm *ret, int *ret_us)
{
	*ret_us = 0;
	if (!**s || !strchr("Tt ", **s))
		return true;
	ret->tm_hour = marked(s, **s, 0, 23);
	ret->tm_min = marked(s, ':', 0, 59);
	ret->tm_sec = **s == ':' ? marked(s, ':', 0, 60) : 0;
	if (**s == '.' || **s == ',') {
		int unit = 100000;

		for (++*s; **s >= '0' && **s <= '9'; ++*s, unit /= 10)
			*ret_us += unit * (**s - '0');
	}
	return ret->tm_hour >= 0 && ret->tm_min >= 0 && ret->tm_sec >= 0;
}

int64_t eg_iso_time(const char *text)
{
	struct tm tm = {0};
	int us, east;

	if (!date(&text, &tm) || !time_of_day(&text, &tm, &us) || !zone(text, &east))
		return -1;
	int64_t t = (int64_t)timegm(&tm) - east;
	return t < 0 ? -1 : t * 1000000 + us;
}

static bool is_type(const char *content_type, const char *type)
{
	return !strncasecmp(content_type, type, strlen(type));
}

enum eg_error_kind eg_page_parse(struct eg_run *run, const char *content_type, const char *url, const char *body,
				 size_t n, char **ret_packed, size_t *ret_n)
{
	bool json = content_type && is_type(content_type, "application/vnd.pypi.simple.v1+json");
	bool html = content_type && (is_type(content_type, "text/html") ||
				     is_type(content_type, "application/vnd.pypi.simple.v1+html"));
	struct eg_page_builder builder;

	if (!json && !html)
		return eg_fail(run, EG_FORMAT, "%s is no index page: its content type is '%.100s'", url,
			       content_type ? content_type : "unknown");
	struct eg_arena *scratch = eg_arena_scratch(run->arena);
	eg_page_builder_init(&builder, scratch, url);
	enum eg_error_kind e = (json ? eg_page_parse_json : eg_page_parse_html)(run, &builder, body, n);
	size_t packed_n;
	char *packed = eg_page_builder_finish(&builder, run->arena, &packed_n);
	eg_arena_free(scratch);
	if (e)
		return e;
	if (!packed)
		return eg_fail(run, EG_LIMIT, "index page %s is too large", url);
	*ret_packed = packed;
	*ret_n = packed_n;
	return EG_OK;
}
