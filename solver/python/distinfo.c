#include "distinfo.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#include "ceilings.h"
#include "file.h"
#include "pep508.h"

enum { CHUNK = 16384 };

/* The end of the headers in S, at or after FROM; 0: not there. */
static size_t headers_end(const char *s, size_t n, size_t from)
{
	const char *p = s + from;

	while ((p = memchr(p, '\n', n - (size_t)(p - s)))) {
		p++;
		size_t left = n - (size_t)(p - s);
		if (left && *p == '\n')
			return (size_t)(p - s);
		if (left > 1 && p[0] == '\r' && p[1] == '\n')
			return (size_t)(p - s);
	}
	return 0;
}

static int read_headers(int fd, struct eg_buf *ret)
{
	char chunk[CHUNK];
	size_t start = ret->n;

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : 0;
		size_t seen = ret->n - start;
		if (!eg_buf_add(ret, chunk, (size_t)n))
			return EFBIG;
		/* the blank line may lie across two chunks */
		size_t end = headers_end(ret->s + start, ret->n - start, seen > 2 ? seen - 2 : 0);
		if (end) {
			ret->n = start + end;
			ret->s[ret->n] = 0;
			return 0;
		}
	}
}

/* Nothing read is no error here: the next name is tried, as importlib.metadata does with an empty or missing file. */
static int append_headers(const char *file, struct eg_buf *ret)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return errno;
	int error = read_headers(fd, ret);
	close(fd);
	return error;
}

int eg_distinfo_headers(const char *path, struct eg_buf *ret)
{
	static const char *const names[] = {"/METADATA", "/PKG-INFO", ""}; /* importlib.metadata's order */
	char file[4096];
	size_t start = ret->n;
	int first = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if ((size_t)snprintf(file, sizeof(file), "%s%s", path, names[i]) >= sizeof(file))
			return ENAMETOOLONG;
		int error = append_headers(file, ret);
		if (ret->n > start || error == EFBIG)
			return error;
		if (!first && error != ENOENT && error != ENOTDIR && error != EISDIR)
			first = error;
	}
	return first ? first : ENOENT;
}

const char *eg_distinfo_field(struct eg_run *run, const char *path, const char *field)
{
	struct eg_buf text = {.max = EG_MAX_METADATA};
	const char *value = NULL;
	size_t n = strlen(field);

	eg_distinfo_headers(path, &text);
	for (const char *p = text.s; p && *p && !value;) {
		size_t line = strcspn(p, "\r\n");
		if (line > n && p[n] == ':' && !strncasecmp(p, field, n)) {
			size_t skip = n + 1 + strspn(p + n + 1, " \t");
			while (line > skip && isspace((unsigned char)p[line - 1]))
				line--;
			value = line > skip && line - skip <= EG_MAX_NAME ? eg_strndup(run->arena, p + skip, line - skip) : NULL;
			break;
		}
		p += line + strspn(p + line, "\r\n");
	}
	eg_buf_free(&text);
	return value;
}

struct section {
	const char *extra;  /* normalised; "": none */
	const char *marker; /* "": none */
};

/* "[extra]", "[:marker]", "[extra:marker]" */
static struct section read_section(struct eg_arena *arena, const char *line, size_t n)
{
	size_t extra = 0;

	line++;
	n -= 2;
	while (extra < n && line[extra] != ':')
		extra++;
	return (struct section){
		.extra = eg_normalize(arena, line, extra),
		.marker = extra < n ? eg_strndup(arena, line + extra + 1, n - extra - 1) : "",
	};
}

/* pip/_internal/metadata/base.py, _iter_egg_info_dependencies */
static void put_requirement(struct eg_buf *ret, const char *line, size_t n, const struct section *section)
{
	eg_buf_printf(ret, "Requires-Dist: %.*s", (int)n, line);
	if (*section->extra && *section->marker)
		eg_buf_printf(ret, " ; (%s) and extra == \"%s\"", section->marker, section->extra);
	else if (*section->extra)
		eg_buf_printf(ret, " ; extra == \"%s\"", section->extra);
	else if (*section->marker)
		eg_buf_printf(ret, " ; %s", section->marker);
	eg_buf_puts(ret, "\n");
}

void eg_distinfo_requires(struct eg_run *run, const char *path, struct eg_buf *ret)
{
	const char *file = eg_path_join(run->arena, path, "requires.txt");
	const char *text = eg_file_read_if(run, file, EG_MAX_METADATA, NULL);
	struct section section = {"", ""};

	for (const char *p = text; p && *p; p += strspn(p, "\r\n")) {
		size_t n = strcspn(p, "\r\n"), next = n;
		while (n && isspace((unsigned char)*p))
			p++, n--, next--;
		while (n && isspace((unsigned char)p[n - 1]))
			n--;
		if (n >= 2 && *p == '[' && p[n - 1] == ']') {
			section = read_section(run->arena, p, n);
			if (*section.extra)
				eg_buf_printf(ret, "Provides-Extra: %s\n", section.extra);
		} else if (n && *p != '#') {
			put_requirement(ret, p, n, &section);
		}
		p += next;
	}
}
