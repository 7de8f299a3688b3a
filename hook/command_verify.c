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
#include "shim_files.h"
#include "style.h"
#include "unguarded.h"

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

/* Runs PROGRAM with WORDS. True when the guard refused. */
static bool try_command(struct eg_run *run, const char *label, const struct eg_strs *program, const char *const *words,
			size_t n)
{
	struct eg_strs argv = {0};
	struct eg_answer answer;

	for (size_t i = 0; i < program->n; i++)
		eg_vec_push(run->arena, &argv, program->v[i]);
	for (size_t i = 0; i < n; i++)
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

/* pip installs into a folder of our own. */
static bool try_pip(struct eg_run *run, const char *label, const struct eg_strs *program, const char *folder)
{
	const char *const words[] = {
		"install", "--isolated", "--disable-pip-version-check", "--no-input", "--no-index", "--no-deps",
		"--target", eg_path_join(run->arena, folder, "target"), "--find-links", folder, EG_GATE_PROBE,
	};

	return try_command(run, label, program, words, sizeof(words) / sizeof(*words));
}

static bool try_all_pips(struct eg_run *run, const struct eg_scope *scope, bool active, const char *folder)
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

/* A channel that promises the package and does not have its file: what is not guarded fails there. */
static enum eg_error_kind make_channel(struct eg_run *run, const char *folder)
{
	static const char repodata[] =
		"{\"packages\": {\"" EG_GATE_PROBE "-0-0.tar.bz2\": {\"name\": \"" EG_GATE_PROBE "\", \"version\": \"0\", "
		"\"build\": \"0\", \"build_number\": 0, \"depends\": [], \"size\": 1, \"subdir\": \"noarch\", "
		"\"noarch\": \"generic\", \"md5\": \"d41d8cd98f00b204e9800998ecf8427e\"}}}";
	const char *noarch = eg_path_join(run->arena, folder, "channel/noarch");
	enum eg_error_kind kind = eg_mkdirs(run, noarch);

	return kind ? kind : eg_file_write(run, eg_path_join(run->arena, noarch, "repodata.json"), repodata,
					   sizeof(repodata) - 1, 0644);
}

/* conda and its relatives create an environment in a folder of our own; uv is to remove what is not there. */
static bool try_by_name(struct eg_run *run, const struct eg_scope *scope, const char *name, const char *exe,
			const char *folder)
{
	const char *prefix = eg_path_join(run->arena, folder, "created");
	const char *channel = eg_strf(run->arena, "file://%s/channel", folder);
	const char *const create[] = {"create", "-p", prefix, "-y", "--override-channels", "-c", channel, EG_GATE_PROBE};
	const char *const uninstall[] = {"pip", "uninstall", "--python", scope->interpreter.exe, EG_GATE_PROBE};
	const struct eg_strs program = {&exe, 1, 1};
	const char *label = eg_strf(run->arena, "%s (%s)", name, exe);

	if (!strcmp(name, "uv"))
		return try_command(run, label, &program, uninstall, sizeof(uninstall) / sizeof(*uninstall));
	return try_command(run, label, &program, create, sizeof(create) / sizeof(*create));
}

/* What PATH finds first, and the conda of the scope itself, which only its plugin guards. */
static bool try_others(struct eg_run *run, const struct eg_scope *scope, bool active, const char *folder)
{
	static const char *const names[] = {"uv", "conda", "mamba", "micromamba"};
	const char *own = eg_path_join(run->arena, scope->prefix, "bin/conda");
	bool good = true;

	if (make_channel(run, folder)) {
		eg_complain("%s", run->error.message);
		return false;
	}
	if (eg_is_executable(own))
		good &= try_by_name(run, scope, "conda", own, folder);
	for (size_t i = 0; active && i < sizeof(names) / sizeof(*names); i++) {
		const char *exe = eg_which(run->arena, names[i], NULL);
		if (exe && strcmp(exe, own))
			good &= try_by_name(run, scope, names[i], exe, folder);
	}
	return good;
}

static int verify_main(struct eg_run *run, const struct eg_command *command, int argc, char **argv)
{
	char folder[] = "/tmp/envguard-verify-XXXXXX";
	struct eg_scope_options options;
	struct eg_scope scope;
	bool good = false;

	/* a scope that is not named is the one that a plain "pip" on PATH should belong to */
	if (eg_scope_parse(run, argc, argv, &options))
		return eg_usage_error(command, "%s", run->error.message);
	bool active = !options.prefix && !options.python;
	enum eg_error_kind kind = eg_scope_find(run, &options, false, &scope);
	if (!kind && !scope.has_python)
		kind = eg_fail(run, EG_NOT_FOUND, "there is no Python in '%s'", scope.prefix);
	if (!kind && !mkdtemp(folder))
		kind = eg_fail(run, EG_IO, "cannot make a folder in /tmp: %s", strerror(errno));
	if (!kind) {
		unsetenv("ENVGUARD");
		kind = make_wheel(run, &scope, folder);
		good = !kind && try_all_pips(run, &scope, active, folder);
		good &= !kind && try_others(run, &scope, active, folder);
		nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	}
	if (kind) {
		eg_complain("%s", run->error.message);
		return EG_EXIT_UNKNOWN;
	}
	struct eg_scope account = {.kind = scope.kind == EG_SCOPE_SYSTEM ? EG_SCOPE_SYSTEM : EG_SCOPE_USER};
	eg_unguarded_tell(run, eg_shim_folder(run, &account));
	return eg_finish_output(good ? EG_EXIT_OK : EXIT_UNGUARDED);
}

const struct eg_command eg_command_verify = {
	.name = "verify",
	.summary = "prove, by real commands, that an environment is guarded",
	.help = "usage: envguard verify [--prefix ENV | --python EXE | --user | --system]\n\n"
		"Has each way to pip, and for the active environment also the uv, conda, mamba and micromamba on PATH, put a\n"
		"package that does nothing into a temporary folder, and sees whether the guard refuses it.\n"
		"Exits with 0 when all are guarded, with 1 when one is not. What can not be guarded at all, and is at hand (an\n"
		"absolute path of uv, Poetry, PDM, pixi …), is told and does not count.\n\n"
		EG_SCOPE_HELP,
	.main = verify_main,
};
