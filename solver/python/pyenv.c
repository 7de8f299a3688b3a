#include "pyenv.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>

#include "ceilings.h"
#include "file.h"

/* Blanks and colons part versions in $PYENV_VERSION; in a file the first word of each line is one. */
static struct eg_strs read_versions(struct eg_arena *arena, const char *text, bool file)
{
	struct eg_strs list = {0};

	while (*text) {
		size_t blank = strspn(text, file ? " \t" : ":");
		text += blank;
		size_t n = strcspn(text, file ? " \t\r\n" : ":");
		if (n && *text != '#')
			eg_vec_push(arena, &list, eg_strndup(arena, text, n));
		text += file ? strcspn(text, "\n") : n;
		text += *text == '\n';
	}
	return list;
}

/* .python-version in DIR or above it. */
static char *local_file(struct eg_run *run, const char *dir)
{
	for (char *d = eg_path_absolute(run->arena, dir);; d = eg_path_absolute(run->arena, eg_path_join(run->arena, d, ".."))) {
		char *text = eg_file_read_if(run, eg_path_join(run->arena, d, ".python-version"), EG_MAX_CONFIG, NULL);
		if (text && *text)
			return text;
		if (!strcmp(d, "/"))
			return NULL;
	}
}

/* pyenv-version-name, pyenv-version-file */
static struct eg_strs wanted(struct eg_run *run, const char *root)
{
	const char *env = getenv("PYENV_VERSION"), *dir = getenv("PYENV_DIR");

	if (env && *env)
		return read_versions(run->arena, env, false);
	const char *text = dir && *dir ? local_file(run, dir) : NULL;
	if (!text)
		text = local_file(run, ".");
	if (!text)
		text = eg_file_read_if(run, eg_path_join(run->arena, root, "version"), EG_MAX_CONFIG, NULL);
	return read_versions(run->arena, text ? text : "", true);
}

/* Of "3.11" the newest final 3.11.x (pyenv-latest). */
static const char *latest(struct eg_arena *arena, const char *versions, const char *prefix)
{
	DIR *dir = opendir(versions);
	size_t n = strlen(prefix);
	const char *best = NULL;

	if (!dir)
		return NULL;
	for (const struct dirent *entry; (entry = readdir(dir));) {
		const char *name = entry->d_name;
		if (strncmp(name, prefix, n) || name[n] != '.' || name[n + strspn(name + n, "0123456789.")])
			continue;
		if (!best || strverscmp(name, best) > 0)
			best = eg_strdup(arena, name);
	}
	closedir(dir);
	return best;
}

static const char *directory_of(struct eg_arena *arena, const char *versions, const char *version)
{
	static const char prefix[] = "python-";
	const char *bare = strncmp(version, prefix, sizeof(prefix) - 1) ? version : version + sizeof(prefix) - 1;
	const char *tried[] = {version, bare};

	if (strchr(version, '/') || !strcmp(version, ".."))
		return NULL;
	for (size_t i = 0; i < sizeof(tried) / sizeof(*tried); i++) {
		const char *dir = eg_path_join(arena, versions, tried[i]);
		if (*tried[i] && eg_is_dir(dir))
			return dir;
	}
	const char *name = latest(arena, versions, bare);
	return name ? eg_path_join(arena, versions, name) : NULL;
}

static bool is_shim(struct eg_run *run, const char *exe, const char *versions)
{
	if (!eg_is_dir(versions))
		return false;
	const char *text = eg_file_read_if(run, exe, EG_MAX_CONFIG, NULL);
	return text && !strncmp(text, "#!", 2) && strstr(text, "libexec/pyenv\" exec");
}

/* pyenv-which: the first of the versions that has the program, else the system's. */
static const char *target(struct eg_run *run, const char *root, const char *versions, const char *name)
{
	struct eg_strs list = wanted(run, root);

	for (size_t i = 0; i < list.n && strcmp(list.v[i], "system"); i++) {
		const char *dir = directory_of(run->arena, versions, list.v[i]);
		if (!dir)
			return NULL; /* pyenv says what is wrong */
		const char *path = eg_strf(run->arena, "%s/bin/%s", dir, name);
		if (eg_is_executable(path))
			return path;
	}
	return eg_which(run->arena, name, eg_path_join(run->arena, root, "shims"));
}

const char *eg_pyenv_resolve(struct eg_run *run, const char *exe)
{
	const char *path = eg_path_absolute(run->arena, exe), *slash = strrchr(path, '/');
	const char *dir = eg_strndup(run->arena, path, (size_t)(slash - path));
	const char *last = strrchr(dir, '/');

	if (!last || strcmp(last, "/shims"))
		return exe;
	const char *root = eg_strndup(run->arena, dir, (size_t)(last - dir));
	const char *versions = eg_path_join(run->arena, root, "versions");
	if (!is_shim(run, path, versions))
		return exe;
	const char *found = target(run, root, versions, slash + 1);
	return found ? found : exe;
}
