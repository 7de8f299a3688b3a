#include "interpreter.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "pyenv.h"

enum { MAX_LINKS = 40 }; /* as the kernel */

static const char *parent(struct eg_arena *arena, const char *path)
{
	return eg_path_absolute(arena, eg_path_join(arena, path, ".."));
}

/* The interpreter in the environment PREFIX; NULL when it has none. */
static const char *python_in(struct eg_arena *arena, const char *prefix)
{
	static const char *const names[] = {"bin/python", "bin/python3", "bin/pypy3"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *path = eg_path_join(arena, prefix, names[i]);
		if (eg_is_executable(path))
			return path;
	}
	return NULL;
}

static bool has_conda(struct eg_arena *arena, const char *prefix)
{
	return eg_is_dir(eg_path_join(arena, prefix, "conda-meta"));
}

static struct eg_environment at_prefix(struct eg_arena *arena, const char *prefix)
{
	return (struct eg_environment){
		.prefix = prefix,
		.python = python_in(arena, prefix),
		.conda = has_conda(arena, prefix),
		.exists = true,
	};
}

/* What the symbolic link PATH leads to; the links among its directories stay as they are spelt. */
static const char *link_end(struct eg_arena *arena, const char *path)
{
	char target[4096];

	for (int i = 0; i < MAX_LINKS; i++) {
		ssize_t n = readlink(path, target, sizeof(target) - 1);
		if (n < 0)
			return path;
		target[n] = 0;
		path = eg_path_absolute(arena, eg_path_join(arena, parent(arena, path), target));
	}
	return path;
}

/* A virtual environment is where the link lies (PEP 405), any other installation where it leads to. */
static const char *prefix_of(struct eg_arena *arena, const char *python)
{
	const char *bin = parent(arena, python), *prefix = parent(arena, bin);

	if (eg_is_file(eg_path_join(arena, prefix, "pyvenv.cfg")))
		return prefix;
	if (eg_is_file(eg_path_join(arena, bin, "pyvenv.cfg")))
		return bin;
	return parent(arena, parent(arena, link_end(arena, python)));
}

static struct eg_environment of_python(struct eg_run *run, const char *exe)
{
	const char *python = eg_path_absolute(run->arena, eg_pyenv_resolve(run, exe));
	const char *prefix = prefix_of(run->arena, python);

	return (struct eg_environment){
		.prefix = prefix,
		.python = python,
		.conda = has_conda(run->arena, prefix),
		.exists = true,
	};
}

/* A path, a program on PATH, or a version as uv takes it ("3.11"). */
static enum eg_error_kind named_python(struct eg_run *run, const char *name, struct eg_environment *ret)
{
	if (!*name)
		return eg_fail(run, EG_USAGE, "--python needs an interpreter or an environment");
	if (eg_is_dir(name)) {
		struct eg_environment env = at_prefix(run->arena, eg_path_absolute(run->arena, name));
		if (!env.python)
			return eg_fail(run, EG_NOT_FOUND, "no Python interpreter in '%s'", name);
		*ret = env;
		return EG_OK;
	}
	const char *exe = eg_is_file(name) ? name : NULL;
	if (!exe && !strchr(name, '/'))
		exe = eg_which(run->arena, name, NULL);
	if (!exe && name[strspn(name, "0123456789.")] == 0)
		exe = eg_which(run->arena, eg_strf(run->arena, "python%s", name), NULL);
	if (!exe)
		return eg_fail(run, EG_NOT_FOUND, "no Python interpreter '%s'", name);
	*ret = of_python(run, exe);
	return EG_OK;
}

static enum eg_error_kind named_prefix(struct eg_run *run, const char *name, struct eg_environment *ret)
{
	const char *prefix = eg_path_absolute(run->arena, name);
	struct stat st;

	if (!*name)
		return eg_fail(run, EG_USAGE, "--prefix needs a directory");
	if (!stat(prefix, &st)) {
		if (!S_ISDIR(st.st_mode))
			return eg_fail(run, EG_IO, "'%s' is not a directory", name);
		*ret = at_prefix(run->arena, prefix);
		return EG_OK;
	}
	if (errno != ENOENT)
		return eg_fail(run, EG_IO, "cannot look into '%s': %s", name, strerror(errno));
	*ret = (struct eg_environment){.prefix = prefix};
	return EG_OK;
}

/* The place of PREFIX/bin on PATH, counted from its front; -1: not there. */
static int place_on_path(struct eg_arena *arena, const char *prefix)
{
	const char *bin = eg_path_join(arena, prefix, "bin"), *path = getenv("PATH");
	int place = 0;

	for (const char *p = path; p && *p; place++) {
		size_t n = strcspn(p, ":");
		if (n && !strcmp(eg_path_absolute(arena, eg_strndup(arena, p, n)), bin))
			return place;
		p += n + (p[n] == ':');
	}
	return -1;
}

/* The environment that VARIABLE says is active; NULL when it says none that exists. */
static const char *active(struct eg_run *run, const char *variable)
{
	const char *value = getenv(variable);

	if (!value || !*value)
		return NULL;
	if (!eg_is_dir(value)) {
		eg_note(run, "%s names '%s', which is no directory; passed over", variable, value);
		return NULL;
	}
	return eg_path_absolute(run->arena, value);
}

static const char *active_prefix(struct eg_run *run)
{
	const char *venv = active(run, "VIRTUAL_ENV"), *conda = active(run, "CONDA_PREFIX");

	if (!venv || !conda)
		return venv ? venv : conda;
	int v = place_on_path(run->arena, venv), c = place_on_path(run->arena, conda);
	return c >= 0 && (v < 0 || c < v) ? conda : venv;
}

enum eg_error_kind eg_environment_find(struct eg_run *run, const char *python, const char *prefix,
				       struct eg_environment *ret)
{
	if (python)
		return named_python(run, python, ret);
	if (prefix)
		return named_prefix(run, prefix, ret);
	const char *env = active_prefix(run);
	if (env) {
		*ret = at_prefix(run->arena, env);
		return EG_OK;
	}
	const char *exe = eg_which(run->arena, "python3", NULL);
	if (!exe)
		exe = eg_which(run->arena, "python", NULL);
	if (!exe)
		return eg_fail(run, EG_NOT_FOUND, "no environment is active, and there is no python3 on PATH");
	*ret = of_python(run, exe);
	return EG_OK;
}
