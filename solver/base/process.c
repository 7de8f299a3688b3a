#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"

enum { ERR_KEPT = 4096, CHUNK = 16384, DYING_MS = 1000 };

struct child {
	pid_t pid;
	int out, err; /* read ends; -1 when at their end */
};

/* The child leads a process group of its own, so that what a wrapper script started ends with it. */
static int start(const char *const *argv, const int out[2], const int err[2], pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, defaults;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_adddup2(&actions, err[1], 2);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	int error = posix_spawn(ret, argv[0], &actions, &attr, (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return error;
}

/* Foreign code that crashes does so quietly: no handler of ours, no core file. */
static _Noreturn void be_child(const struct eg_process *process, const int out[2], const int err[2])
{
	static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGPIPE};
	const struct rlimit no_core = {0, 0};
	int null = open("/dev/null", O_RDONLY);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	setrlimit(RLIMIT_CORE, &no_core);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		signal(fatal[i], SIG_DFL);
	if (null < 0 || dup2(null, 0) < 0 || dup2(out[1], 1) < 0 || dup2(err[1], 2) < 0)
		_exit(1);
	process->call(process->ctx);
	_exit(0);
}

static int start_call(const struct eg_process *process, const int out[2], const int err[2], pid_t *ret)
{
	pid_t pid = fork();

	if (pid < 0)
		return errno;
	if (!pid)
		be_child(process, out, err);
	setpgid(pid, pid); /* whichever of the two comes first */
	*ret = pid;
	return 0;
}

static void close_pair(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

static int start_piped(const struct eg_process *process, struct child *ret)
{
	int out[2], err[2];

	if (pipe2(out, O_CLOEXEC))
		return errno;
	if (pipe2(err, O_CLOEXEC)) {
		int error = errno;
		close_pair(out);
		return error;
	}
	int error = process->call ? start_call(process, out, err, &ret->pid) : start(process->argv, out, err, &ret->pid);
	if (error) {
		close_pair(out);
		close_pair(err);
		return error;
	}
	close(out[1]);
	close(err[1]);
	ret->out = out[0];
	ret->err = err[0];
	return 0;
}

/* Reads what is there, closing *FD at its end. False when BUF is full. */
static bool drain(int *fd, struct eg_buf *buf)
{
	char chunk[CHUNK];
	ssize_t n = read(*fd, chunk, sizeof(chunk));

	if (n > 0)
		return eg_buf_add(buf, chunk, (size_t)n);
	if (n == 0 || errno != EINTR) {
		close(*fd);
		*fd = -1;
	}
	return true;
}

/* Of standard error the end is kept: there an interpreter says what is wrong. */
static void drain_tail(int *fd, struct eg_buf *buf)
{
	if (!drain(fd, buf)) {
		close(*fd);
		*fd = -1;
	}
	if (buf->n > ERR_KEPT) {
		memmove(buf->s, buf->s + buf->n - ERR_KEPT, ERR_KEPT + 1);
		buf->n = ERR_KEPT;
	}
}

static enum eg_error_kind listen_to(struct eg_run *run, struct child *child, const struct eg_process *process,
				    int64_t end, struct eg_buf *out, struct eg_buf *err)
{
	while (child->out >= 0 || child->err >= 0) {
		struct pollfd fds[] = {{child->out, POLLIN, 0}, {child->err, POLLIN, 0}};
		int64_t left = end - eg_now_ms();
		int n = left > 0 ? poll(fds, 2, (int)left) : 0;

		if (n == 0)
			return eg_fail(run, EG_TIMEOUT, "'%s' did not answer in time", process->argv[0]);
		if (n < 0 && errno != EINTR)
			return eg_fail(run, EG_IO, "cannot read from '%s': %s", process->argv[0], strerror(errno));
		if (n < 0)
			continue;
		if (fds[0].revents && !drain(&child->out, out))
			return eg_fail(run, EG_LIMIT, "'%s' answered more than %zu bytes", process->argv[0], process->max);
		if (fds[1].revents)
			drain_tail(&child->err, err);
	}
	return EG_OK;
}

/* A program may close its output and stay; it gets what is left of the time. */
static enum eg_error_kind reap(struct eg_run *run, const struct child *child, const struct eg_process *process,
			       int64_t end, int *ret_status)
{
	pid_t pid;

	while ((pid = waitpid(child->pid, ret_status, WNOHANG)) == 0) {
		if (eg_now_ms() >= end)
			return eg_fail(run, EG_TIMEOUT, "'%s' did not end in time", process->argv[0]);
		poll(NULL, 0, 1);
	}
	return pid < 0 ? eg_fail(run, EG_IO, "cannot wait for '%s': %s", process->argv[0], strerror(errno)) : EG_OK;
}

/* SIGKILL does not reach who waits in the kernel for a driver that hangs: not worth hanging with it. */
static void end(const struct child *child)
{
	int64_t deadline = eg_now_ms() + DYING_MS;
	int status;

	kill(-child->pid, SIGKILL);
	while (waitpid(child->pid, &status, WNOHANG) == 0 && eg_now_ms() < deadline)
		poll(NULL, 0, 1);
}

static char *trimmed(struct eg_arena *arena, const struct eg_buf *buf)
{
	size_t n = buf->n;

	while (n && (unsigned char)buf->s[n - 1] <= ' ')
		n--;
	return eg_strndup(arena, n ? buf->s : "", n);
}

/* From start to end; the child is gone afterwards. */
static enum eg_error_kind attend(struct eg_run *run, const struct eg_process *process, int64_t deadline, struct eg_buf *out,
				 struct eg_buf *err, int *ret_status)
{
	struct child child = {.out = -1, .err = -1};
	int error = start_piped(process, &child);

	if (error)
		return eg_fail(run, EG_IO, "cannot start '%s': %s", process->argv[0], strerror(error));
	enum eg_error_kind kind = listen_to(run, &child, process, deadline, out, err);
	if (kind == EG_OK)
		kind = reap(run, &child, process, deadline, ret_status);
	if (child.out >= 0)
		close(child.out);
	if (child.err >= 0)
		close(child.err);
	if (kind != EG_OK)
		end(&child);
	return kind;
}

enum eg_error_kind eg_process_run(struct eg_run *run, const struct eg_process *process, struct eg_answer *ret)
{
	struct eg_buf out = {.max = process->max}, err = {0};
	int64_t left = eg_left_ms(run, process->timeout_ms);
	int status = 0;

	if (left == 0)
		return eg_fail(run, EG_TIMEOUT, "no time left to start '%s'", process->argv[0]);
	bool failed_before = run->error.kind;
	enum eg_error_kind kind = attend(run, process, eg_now_ms() + left, &out, &err, &status);
	bool late = kind == EG_TIMEOUT && process->partial;
	if (late) {
		if (!failed_before)
			eg_recover(run);
		kind = EG_OK;
	}
	if (kind == EG_OK)
		*ret = (struct eg_answer){
			.out = eg_strndup(run->arena, out.n ? out.s : "", out.n),
			.n = out.n,
			.err = trimmed(run->arena, &err),
			.status = late ? -SIGKILL : WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
			.late = late,
		};
	eg_buf_free(&out);
	eg_buf_free(&err);
	return kind;
}
