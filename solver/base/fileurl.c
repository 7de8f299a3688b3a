#include "fileurl.h"

#include <ctype.h>

#include "buf.h"
#include "file.h"
#include "url.h"

char *eg_path_to_url(struct eg_arena *arena, const char *path)
{
	struct eg_buf url = {0};

	eg_buf_puts(&url, "file://");
	for (const unsigned char *p = (const unsigned char *)eg_path_absolute(arena, path); *p; p++) {
		if ((*p < 0x80 && isalnum(*p)) || strchr("/_.-~", *p))
			eg_buf_add(&url, p, 1);
		else
			eg_buf_printf(&url, "%%%02X", *p);
	}
	char *copy = eg_strndup(arena, url.s, url.n);
	eg_buf_free(&url);
	return copy;
}

char *eg_url_to_path(struct eg_arena *arena, const char *s)
{
	struct eg_url url = eg_url_split(s);

	if (!eg_span_is(url.scheme, "file") || (url.authority.n && !eg_span_is(url.authority, "localhost")) ||
	    !url.path.n || *url.path.s != '/')
		return NULL;
	return eg_url_unquote(arena, eg_span_dup(arena, url.path));
}

char *eg_url_scheme(struct eg_arena *arena, const char *s)
{
	struct eg_url url = eg_url_split(s);

	if (!url.scheme.s)
		return NULL;
	char *scheme = eg_span_dup(arena, url.scheme);
	for (char *p = scheme; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return scheme;
}

char *eg_text_public(struct eg_arena *arena, const char *text)
{
	char *copy = eg_strdup(arena, text), *out = copy;

	for (const char *p = text; *p;) {
		if (strncmp(p, "://", 3)) {
			*out++ = *p++;
			continue;
		}
		memcpy(out, p, 3);
		out += 3;
		p += 3;
		/* a password may hold an unquoted "@": the host begins after the last one */
		for (size_t n = strcspn(p, "/?# \t\r\n\"'"); n; n--) {
			if (p[n - 1] != '@')
				continue;
			p += n;
			break;
		}
	}
	*out = 0;
	return copy;
}
