#include "store_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "repodata_json.h"

#define KIND "records"

struct eg_store *eg_store_cached(struct eg_run *run, struct eg_cache *cache, const char *key)
{
	int fd = cache ? open(eg_cache_file(cache, KIND, key), O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;

	if (fd < 0)
		return NULL;
	struct eg_store *store = eg_store_open(run->arena, fd);
	close(fd);
	return store;
}

/* *ret_temp: the file to rename; NULL: it has no name. -1: there is no place for it. */
static int open_temp(struct eg_run *run, const char *path, char **ret_temp)
{
	const char *dir = getenv("TMPDIR");
	int fd = -1;

	*ret_temp = path ? eg_strf(run->arena, "%s.%ld.tmp", path, (long)getpid()) : NULL;
	if (*ret_temp) {
		(void)unlink(*ret_temp);
		fd = open(*ret_temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	}
	if (fd >= 0)
		return fd;
	*ret_temp = NULL;
	char *name = eg_strf(run->arena, "%s/envguard-XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(name);
	return fd;
}

static enum eg_error_kind fill(struct eg_run *run, int fd, const char *identity, const struct eg_packed *packed,
			       uint64_t *ret_bytes)
{
	struct eg_store_writer *writer = eg_store_writer_new(run, fd);
	const char *base_url;
	enum eg_error_kind kind = eg_repodata_json(run, packed, writer, &base_url);

	if (!kind)
		kind = eg_store_finish(writer, identity, base_url, ret_bytes);
	eg_store_writer_free(writer);
	return kind;
}

enum eg_error_kind eg_store_build(struct eg_run *run, struct eg_cache *cache, const char *key, const char *identity,
				  const struct eg_packed *packed, struct eg_store **ret)
{
	const char *path = cache ? eg_cache_file(cache, KIND, key) : NULL;
	struct eg_store *store = NULL;
	uint64_t bytes = 0;
	char *temp;
	int fd = open_temp(run, path, &temp);

	if (fd < 0)
		return eg_fail(run, EG_IO, "no place for the records of '%s': %s", packed->name, strerror(errno));
	if (run->progress)
		run->progress(run, "reading the packages of a channel", 0, 0);
	enum eg_error_kind kind = fill(run, fd, identity, packed, &bytes);
	if (!kind && !(store = eg_store_open(run->arena, fd)))
		kind = eg_fail(run, EG_IO, "cannot read back the records of '%s'", packed->name);
	close(fd);
	if (temp && (kind || rename(temp, path)))
		(void)unlink(temp);
	else if (temp)
		eg_cache_file_written(cache, bytes);
	if (!kind)
		*ret = store;
	return kind;
}
