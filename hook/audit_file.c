#include "audit_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "file.h"

enum { WAITS = 40, WAIT_MS = 5, REOPENS = 5 };

static void wait_a_little(void)
{
	const struct timespec pause = {.tv_nsec = WAIT_MS * 1000000L};

	nanosleep(&pause, NULL);
}

/* Somebody who holds the lock for long is stuck: a line is appended whole all the same. */
static void lock(int fd)
{
	for (int i = 0; i < WAITS && flock(fd, LOCK_EX | LOCK_NB) && (errno == EWOULDBLOCK || errno == EINTR); i++)
		wait_a_little();
}

/* The file of this path, locked; not one that somebody has put aside in the meantime. -1: errno. */
static int open_locked(const char *path)
{
	for (int i = 0; i < REOPENS; i++) {
		struct stat own, there;
		int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
		if (fd < 0)
			return -1;
		lock(fd);
		if (!fstat(fd, &own) && !S_ISREG(own.st_mode)) {
			close(fd);
			errno = EINVAL;
			return -1;
		}
		if (!stat(path, &there) && own.st_ino == there.st_ino && own.st_dev == there.st_dev)
			return fd;
		close(fd);
	}
	errno = EAGAIN;
	return -1;
}

/* PATH becomes PATH.1, PATH.1 PATH.2, and the last goes. */
static void put_aside(struct eg_run *run, const struct eg_audit_file *file)
{
	for (int i = file->keep; i > 0; i--) {
		const char *from = i == 1 ? file->path : eg_strf(run->arena, "%s.%d", file->path, i - 1);
		rename(from, eg_strf(run->arena, "%s.%d", file->path, i));
	}
	if (!file->keep)
		unlink(file->path);
}

static const char *write_line(int fd, const char *line, size_t n)
{
	ssize_t written = write(fd, line, n);

	if (written == (ssize_t)n)
		return NULL;
	return written < 0 ? strerror(errno) : "the disk is full";
}

const char *eg_audit_append(struct eg_run *run, const struct eg_audit_file *file, const char *line, size_t n)
{
	const char *slash = strrchr(file->path, '/'), *problem = NULL;
	struct eg_run quiet = {.arena = run->arena};
	struct stat st;

	if (slash && slash != file->path && eg_mkdirs(&quiet, eg_strndup(run->arena, file->path, (size_t)(slash - file->path))))
		return quiet.error.message;
	int fd = open_locked(file->path);
	if (fd >= 0 && file->max && !fstat(fd, &st) && st.st_size && (size_t)st.st_size + n > file->max) {
		put_aside(run, file); /* whoever waits for the lock sees that the file is another */
		close(fd);
		fd = open_locked(file->path);
	}
	if (fd < 0)
		return strerror(errno);
	problem = write_line(fd, line, n);
	close(fd);
	return problem;
}
