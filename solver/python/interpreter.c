#include "interpreter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "buf.h"
#include "ceilings.h"
#include "facts.h"
#include "file.h"
#include "process.h"
#include "pyenv.h"

#define MARK "envguard-interpreter:" /* as in probe.py */

enum { PROBE_MS = 15000 };

extern const char eg_probe_script[]; /* solver/python/probe.py */

/* Variables that change what an interpreter, or the loader that starts it, answers. */
static const char *const variables[] = {
	"HOME", "PYTHONPATH", "PYTHONHOME", "PYTHONNOUSERSITE", "PYTHONUSERBASE", "PYTHONPLATLIBDIR", "PYTHONSAFEPATH",
	"DEB_PYTHON_INSTALL_LAYOUT", "_PIP_USE_IMPORTLIB_METADATA", "LD_LIBRARY_PATH", "LD_PRELOAD", "_PYTHON_HOST_PLATFORM",
	"_PYTHON_SYSCONFIGDATA_NAME",
};

static void key_variables(struct eg_buf *key)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++) {
		const char *value = getenv(variables[i]);
		if (value)
			eg_buf_printf(key, "%s=%s\n", variables[i], value);
	}
	eg_buf_printf(key, "uid %ld %ld\n", (long)getuid(), (long)geteuid());
}

/* The kernel's name is in the markers; with a home directory shared by several machines, so is the C library. */
static void key_machine(struct eg_buf *key)
{
	struct utsname u;
	char libc[64] = "";

	confstr(_CS_GNU_LIBC_VERSION, libc, sizeof(libc));
	if (!uname(&u))
		eg_buf_printf(key, "%s %s %s %s %s\n", u.sysname, u.release, u.version, u.machine, libc);
}

/* PEP 405: beside the executable or one level above. */
static void key_venv(struct eg_run *run, const char *exe, struct eg_buf *key)
{
	static const char *const places[] = {"..", "../.."};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		char *dir = eg_path_absolute(run->arena, eg_path_join(run->arena, exe, places[i]));
		char *path = eg_path_join(run->arena, dir, "pyvenv.cfg");
		char *cfg = eg_file_read_if(run, path, EG_MAX_CONFIG, NULL);
		if (cfg)
			eg_buf_printf(key, "%s %s\n", path, cfg);
	}
}

/* A relative entry of PYTHONPATH means another directory elsewhere. */
static void key_directory(struct eg_buf *key)
{
	const char *path = getenv("PYTHONPATH");
	bool relative = false;

	for (const char *p = path; p && *p && !relative; p += strcspn(p, ":"), p += *p == ':')
		relative = *p != '/';
	char *cwd = relative ? getcwd(NULL, 0) : NULL;
	if (cwd)
		eg_buf_printf(key, "in %s\n", cwd);
	free(cwd);
}

/* FNV-1a of the script: what another version of it was answered is no answer to this one. */
static uint64_t question(void)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (const char *p = eg_probe_script; *p; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
	return h;
}

/* What the answer depends on and is known before asking. */
static char *identity(struct eg_run *run, const char *exe, const struct stat *st)
{
	struct eg_buf key = {0};
	char *target = realpath(exe, NULL);

	eg_buf_printf(&key, "%016" PRIx64 " %s %s %jd %jd %jd.%09ld\n", question(), exe, target ? target : "",
		      (intmax_t)st->st_ino, (intmax_t)st->st_size, (intmax_t)st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
	free(target);
	key_venv(run, exe, &key);
	key_variables(&key);
	key_directory(&key);
	key_machine(&key);
	char *text = key.overflow ? NULL : eg_strndup(run->arena, key.s, key.n);
	eg_buf_free(&key);
	return text;
}

/* The cached body is the stamp, a NUL, and the interpreter's answer. */
static const char *cached_answer(struct eg_run *run, struct eg_cache *cache, const char *key, size_t *ret_n)
{
	struct eg_cache_meta meta;
	size_t n;

	if (run->refresh)
		return NULL;
	const char *body = eg_cache_get(cache, "interpreter", key, &meta, &n);
	if (!body || strlen(body) >= n)
		return NULL;
	const char *json = body + strlen(body) + 1;
	size_t left = n - (size_t)(json - body);
	const char *stamp = eg_facts_stamp(run, json, left);
	if (!stamp || strcmp(stamp, body))
		return NULL;
	*ret_n = left;
	return json;
}

static void keep_answer(struct eg_run *run, struct eg_cache *cache, const char *key, const char *json, size_t n)
{
	const struct eg_cache_meta meta = {.expires = INT64_MAX};
	const char *stamp = eg_facts_stamp(run, json, n);
	struct eg_buf body = {0};

	if (stamp && eg_buf_add(&body, stamp, strlen(stamp) + 1) && eg_buf_add(&body, json, n))
		eg_cache_put(cache, "interpreter", key, &meta, body.s, body.n);
	eg_buf_free(&body);
}

/* The last line of what it complained about, for the message. */
static const char *last_line(const char *err)
{
	const char *newline = strrchr(err, '\n');

	return newline ? newline + 1 : err;
}

static enum eg_error_kind no_answer(struct eg_run *run, const char *exe, const struct eg_answer *answer)
{
	const char *said = last_line(answer->err);
	char *how = answer->status < 0 ? eg_strf(run->arena, "ended by signal %d", -answer->status)
				     : eg_strf(run->arena, "exit status %d", answer->status);

	return eg_fail(run, EG_FORMAT, "'%s' is no working Python interpreter (%s%s%s)", exe, how, *said ? ": " : "", said);
}

static enum eg_error_kind ask(struct eg_run *run, const char *exe, const char **ret, size_t *ret_n)
{
	/* -B: asking leaves nothing behind in the environment */
	const char *const argv[] = {exe, "-B", "-c", eg_probe_script, NULL};
	const struct eg_process process = {.argv = argv, .timeout_ms = PROBE_MS, .max = EG_MAX_PROBE};
	struct eg_answer answer;
	enum eg_error_kind kind = eg_process_run(run, &process, &answer);

	if (kind)
		return kind;
	/* what a sitecustomize prints stands before it */
	const char *json = NULL;
	for (const char *p = answer.out; (p = strstr(p, MARK)); p += strlen(MARK))
		json = p + strlen(MARK);
	if (!json || answer.status)
		return no_answer(run, exe, &answer);
	*ret = json;
	*ret_n = strcspn(json, "\n");
	return EG_OK;
}

static enum eg_error_kind check(struct eg_run *run, const char *exe, struct stat *ret)
{
	if (stat(exe, ret))
		return eg_fail(run, errno == ENOENT || errno == ENOTDIR ? EG_NOT_FOUND : EG_IO,
			       "no Python interpreter at '%s': %s", exe, strerror(errno));
	if (S_ISDIR(ret->st_mode))
		return eg_fail(run, EG_NOT_FOUND, "'%s' is a directory, not a Python interpreter", exe);
	if (!S_ISREG(ret->st_mode) || access(exe, X_OK))
		return eg_fail(run, EG_IO, "'%s' is not an executable file", exe);
	return EG_OK;
}

/* A launcher (the shims of mise and asdf, a wrapper script) starts now one interpreter, now another: its own identity
   says nothing about the next answer. */
static bool is_file(const char *path, const struct stat *st)
{
	struct stat own;

	return path && !stat(path, &own) && own.st_dev == st->st_dev && own.st_ino == st->st_ino;
}

static enum eg_error_kind facts_of(struct eg_run *run, struct eg_cache *cache, const char *exe,
				   struct eg_interpreter *ret)
{
	struct eg_interpreter facts;
	struct stat st;
	bool fresh = false;
	size_t n;
	enum eg_error_kind kind = check(run, exe, &st);

	if (kind)
		return kind;
	const char *key = cache ? identity(run, exe, &st) : NULL;
	const char *json = key ? cached_answer(run, cache, key, &n) : NULL;
	if (!json) {
		kind = ask(run, exe, &json, &n);
		if (kind)
			return kind;
		fresh = true;
	}
	kind = eg_facts_read(run, json, n, exe, &facts);
	if (kind)
		return kind;
	if (fresh && key && is_file(facts.exe, &st))
		keep_answer(run, cache, key, json, n);
	facts.exe = exe;
	*ret = facts;
	return EG_OK;
}

/* An environment without any pip is served by that of the python3 on PATH. */
static const char *index_of_path(struct eg_run *run, struct eg_cache *cache, const char *exe)
{
	struct eg_interpreter other;
	const char *python = eg_which(run->arena, "python3", NULL);

	if (!python)
		return NULL;
	python = eg_path_absolute(run->arena, eg_pyenv_resolve(run, python));
	if (!strcmp(python, exe))
		return NULL;
	if (facts_of(run, cache, python, &other)) {
		eg_recover(run);
		return NULL;
	}
	return other.default_index;
}

enum eg_error_kind eg_interpreter_facts(struct eg_run *run, struct eg_cache *cache, const char *exe,
					struct eg_interpreter *ret)
{
	struct eg_interpreter facts;

	exe = eg_path_absolute(run->arena, exe);
	enum eg_error_kind kind = facts_of(run, cache, exe, &facts);
	if (kind)
		return kind;
	if (!facts.default_index)
		facts.default_index = index_of_path(run, cache, exe);
	*ret = facts;
	return EG_OK;
}
