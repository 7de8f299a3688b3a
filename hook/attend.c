#include "attend.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_NOT_EXECUTABLE = 126 }; /* as a shell says it */

/* What may be sent to the process that one takes for the tool. SIGKILL and SIGSTOP cannot be caught; SIGWINCH, SIGURG and
   others that are ignored by default come from the terminal or mean ourselves. */
static const int forwarded[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, SIGTSTP, SIGCONT, SIGXCPU};

struct attendance {
	pid_t pid;
	sigset_t watched, before;
	struct sigaction children; /* what was done about SIGCHLD */
};

static void watch_signals(struct attendance *a)
{
	struct sigaction standard = {.sa_handler = SIG_DFL};

	/* where it is ignored, as nohup-like parents leave it, nothing would be told of the child's end */
	sigaction(SIGCHLD, &standard, &a->children);
	sigemptyset(&a->watched);
	sigaddset(&a->watched, SIGCHLD);
	for (size_t i = 0; i < sizeof(forwarded) / sizeof(*forwarded); i++)
		sigaddset(&a->watched, forwarded[i]);
	sigprocmask(SIG_BLOCK, &a->watched, &a->before);
}

static void leave_signals(const struct attendance *a)
{
	sigaction(SIGCHLD, &a->children, NULL);
	sigprocmask(SIG_SETMASK, &a->before, NULL);
}

static _Noreturn void be_tool(const struct attendance *a, pid_t parent, int (*start)(void *ctx), void *ctx)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(128 + SIGKILL);
	leave_signals(a);
	_exit(start(ctx));
}

static bool waits_for_us(int signal)
{
	sigset_t pending;

	sigpending(&pending);
	return sigismember(&pending, signal);
}

/* A stop that the terminal sends reaches the tool as well: where one waits for us, the tool has been stopped again since. */
static void go_on(const struct attendance *a)
{
	if (!waits_for_us(SIGTSTP))
		kill(a->pid, SIGCONT);
}

/* By the signal itself and not by SIGSTOP, so that the shell says what it always says. */
static void stop_with(const struct attendance *a, int signal)
{
	struct sigaction standard = {.sa_handler = SIG_DFL}, before;
	sigset_t only;

	sigemptyset(&only);
	sigaddset(&only, signal);
	sigaction(signal, &standard, &before);
	raise(signal);
	sigprocmask(SIG_UNBLOCK, &only, NULL); /* here it takes effect, until SIGCONT */
	sigprocmask(SIG_BLOCK, &a->watched, NULL);
	sigaction(signal, &before, NULL);
	go_on(a);
}

/* True when the tool has ended. */
static bool ended(const struct attendance *a, int *ret_status)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(a->pid, &status, WNOHANG | WUNTRACED)) == a->pid) {
		if (!WIFSTOPPED(status)) {
			*ret_status = status;
			return true;
		}
		if (waits_for_us(SIGCONT)) /* the job goes on, and the tool just does not know it yet */
			go_on(a);
		else if (WSTOPSIG(status) != SIGSTOP) /* which reaches us as well where the job is meant */
			stop_with(a, WSTOPSIG(status));
	}
	return false;
}

/* The terminal's signals (SI_KERNEL) reach the whole process group. */
static void pass_on(const struct attendance *a, const siginfo_t *info)
{
	if (info->si_signo == SIGCHLD || info->si_code == SI_KERNEL || info->si_pid == a->pid)
		return;
	if (info->si_signo == SIGCONT)
		go_on(a);
	else
		kill(a->pid, info->si_signo);
}

enum eg_error_kind eg_attend(struct eg_run *run, int (*start)(void *ctx), void *ctx, int *ret_status)
{
	struct attendance a = {.pid = -1};
	pid_t own = getpid();
	siginfo_t info;

	fflush(NULL);
	watch_signals(&a);
	a.pid = fork();
	if (a.pid < 0) {
		int error = errno;
		leave_signals(&a);
		return eg_fail(run, EG_IO, "cannot start another process: %s", strerror(error));
	}
	if (!a.pid)
		be_tool(&a, own, start, ctx);
	while (!ended(&a, ret_status))
		if (sigwaitinfo(&a.watched, &info) > 0)
			pass_on(&a, &info);
	leave_signals(&a);
	return EG_OK;
}

static int become(void *ctx)
{
	const struct eg_strs *argv = ctx;

	execvp(argv->v[0], (char *const *)argv->v);
	fprintf(stderr, "envguard: cannot run '%s': %s\n", argv->v[0], strerror(errno));
	return EXIT_NOT_EXECUTABLE;
}

enum eg_error_kind eg_attend_words(struct eg_run *run, const struct eg_strs *argv, int *ret_status)
{
	return eg_attend(run, become, (void *)argv, ret_status);
}

int eg_attend_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int eg_attend_follow(int status)
{
	const struct rlimit no_core = {0, 0}; /* the tool has left its own */
	struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t only;

	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	setrlimit(RLIMIT_CORE, &no_core);
	sigaction(WTERMSIG(status), &standard, NULL);
	sigemptyset(&only);
	sigaddset(&only, WTERMSIG(status));
	fflush(NULL);
	raise(WTERMSIG(status));
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	return 128 + WTERMSIG(status);
}
