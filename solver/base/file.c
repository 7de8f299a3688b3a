#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_READ = 16 * 1024, TEMP_TRIES = 100 };

/* 0, or an errno: EFBIG above MAX. Pipes ("pip install -r <(…)") and files of unknown size (/proc) are read as well. */
static int slurp(struct eg_arena *arena, int fd, size_t max, char **ret, size_t *ret_n)
{
	struct stat st;

	if (fstat(fd, &st))
		return errno;
	size_t size = S_ISREG(st.st_mode) && st.st_size > 0 ? (size_t)st.st_size : 0;
	if (size > max)
		return EFBIG;
	size_t cap = size ? size + 1 : FIRST_READ, n = 0;
	char *s = eg_alloc(arena, cap);
	while (!size || n < size) {
		ssize_t got = read(fd, s + n, cap - 1 - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno;
		if (!got)
			break;
		n += (size_t)got;
		if (n > max)
			return EFBIG;
		if (n == cap - 1 && !size) {
			s = eg_realloc(arena, s, cap, 2 * cap);
			cap *= 2;
		}
	}
	s[n] = 0;
	*ret = s;
	if (ret_n)
		*ret_n = n;
	return 0;
}

static int read_file(struct eg_arena *arena, const char *path, size_t max, char **ret, size_t *ret_n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return errno;
	int error = slurp(arena, fd, max, ret, ret_n);
	close(fd);
	return error;
}

enum eg_error_kind eg_file_read(struct eg_run *run, const char *path, size_t max, char **ret, size_t *ret_n)
{
	int error = read_file(run->arena, path, max, ret, ret_n);

	if (error == EFBIG)
		return eg_fail(run, EG_LIMIT, "cannot read '%s': larger than %zu bytes", path, max);
	if (error)
		return eg_fail(run, EG_IO, "cannot read '%s': %s", path, strerror(error));
	return EG_OK;
}

char *eg_file_read_if(struct eg_run *run, const char *path, size_t max, size_t *ret_n)
{
	char *s = NULL;

	return read_file(run->arena, path, max, &s, ret_n) ? NULL : s;
}

/* Not mkstemp: the mode is the caller's and the umask holds. */
static int open_temp(struct eg_arena *arena, const char *path, unsigned mode, char **ret_name)
{
	for (int i = 0; i < TEMP_TRIES; i++) {
		char *name = eg_strf(arena, "%s.%ld-%d.tmp", path, (long)getpid(), i);
		int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);

		if (fd >= 0)
			*ret_name = name;
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static int write_all(int fd, const char *s, size_t n)
{
	while (n) {
		ssize_t done = write(fd, s, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return errno;
		s += done;
		n -= (size_t)done;
	}
	return 0;
}

static int replace(struct eg_arena *arena, const char *path, const void *bytes, size_t n, unsigned mode)
{
	char *temp;
	int fd = open_temp(arena, path, mode, &temp);

	if (fd < 0)
		return errno;
	int error = write_all(fd, bytes, n);
	if (close(fd) && !error)
		error = errno;
	if (!error && rename(temp, path))
		error = errno;
	if (error)
		unlink(temp);
	return error;
}

enum eg_error_kind eg_file_write(struct eg_run *run, const char *path, const void *bytes, size_t n, unsigned mode)
{
	/* a symbolic link (dotfiles kept elsewhere) stays one */
	char *target = realpath(path, NULL);
	int error = replace(run->arena, target ? target : path, bytes, n, mode);

	free(target);
	if (error)
		return eg_fail(run, EG_IO, "cannot write '%s': %s", path, strerror(error));
	return EG_OK;
}

enum eg_error_kind eg_mkdirs(struct eg_run *run, const char *path)
{
	if (eg_is_dir(path))
		return EG_OK;
	char *s = eg_strdup(run->arena, path);
	for (char *p = s; (p = strchr(p + 1, '/'));) {
		*p = 0;
		(void)mkdir(s, 0700); /* the last one tells */
		*p = '/';
	}
	if (mkdir(s, 0700) && !eg_is_dir(path))
		return eg_fail(run, EG_IO, "cannot create directory '%s': %s", path, strerror(errno));
	return EG_OK;
}

bool eg_is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool eg_is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

bool eg_is_executable(const char *path)
{
	return eg_is_file(path) && !access(path, X_OK);
}

char *eg_path_join(struct eg_arena *arena, const char *a, const char *b)
{
	size_t n = strlen(a);

	if (*b == '/' || !n)
		return eg_strdup(arena, b);
	return eg_strf(arena, "%s%s%s", a, a[n - 1] == '/' ? "" : "/", b);
}

char *eg_path_absolute(struct eg_arena *arena, const char *path)
{
	if (*path != '/') {
		char *cwd = getcwd(NULL, 0);
		if (!cwd)
			return eg_strdup(arena, path);
		path = eg_path_join(arena, cwd, path);
		free(cwd);
	}
	char *out = eg_alloc(arena, strlen(path) + 2);
	size_t n = 0;
	for (const char *p = path; *p;) {
		size_t len = strcspn(p, "/");
		if (len == 2 && p[0] == '.' && p[1] == '.') {
			while (n && out[--n] != '/')
				;
		} else if (len && !(len == 1 && *p == '.')) {
			out[n++] = '/';
			memcpy(out + n, p, len);
			n += len;
		}
		p += len + (p[len] == '/');
	}
	if (!n)
		out[n++] = '/';
	out[n] = 0;
	return out;
}

static bool same_dir(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

char *eg_which(struct eg_arena *arena, const char *name, const char *skip)
{
	if (strchr(name, '/'))
		return eg_is_executable(name) ? eg_strdup(arena, name) : NULL;
	const char *path = getenv("PATH");
	if (!path)
		path = "/bin:/usr/bin"; /* as execvp(3) */
	for (const char *p = path;; p++) {
		size_t n = strcspn(p, ":");
		char *dir = n ? eg_strndup(arena, p, n) : eg_strdup(arena, ".");
		char *file = eg_path_join(arena, dir, name);

		if (eg_is_executable(file) && !(skip && same_dir(dir, skip)))
			return file;
		p += n;
		if (!*p)
			return NULL;
	}
}

char *eg_cache_dir(struct eg_arena *arena)
{
	const char *own = getenv("ENVGUARD_CACHE_DIR"), *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (own && *own)
		return eg_path_absolute(arena, own);
	if (xdg && *xdg == '/') /* the specification ignores relative ones */
		return eg_path_join(arena, xdg, "envguard");
	if (home && *home == '/')
		return eg_path_join(arena, home, ".cache/envguard");
	return NULL;
}
