#include "audit_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit_file.h"
#include "ceilings.h"
#include "checksum.h"
#include "command.h"
#include "fetch.h"
#include "file.h"
#include "options.h"
#include "pip_gate.h"

extern char **environ;

/* $XDG_STATE_HOME/envguard/spool/SUM-OF-THE-COLLECTOR.jsonl */
static const char *spool_path(struct eg_arena *arena, const struct eg_policy_audit *audit)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *sum = eg_sha256(arena, audit->collector, strlen(audit->collector));

	if (!state || *state != '/')
		state = eg_expand_home(arena, "~/.local/state");
	return eg_strf(arena, "%s/envguard/spool/%.16s.jsonl", state, sum);
}

/* It leaves a process of its own behind at once: the tool, which comes next in this one, is to find no child that it does not
   know. */
static void start_sender(struct eg_run *run)
{
	const char *own;
	posix_spawn_file_actions_t actions;
	pid_t pid;

	if (eg_own_path(run, &own)) {
		eg_recover(run);
		return;
	}
	const char *const argv[] = {own, "log", "--send", NULL};
	posix_spawn_file_actions_init(&actions);
	for (int fd = 0; fd < 3; fd++)
		posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
	if (!posix_spawn(&pid, own, &actions, NULL, (char *const *)argv, environ))
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	posix_spawn_file_actions_destroy(&actions);
}

bool eg_audit_spool(struct eg_run *run, const struct eg_policy_audit *audit, const char *line)
{
	const struct eg_audit_file file = {.path = spool_path(run->arena, audit), .max = EG_MAX_SPOOL, .keep = 1};
	const char *problem = eg_audit_append(run, &file, line, strlen(line));

	if (problem)
		eg_complain("cannot put a line for the collector aside in '%s': %s", file.path, problem);
	else
		start_sender(run);
	return !problem;
}

struct posting {
	const char *error;
	bool taken;
};

static void on_answer(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	struct posting *posting = job->ctx;

	(void)fetch;
	posting->taken = response->status >= 200 && response->status < 300;
	posting->error = posting->taken ? NULL : response->error ? response->error : "the collector does not take it";
}

static enum eg_error_kind post(struct eg_run *run, const struct eg_policy_audit *audit, const char *bytes, size_t n)
{
	const struct eg_fetch_options options = {.user_agent = "envguard/" EG_VERSION, .retries = 2};
	char *token = audit->token_file ? eg_file_read_if(run, eg_expand_home(run->arena, audit->token_file), EG_MAX_NAME, NULL) : NULL;
	struct posting posting = {0};
	const struct eg_job job = {
		.url = audit->collector,
		.post = bytes,
		.post_n = n,
		.content_type = "application/x-ndjson",
		.bearer = token ? eg_strndup(run->arena, token, strcspn(token, "\r\n \t")) : NULL,
		.max = EG_MAX_CONFIG,
		.done = on_answer,
		.ctx = &posting,
	};
	struct eg_fetch *fetch = eg_fetch_new(run, &options);

	eg_fetch_add(fetch, &job);
	enum eg_error_kind kind = eg_fetch_run(fetch);
	eg_fetch_free(fetch);
	if (!kind && !posting.taken)
		kind = eg_fail(run, EG_NET, "%s", posting.error);
	return kind;
}

/* The lines of PATH, a batch at a time; what is left stays in it. */
static enum eg_error_kind send_file(struct eg_run *run, const struct eg_policy_audit *audit, const char *path,
				    size_t *sent)
{
	char *text;
	size_t n, done = 0;
	enum eg_error_kind kind = eg_file_read(run, path, 2 * EG_MAX_SPOOL, &text, &n);

	while (!kind && done < n) {
		size_t batch = n - done < EG_MAX_BATCH ? n - done : EG_MAX_BATCH;
		while (batch < n - done && batch && text[done + batch - 1] != '\n')
			batch--;
		if (!batch) /* one line above the ceiling */
			batch = strcspn(text + done, "\n") + 1;
		kind = post(run, audit, text + done, batch);
		if (kind)
			break;
		for (size_t i = 0; i < batch; i++)
			*sent += text[done + i] == '\n';
		done += batch;
	}
	if (done && done == n)
		unlink(path);
	else if (done)
		eg_file_write(run, path, text + done, n - done, 0600);
	return kind;
}

/* Out of the way of those who append: they hold the lock while they do. */
static bool take_away(const char *spool, const char *going)
{
	int fd = open(spool, O_WRONLY | O_CLOEXEC);
	bool taken = fd >= 0 && !flock(fd, LOCK_EX) && !rename(spool, going);

	if (fd >= 0)
		close(fd);
	return taken;
}

enum eg_error_kind eg_audit_send(struct eg_run *run, const struct eg_policy_audit *audit, size_t *ret_sent)
{
	struct eg_arena *arena = run->arena;
	const char *spool = spool_path(arena, audit), *going = eg_strf(arena, "%s.going", spool);
	enum eg_error_kind kind = EG_OK;
	int fd = open(eg_strf(arena, "%s.lock", spool), O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	*ret_sent = 0;
	if (fd < 0)
		return errno == ENOENT ? EG_OK : eg_fail(run, EG_IO, "cannot open '%s.lock': %s", spool, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB)) { /* another sender is at it, and takes what comes meanwhile */
		close(fd);
		return EG_OK;
	}
	do {
		if (eg_is_file(going))
			kind = send_file(run, audit, going, ret_sent);
	} while (!kind && (take_away(eg_strf(arena, "%s.1", spool), going) || take_away(spool, going)));
	close(fd);
	return kind;
}
