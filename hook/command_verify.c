/* envguard verify: each path is tried with a real command that a guarded tool refuses and that otherwise does no harm. */
#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ceilings.h"
#include "file.h"
#include "gate.h"
#include "process.h"
#include "scope.h"
#include "style.h"

extern const char eg_verify_wheel[];

enum { EXIT_UNGUARDED = 1, TRIAL_MS = 60000 };

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static enum eg_error_kind make_wheel(struct eg_run *run, const struct eg_scope *scope, const char *folder)
{
	const char *const argv[] = {scope->interpreter.exe, "-I", "-S", "-c", eg_verify_wheel, folder, EG_GATE_PROBE, NULL};
	const struct eg_process process = {.argv = argv, .timeout_ms = TRIAL_MS, .max = EG_MAX_PROBE};
	struct eg_answer answer;
	enum eg_error_kind kind = eg_process_run(run, &process, &answer);

	if (!kind && answer.status)
		kind = eg_fail(run, EG_IO, "'%s' cannot write into '%s': %s", argv[0], folder, answer.err);
	return kind;
}

/* Runs PROGRAM's "install" into a folder of our own. True when the guard refused. */
static bool try_pip(struct eg_run *run, const char *label, const struct eg_strs *program, const char *folder)
{
	const char *const words[] = {
		"install", "--isolated", "--disable-pip-version-check", "--no-input", "--no-index", "--no-deps",
		"--target", eg_path_join(run->arena, folder, "target"), "--find-links", folder, EG_GATE_PROBE,
	};
	struct eg_strs argv = {0};
	struct eg_answer answer;

	for (size_t i = 0; i < program->n; i++)
		eg_vec_push(run->arena, &argv, program->v[i]);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		eg_vec_push(run->arena, &argv, words[i]);
	eg_vec_push(run->arena, &argv, NULL);
	const struct eg_process process = {.argv = argv.v, .timeout_ms = TRIAL_MS, .max = EG_MAX_PROBE};
	if (eg_process_run(run, &process, &answer)) {
		printf("%-32s could not be tried: %s\n", label, eg_printable(run->arena, run->error.message));
		eg_recover(run);
		return false;
	}
	bool guarded = answer.status == EG_EXIT_BLOCKED;
	const char *last = strrchr(answer.err, '\n');
	if (guarded)
		printf("%-32s guarded\n", label);
	else
		printf("%-32s NOT guarded: it went through with exit status %d%s%s\n", label, answer.status,
		       *answer.err ? ": " : "", eg_printable(run->arena, last ? last + 1 : answer.err));
	return guarded;
}

/* ACTIVE: the scope was not named, so that a plain "pip" should be its own. */
static bool try_all(struct eg_run *run, const struct eg_scope *scope, bool active, const char *folder)
{
	const char *python = scope->interpreter.exe, *beside = strrchr(python, '/');
	const char *pip = eg_strf(run->arena, "%.*s/pip", (int)(beside ? beside - python : 0), python);
	const char *on_path = active ? eg_which(run->arena, "pip", NULL) : NULL;
	const char *module_words[] = {python, "-m", "pip"};
	bool good = try_pip(run, eg_strf(run->arena, "%s -m pip", python), &(struct eg_strs){module_words, 3, 3}, folder);

	if (eg_is_executable(pip))
		good &= try_pip(run, pip, &(struct eg_strs){&pip, 1, 1}, folder);
	if (on_path && strcmp(on_path, pip))
		good &= try_pip(run, eg_strf(run->arena, "pip (%s)", on_path), &(struct eg_strs){&on_path, 1, 1}, folder);
	return good;
}

static int verify_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	char folder[] = "/tmp/envguard-verify-XXXXXX";
	struct eg_scope_options options;
	struct eg_scope scope;
	bool good = false;

	if (eg_scope_parse(run, argc, argv, &options))
		return eg_usage_error(command, "%s", run->error.message);
	enum eg_error_kind kind = eg_scope_find(run, &options, false, &scope);
	if (!kind && !scope.has_python)
		kind = eg_fail(run, EG_NOT_FOUND, "there is no Python in '%s'", scope.prefix);
	if (!kind && !mkdtemp(folder))
		kind = eg_fail(run, EG_IO, "cannot make a folder in /tmp: %s", strerror(errno));
	if (!kind) {
		unsetenv("ENVGUARD");
		kind = make_wheel(run, &scope, folder);
		good = !kind && try_all(run, &scope, !options.prefix && !options.python, folder);
		nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	}
	if (kind) {
		eg_complain("%s", run->error.message);
		return EG_EXIT_UNKNOWN;
	}
	return eg_finish_output(good ? EG_EXIT_OK : EXIT_UNGUARDED);
}

const struct eg_command eg_command_verify = {
	.name = "verify",
	.summary = "prove, by real commands, that an environment is guarded",
	.help = "usage: envguard verify [--prefix ENV | --python EXE | --user | --system]\n\n"
		"Has each way to pip install a package that does nothing, into a temporary folder, and sees whether the\n"
		"guard refuses it. Exits with 0 when all are guarded, with 1 when one is not.\n\n"
		EG_SCOPE_HELP,
	.main = verify_main,
};
