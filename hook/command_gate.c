/* envguard gate: what pip and conda ask, from inside, before they change anything. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "ceilings.h"
#include "constrain.h"
#include "file.h"
#include "gate.h"
#include "guard.h"

enum { CHUNK = 65536 };

static enum eg_error_kind read_input(struct eg_run *run, struct eg_buf *buf)
{
	char chunk[CHUNK];
	ssize_t n;

	buf->max = EG_MAX_TRANSACTION;
	while ((n = read(STDIN_FILENO, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return eg_fail(run, EG_IO, "cannot read the transaction: %s", strerror(errno));
		if (!eg_buf_add(buf, chunk, (size_t)n))
			return eg_fail(run, EG_LIMIT, "the transaction is larger than %zu bytes", buf->max);
	}
	return EG_OK;
}

static bool is_probe(const struct eg_transaction *transaction)
{
	bool named = transaction->n_given == 1 && !strcmp(transaction->given[0].name, EG_GATE_PROBE);

	for (size_t i = 0; i < transaction->requested.n; i++)
		named |= !strcmp(transaction->requested.v[i], EG_GATE_PROBE);
	return named;
}

/* What is to be handed back when the tool has ended; nothing where who started it looks after the environment already. */
static void print_watch(struct eg_run *run, const struct eg_transaction *transaction, const struct eg_watch *watch)
{
	struct eg_strs held = {0};

	if (!transaction->after || !watch->due || eg_watch_left(watch->before.prefix))
		return;
	if (!transaction->known)
		eg_constrain_held(run, eg_tool_named(transaction->tool), transaction->command.v, transaction->command.n, watch,
				  &held);
	char *text = eg_watch_text(run, watch, &held);
	if (text)
		puts(text);
	free(text);
}

/* The folder above that of the interpreter; what it is exactly, the forecast finds out. */
static const char *environment_of(struct eg_run *run, const struct eg_transaction *transaction)
{
	const char *python = transaction->python;

	return python && *python == '/' ? eg_path_absolute(run->arena, eg_strf(run->arena, "%s/../..", python)) :
					  transaction->prefix;
}

static bool let_through(struct eg_run *run, const char *tool, struct eg_transaction *transaction, struct eg_watch *ret_watch)
{
	struct eg_buf buf = {0};
	struct eg_policy_search search = {0};
	struct eg_terms terms;
	enum eg_error_kind kind = read_input(run, &buf);

	if (!kind)
		kind = eg_transaction_read(run, buf.n ? buf.s : "", buf.n, transaction);
	eg_buf_free(&buf);
	if (!kind && strcmp(transaction->tool, tool))
		kind = eg_fail(run, EG_FORMAT, "a transaction of '%s' came to the gate of %s", transaction->tool, tool);
	search.prefix = kind ? NULL : environment_of(run, transaction);
	eg_terms_find(run, &search, &terms);
	if (kind)
		return eg_gate_fails(run, &terms, NULL, run->error.message);
	if (eg_gate_is_off(run, &terms, &transaction->command))
		return true;
	return !is_probe(transaction) && eg_gate(run, transaction, ret_watch);
}

/* The tool has ended. */
static int look_after(struct eg_run *run)
{
	struct eg_buf buf = {0};
	struct eg_watch watch;
	enum eg_error_kind kind = read_input(run, &buf);

	if (!kind)
		kind = eg_watch_parse(run, buf.n ? buf.s : "", buf.n, &watch);
	eg_buf_free(&buf);
	if (kind) {
		eg_complain("%s", run->error.message);
		return EG_EXIT_UNKNOWN;
	}
	eg_watch_end(run, &watch);
	return EG_EXIT_OK;
}

static int gate_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	struct eg_transaction transaction = {0};
	struct eg_watch watch = {0};

	if (argc == 2 && !strcmp(argv[1], "after"))
		return look_after(run);
	if (argc != 2 || (strcmp(argv[1], "pip") && strcmp(argv[1], "conda")))
		return eg_usage_error(command, "say whose gate it is: pip or conda");
	bool go = let_through(run, argv[1], &transaction, &watch);

	puts(go ? "allow" : "block");
	if (go)
		print_watch(run, &transaction, &watch);
	return eg_finish_output(go ? EG_EXIT_OK : EG_EXIT_BLOCKED);
}

const struct eg_command eg_command_gate = {
	.name = "gate",
	.summary = "what pip and conda ask before they change anything",
	.help = "usage: envguard gate pip|conda < TRANSACTION\n       envguard gate after < WATCH\n\n"
		"Judges the exact transaction of a running tool: a JSON document \"envguard.transaction/1\" on standard\n"
		"input, as the files that 'envguard enable' puts in place send it. Answers \"allow\" (exit status 0) or\n"
		"\"block\" (10) on standard output; what people should know goes to standard error, and where all is well\n"
		"nothing does. Where something is to be looked at when the tool has ended, and the transaction says that its\n"
		"sender will (\"after\": true), a second line follows, for 'envguard gate after' then: it says on standard\n"
		"error when the GPU stack is neither as it was nor as planned. (\"held\" in it: what a tool whose transaction\n"
		"is not known should be given as constraints.)\n\n"
		"environment:\n"
		"  ENVGUARD_ALLOW=RULE[:REASON][;RULE…]  let these findings pass\n"
		"  ENVGUARD_ON_ERROR=allow|warn|block    what becomes of what cannot be judged; warn by default\n"
		"  ENVGUARD_HOST=FILE                    facts about the machine, as dry-run's --host\n"
		"  ENVGUARD_TIMEOUT=SECONDS              time budget, 10 by default\n"
		"the policy ('envguard policy --help') may say all this, and forbid users to say otherwise\n",
	.main = gate_main,
};
