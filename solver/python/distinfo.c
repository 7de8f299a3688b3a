#include "distinfo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "ceilings.h"
#include "metadata_text.h"

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

	eg_distinfo_headers(path, &text);
	if (text.n)
		value = eg_metadata_field(run->arena, text.s, text.n, field);
	eg_buf_free(&text);
	return value && *value && strlen(value) <= EG_MAX_NAME ? value : NULL;
}
