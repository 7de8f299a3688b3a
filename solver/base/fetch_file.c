/* file:// URLs, answered as a web server would. */
#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>

#include "ceilings.h"
#include "file.h"
#include "fetch_transfer.h"

static const char *content_type(const char *path)
{
	const char *dot = strrchr(path, '.');

	if (dot && (!strcasecmp(dot, ".html") || !strcasecmp(dot, ".htm")))
		return "text/html";
	return dot && !strcasecmp(dot, ".json") ? "application/json" : "text/plain"; /* as pip's LocalFSAdapter */
}

static bool read_number(const char **s, uint64_t *ret)
{
	char *end;

	if (**s < '0' || **s > '9')
		return false;
	*ret = strtoull(*s, &end, 10);
	*s = end;
	return true;
}

/* "A-B", "A-" and "-N" (RFC 9110, 14.1.2); false where nothing of the file lies within. */
static bool read_range(const char *range, uint64_t size, uint64_t *ret_from, uint64_t *ret_to)
{
	uint64_t from = 0, to = size;
	bool tail = !read_number(&range, &from);

	if (!size || *range++ != '-')
		return false;
	bool bounded = read_number(&range, &to);
	if (tail ? !bounded || !to : from >= size || to < from)
		return false;
	*ret_from = !tail ? from : to < size ? size - to : 0;
	*ret_to = !tail && to < size ? to : size - 1;
	return true;
}

static bool read_part(struct transfer *t, int fd, uint64_t from, uint64_t n)
{
	char block[65536];

	while (n) {
		ssize_t got = pread(fd, block, n < sizeof(block) ? (size_t)n : sizeof(block), (off_t)from);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || !eg_buf_add(&t->body, block, (size_t)got))
			return false;
		from += (uint64_t)got;
		n -= (uint64_t)got;
	}
	return true;
}

static void serve(struct transfer *t, int fd, uint64_t size)
{
	struct eg_arena *arena = t->fetch->run->arena;
	uint64_t from = 0, to = size ? size - 1 : 0;

	t->status = 200;
	if (t->job.range && !read_range(t->job.range, size, &from, &to)) {
		t->status = 416;
		t->reply.content_range = eg_strf(arena, "bytes */%llu", (unsigned long long)size);
	} else if (t->job.range) {
		t->status = 206;
		t->reply.content_range = eg_strf(arena, "bytes %llu-%llu/%llu", (unsigned long long)from,
						 (unsigned long long)to, (unsigned long long)size);
	}
	if (t->status == 416 || t->job.head || !size || read_part(t, fd, from, to - from + 1))
		eg_transfer_answer(t, EG_OK, NULL);
	else if (t->body.overflow)
		eg_transfer_refuse(t, EG_LIMIT, eg_strf(arena, "larger than %zu bytes", t->body.max));
	else
		eg_transfer_refuse(t, EG_IO, errno ? strerror(errno) : "it became shorter while it was read");
}

void eg_transfer_file(struct transfer *t)
{
	struct eg_arena *arena = t->fetch->run->arena;
	struct eg_url url = eg_url_split(t->target);
	struct stat st;

	if (!eg_span_is(url.scheme, "file")) {
		eg_transfer_refuse(t, EG_UNSUPPORTED, "only http, https and file URLs can be fetched");
		return;
	}
	if (url.host.n && !eg_span_is(url.host, "localhost")) {
		eg_transfer_refuse(t, EG_UNSUPPORTED, "a file URL must name no other host");
		return;
	}
	char *path = eg_url_unquote(arena, eg_span_dup(arena, url.path));
	t->url = eg_url_wire(arena, t->target);
	if (eg_is_dir(path)) { /* pip's _get_index_content */
		path = eg_path_join(arena, path, "index.html");
		t->url = eg_url_join(arena, eg_strf(arena, "%s/", t->url), "index.html");
	}
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		t->status = fd < 0 && errno == EACCES ? 403 : 404;
		eg_transfer_answer(t, EG_OK, NULL);
	} else {
		t->reply.content_type = content_type(path);
		errno = 0;
		serve(t, fd, (uint64_t)st.st_size);
	}
	if (fd >= 0)
		close(fd);
}
