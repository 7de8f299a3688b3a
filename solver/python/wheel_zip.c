#include "wheel_zip.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceilings.h"
#include "pep508.h"

static const char suffix[] = ".dist-info", metadata[] = "METADATA";

/* Length of the leading NAME.dist-info of an entry's path, 0: it lies elsewhere. */
static size_t dist_info(const struct eg_zip_entry *e)
{
	const char *slash = memchr(e->name, '/', e->name_n);
	size_t n = slash ? (size_t)(slash - e->name) : e->name_n, k = sizeof(suffix) - 1;

	return n > k && !memcmp(e->name + n - k, suffix, k) ? n : 0;
}

/* pip's wheel_dist_info_dir (utils/wheel.py): exactly one at the top, of a name that starts with the project's. */
static enum eg_error_kind find_metadata(struct eg_run *run, struct eg_zip *zip, const char *project,
					struct eg_zip_entry *ret, bool *ret_found)
{
	struct eg_zip_entry e;
	enum eg_error_kind error;
	const char *dir = NULL;
	size_t dir_n = 0;

	*ret_found = false;
	while (eg_zip_next(run, zip, &e, &error)) {
		size_t n = dist_info(&e);

		if (!n)
			continue;
		if (dir && (n != dir_n || memcmp(dir, e.name, n)))
			return eg_fail(run, EG_FORMAT, "%s has several .dist-info directories: %.*s and %.*s", zip->what,
				       (int)dir_n, dir, (int)n, e.name);
		dir = e.name;
		dir_n = n;
		if (e.name_n == n + sizeof(metadata) && !memcmp(e.name + n + 1, metadata, sizeof(metadata) - 1)) {
			*ret = e;
			*ret_found = true;
		}
	}
	if (error)
		return error;
	if (!dir)
		return eg_fail(run, EG_FORMAT, "%s has no .dist-info directory", zip->what);
	if (strncmp(eg_normalize(run->arena, dir, dir_n), project, strlen(project)))
		return eg_fail(run, EG_FORMAT, "%s: its directory %.*s does not start with '%s'", zip->what, (int)dir_n, dir,
			       project);
	return EG_OK;
}

enum eg_error_kind eg_wheel_metadata(struct eg_run *run, const struct eg_sparse *file, const char *what,
				     const char *project, char **ret, size_t *ret_n, struct eg_need *ret_need)
{
	struct eg_zip zip;
	struct eg_zip_entry entry;
	bool found;
	enum eg_error_kind e = eg_zip_open(run, file, what, &zip, ret_need);

	if (e || ret_need->end)
		return e;
	e = find_metadata(run, &zip, project, &entry, &found);
	if (e)
		return e;
	if (!found)
		return eg_fail(run, EG_FORMAT, "%s has no METADATA", what);
	return eg_zip_read(run, &zip, &entry, EG_MAX_METADATA, ret, ret_n, ret_need);
}

static enum eg_error_kind add_range(struct eg_run *run, int fd, struct eg_sparse *file, const struct eg_need *need,
				    const char *path)
{
	size_t n = (size_t)(need->end - need->start), done = 0;
	struct eg_sparse_chunk chunk = {need->start, eg_alloc(run->arena, n), n};

	while (done < n) {
		ssize_t got = pread(fd, chunk.bytes + done, n - done, (off_t)(need->start + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return eg_fail(run, EG_IO, "cannot read wheel '%s': %s", path, got ? strerror(errno) : "it shrank");
		done += (size_t)got;
	}
	eg_sparse_add(file, chunk.start, chunk.bytes, n);
	return EG_OK;
}

static enum eg_error_kind read_fd(struct eg_run *run, int fd, const char *path, const char *project, char **ret,
				  size_t *ret_n)
{
	struct eg_sparse file = {.arena = run->arena};
	struct eg_need need = {0};
	struct stat st;
	enum eg_error_kind e;

	if (fstat(fd, &st))
		return eg_fail(run, EG_IO, "cannot read wheel '%s': %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return eg_fail(run, EG_IO, "cannot read wheel '%s': it is no regular file", path);
	file.size = (uint64_t)st.st_size;
	do {
		e = need.end ? add_range(run, fd, &file, &need, path) : EG_OK;
		if (!e)
			e = eg_wheel_metadata(run, &file, eg_strf(run->arena, "wheel '%s'", path), project, ret, ret_n,
					      &need);
	} while (!e && need.end);
	return e;
}

enum eg_error_kind eg_wheel_metadata_of_file(struct eg_run *run, const char *path, const char *project, char **ret,
					     size_t *ret_n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return eg_fail(run, EG_IO, "cannot read wheel '%s': %s", path, strerror(errno));
	enum eg_error_kind e = read_fd(run, fd, path, project, ret, ret_n);
	close(fd);
	return e;
}
