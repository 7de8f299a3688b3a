#include "solver_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "ceilings.h"

/* Both sides are one program with the same memory at the same addresses: a record is told by its address. */
struct packed_problem {
	enum eg_problem_kind kind;
	bool pins;
	struct eg_conda_record *source, *target;
	size_t text_n, dep_n; /* bytes that follow; dep_n 0: none */
};

static void put_records(struct eg_buf *buf, struct eg_conda_record *const *v, size_t n)
{
	eg_buf_add(buf, &n, sizeof(n));
	if (n)
		eg_buf_add(buf, v, n * sizeof(*v));
}

static void put_problems(struct eg_buf *buf, const struct eg_solver_problem *v, size_t n)
{
	eg_buf_add(buf, &n, sizeof(n));
	for (size_t i = 0; i < n; i++) {
		struct packed_problem packed;

		memset(&packed, 0, sizeof(packed)); /* the gaps between the fields are written too */
		packed.kind = v[i].kind;
		packed.pins = v[i].pins;
		packed.source = v[i].source;
		packed.target = v[i].target;
		packed.text_n = strlen(v[i].text);
		packed.dep_n = v[i].dep ? strlen(v[i].dep) : 0;
		eg_buf_add(buf, &packed, sizeof(packed));
		eg_buf_puts(buf, v[i].text);
		eg_buf_puts(buf, v[i].dep ? v[i].dep : "");
	}
}

static void pack(struct eg_buf *buf, const struct eg_solver_outcome *outcome)
{
	eg_buf_add(buf, &outcome->solved, sizeof(outcome->solved));
	put_records(buf, outcome->removed.v, outcome->removed.n);
	put_records(buf, outcome->installed.v, outcome->installed.n);
	put_records(buf, outcome->reinstalled.v, outcome->reinstalled.n);
	put_problems(buf, outcome->problems.v, outcome->problems.n);
	put_problems(buf, outcome->facts.v, outcome->facts.n);
}

struct reader {
	const char *p;
	size_t left;
	bool short_of;
};

static void get(struct reader *reader, void *into, size_t n)
{
	if (n > reader->left) {
		reader->short_of = true;
		memset(into, 0, n);
		return;
	}
	memcpy(into, reader->p, n);
	reader->p += n;
	reader->left -= n;
}

static const char *get_text(struct eg_arena *arena, struct reader *reader, size_t n)
{
	if (n > reader->left) {
		reader->short_of = true;
		return "";
	}
	reader->p += n;
	reader->left -= n;
	return eg_strndup(arena, reader->p - n, n);
}

static size_t get_count(struct reader *reader, size_t size)
{
	size_t n;

	get(reader, &n, sizeof(n));
	if (n > reader->left / size)
		reader->short_of = true;
	return reader->short_of ? 0 : n;
}

static struct eg_solver_problem get_problem(struct eg_arena *arena, struct reader *reader)
{
	struct packed_problem packed;

	get(reader, &packed, sizeof(packed));
	struct eg_solver_problem problem = {
		.kind = packed.kind, .pins = packed.pins, .source = packed.source, .target = packed.target};
	problem.text = get_text(arena, reader, packed.text_n);
	problem.dep = packed.dep_n ? get_text(arena, reader, packed.dep_n) : NULL;
	return problem;
}

#define get_records(arena, reader, list)                                                                           \
	do {                                                                                                       \
		for (size_t n_ = get_count((reader), sizeof(struct eg_conda_record *)); n_; n_--) {                \
			struct eg_conda_record *record_;                                                           \
			get((reader), &record_, sizeof(record_));                                                  \
			eg_vec_push((arena), (list), record_);                                                     \
		}                                                                                                  \
	} while (0)

static bool unpack(struct eg_run *run, const struct eg_buf *buf, struct eg_solver_outcome *ret)
{
	struct reader reader = {.p = buf->s, .left = buf->n};
	struct eg_solver_outcome outcome = {0};

	get(&reader, &outcome.solved, sizeof(outcome.solved));
	get_records(run->arena, &reader, &outcome.removed);
	get_records(run->arena, &reader, &outcome.installed);
	get_records(run->arena, &reader, &outcome.reinstalled);
	for (size_t n = get_count(&reader, sizeof(struct packed_problem)); n && !reader.short_of; n--)
		eg_vec_push(run->arena, &outcome.problems, get_problem(run->arena, &reader));
	for (size_t n = get_count(&reader, sizeof(struct packed_problem)); n && !reader.short_of; n--)
		eg_vec_push(run->arena, &outcome.facts, get_problem(run->arena, &reader));
	if (reader.short_of || reader.left)
		return false;
	*ret = outcome;
	return true;
}

static _Noreturn void be_child(int fd, eg_solve_fn *solve, void *context)
{
	struct eg_solver_outcome outcome = {0};
	struct eg_buf buf = {0};

	solve(context, &outcome);
	pack(&buf, &outcome);
	for (size_t done = 0; done < buf.n;) {
		ssize_t n = write(fd, buf.s + done, buf.n - done);

		if (n < 0 && errno != EINTR)
			_exit(1);
		done += n > 0 ? (size_t)n : 0;
	}
	_exit(buf.overflow);
}

/* EG_OK when the child has said all that it has to say. */
static enum eg_error_kind listen(struct eg_run *run, int fd, struct eg_buf *buf)
{
	char bytes[65536];
	int64_t budget = eg_left_ms(run, EG_MAX_SOLVE_MS), deadline = eg_now_ms() + budget;

	for (;;) {
		int64_t left = deadline - eg_now_ms();
		struct pollfd poll_fd = {.fd = fd, .events = POLLIN};

		if (left <= 0)
			return eg_fail(run, EG_TIMEOUT, "the solver did not come to an end within the %lld s left of the "
				       "time budget: the tool itself may run for ever on this request",
				       (long long)(budget + 999) / 1000);
		if (poll(&poll_fd, 1, (int)left) <= 0)
			continue;
		ssize_t n = read(fd, bytes, sizeof(bytes));
		if (!n)
			return EG_OK;
		if (n > 0 && !eg_buf_add(buf, bytes, (size_t)n))
			return eg_fail(run, EG_LIMIT, "the solver says too much");
		if (n < 0 && errno != EINTR)
			return eg_fail(run, EG_IO, "cannot hear the solver: %s", strerror(errno));
	}
}

enum eg_error_kind eg_solver_child(struct eg_run *run, eg_solve_fn *solve, void *context, struct eg_solver_outcome *ret)
{
	struct eg_buf buf = {.max = EG_MAX_SOLUTION};
	int fds[2], status;

	if (pipe2(fds, O_CLOEXEC))
		return eg_fail(run, EG_IO, "cannot start the solver: %s", strerror(errno));
	pid_t pid = fork();
	if (pid < 0) {
		close(fds[0]);
		close(fds[1]);
		return eg_fail(run, EG_IO, "cannot start the solver: %s", strerror(errno));
	}
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a solve without an end must not outlive who waits for it */
		be_child(fds[1], solve, context);
	}
	close(fds[1]);
	enum eg_error_kind kind = listen(run, fds[0], &buf);
	close(fds[0]);
	if (kind)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!kind && (!WIFEXITED(status) || WEXITSTATUS(status) || !unpack(run, &buf, ret)))
		kind = eg_fail(run, EG_BUG, "the solver broke down (status %d)", status);
	eg_buf_free(&buf);
	return kind;
}
