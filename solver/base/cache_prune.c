/* The cache directory as a whole: counting, pruning, clearing. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cache.h"
#include "file.h"
#include "ceilings.h"

enum { NAME_LENGTH = 14, STALE_TEMP_S = 3600 };

struct file {
	const char *path;
	int64_t used; /* seconds since the epoch */
	uint64_t bytes;
	bool temp;
};

struct files {
	struct file *v;
	size_t n, cap;
};

uint64_t eg_cache_max(void)
{
	const char *s = getenv("ENVGUARD_CACHE_MAX");
	char *end;

	if (!s || *s < '0' || *s > '9')
		return EG_MAX_CACHE;
	unsigned long long mib = strtoull(s, &end, 10);
	return *end || mib > UINT64_MAX / EG_MIB ? EG_MAX_CACHE : mib * EG_MIB;
}

/* Only what has the shape of our names is ours: the directory may be one that holds other things as well. */
static bool is_fan(const char *name)
{
	return strlen(name) == 2 && strspn(name, "0123456789abcdef") == 2;
}

static bool is_entry(const char *name, bool *ret_temp)
{
	size_t n = strlen(name);

	if (strspn(name, "0123456789abcdef") != NAME_LENGTH)
		return false;
	*ret_temp = n > NAME_LENGTH + 4 && name[NAME_LENGTH] == '.' && !strcmp(name + n - 4, ".tmp");
	return n == NAME_LENGTH || *ret_temp;
}

static void list_fan(struct eg_run *run, const char *path, struct files *files)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct stat st;
	bool temp;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	for (struct dirent *e; (e = readdir(dir));) {
		if (!is_entry(e->d_name, &temp) || fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(st.st_mode))
			continue;
		/* without atime (mount option noatime) the time of writing has to do */
		eg_vec_push(run->arena, files,
			    (struct file){
				    .path = eg_path_join(run->arena, path, e->d_name),
				    .used = st.st_atime > st.st_mtime ? st.st_atime : st.st_mtime,
				    .bytes = (uint64_t)st.st_size,
				    .temp = temp,
			    });
	}
	closedir(dir);
}

static void list(struct eg_run *run, const char *path, struct files *ret, struct eg_strs *ret_fans)
{
	DIR *dir = opendir(path);

	if (!dir)
		return;
	for (struct dirent *e; (e = readdir(dir));)
		if (is_fan(e->d_name)) {
			const char *fan = eg_path_join(run->arena, path, e->d_name);

			eg_vec_push(run->arena, ret_fans, fan);
			list_fan(run, fan, ret);
		}
	closedir(dir);
}

static int by_use(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	return (x->used > y->used) - (x->used < y->used);
}

uint64_t eg_cache_prune(struct eg_run *run, const char *dir, uint64_t max, uint64_t keep)
{
	struct files files = {0};
	struct eg_strs fans = {0};
	uint64_t sum = 0;
	int64_t stale = (int64_t)time(NULL) - STALE_TEMP_S;

	list(run, dir, &files, &fans);
	for (size_t i = 0; i < files.n; i++)
		if (files.v[i].temp && files.v[i].used < stale && !unlink(files.v[i].path))
			files.v[i].bytes = 0; /* left behind by a process that was killed */
	for (size_t i = 0; i < files.n; i++)
		sum += files.v[i].bytes;
	if (sum <= max)
		return sum;
	qsort(files.v, files.n, sizeof(*files.v), by_use);
	for (size_t i = 0; i < files.n && sum > keep; i++)
		if (!files.v[i].temp && !unlink(files.v[i].path))
			sum -= files.v[i].bytes;
	return sum;
}

static enum eg_error_kind directory(struct eg_run *run, char **ret)
{
	char *dir = eg_cache_dir(run->arena);

	if (!dir)
		return eg_fail(run, EG_NOT_FOUND, "there is no cache directory: HOME is not set");
	*ret = dir;
	return EG_OK;
}

enum eg_error_kind eg_cache_info(struct eg_run *run, struct eg_cache_info *ret)
{
	struct eg_cache_info info = {.max_bytes = eg_cache_max()};
	struct files files = {0};
	struct eg_strs fans = {0};
	char *dir;

	if (directory(run, &dir) != EG_OK)
		return run->error.kind;
	info.dir = dir;
	list(run, dir, &files, &fans);
	for (size_t i = 0; i < files.n; i++) {
		info.bytes += files.v[i].bytes;
		info.entries += !files.v[i].temp;
	}
	*ret = info;
	return EG_OK;
}

enum eg_error_kind eg_cache_clear(struct eg_run *run, uint64_t *ret_bytes)
{
	struct files files = {0};
	struct eg_strs fans = {0};
	uint64_t sum = 0;
	char *dir;

	if (directory(run, &dir) != EG_OK)
		return run->error.kind;
	list(run, dir, &files, &fans);
	for (size_t i = 0; i < files.n; i++) {
		if (unlink(files.v[i].path) && errno != ENOENT)
			return eg_fail(run, EG_IO, "cannot delete '%s': %s", files.v[i].path, strerror(errno));
		sum += files.v[i].bytes;
	}
	for (size_t i = 0; i < fans.n; i++)
		(void)rmdir(fans.v[i]); /* another process may have written there meanwhile */
	(void)unlink(eg_path_join(run->arena, dir, "written"));
	*ret_bytes = sum;
	return EG_OK;
}
