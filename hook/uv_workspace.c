/* Where a project of uv is, the workspace that it belongs to, and its environment. */
#include <fnmatch.h>
#include <stdlib.h>
#include <unistd.h>

#include "ceilings.h"
#include "file.h"
#include "python/toml.h"
#include "tool_uv.h"

static bool is_venv(struct eg_arena *arena, const char *dir)
{
	return !access(eg_strf(arena, "%s/pyvenv.cfg", dir), F_OK);
}

/* The environment that the working directory is in, or the .venv there or in one above; NULL: none. */
static const char *nearest_venv(struct eg_arena *arena)
{
	char *cwd = getcwd(NULL, 0);
	char *dir = cwd ? eg_strdup(arena, cwd) : NULL;

	free(cwd);
	for (char *slash; dir && (slash = strrchr(dir, '/')); *slash = 0) {
		const char *venv = eg_strf(arena, "%s/.venv", dir);

		if (is_venv(arena, dir))
			return eg_strdup(arena, dir);
		if (is_venv(arena, venv))
			return venv;
	}
	return NULL;
}

/* conda's base counts like the system's Python, behind a .venv (uv-python: virtualenv.rs, CondaEnvironmentKind). */
static bool is_base_of_conda(struct eg_arena *arena, const char *prefix)
{
	const char *root = getenv("_CONDA_ROOT"), *name = getenv("CONDA_DEFAULT_ENV"), *slash = strrchr(prefix, '/');

	if (eg_is_file(eg_strf(arena, "%s/conda-meta/pixi", prefix)))
		return false;
	if (root && !strcmp(root, prefix))
		return true;
	return name && strcmp(name, prefix) && strcmp(name, slash ? slash + 1 : prefix);
}

const char *eg_uv_active_environment(struct eg_arena *arena)
{
	const char *active = getenv("VIRTUAL_ENV"), *conda = getenv("CONDA_PREFIX"), *near;

	if (active && *active)
		return active;
	if (conda && *conda && !is_base_of_conda(arena, conda))
		return conda;
	near = nearest_venv(arena);
	return near ? near : conda && *conda ? conda : NULL;
}

/* The nearest folder from DIR upwards that has a pyproject.toml; NULL: none. */
static char *nearest(struct eg_arena *arena, const char *dir)
{
	char *at = eg_strdup(arena, dir);

	for (char *slash; (slash = strrchr(at, '/')); *slash = 0)
		if (eg_is_file(eg_strf(arena, "%s/pyproject.toml", at)))
			return at;
	return NULL;
}

static char *member_of(struct eg_arena *arena, const struct uv_values *values, const char **ret_dir)
{
	const char *place = values->project ? values->project : values->directory ? values->directory : ".";

	*ret_dir = eg_path_absolute(arena, place);
	return nearest(arena, *ret_dir);
}

static bool matches_any(const char *path, const struct eg_toml *globs)
{
	bool any = false;

	for (size_t i = 0; globs && i < globs->n && !any; i++)
		if (globs->items[i].type == EG_TOML_STRING) {
			const char *glob = globs->items[i].text;

			any = !fnmatch(!strncmp(glob, "./", 2) ? glob + 2 : glob, path, 0);
		}
	return any;
}

static enum eg_error_kind read_pyproject(struct eg_run *run, const char *dir, const struct eg_toml **ret)
{
	const char *path = eg_strf(run->arena, "%s/pyproject.toml", dir);
	char *text;
	size_t n;
	enum eg_error_kind kind = eg_file_read(run, path, EG_MAX_REQUIREMENTS, &text, &n);

	return kind ? kind : eg_toml_parse(run, path, text, n, ret);
}

static const struct eg_toml *workspace_of(const struct eg_toml *pyproject)
{
	return eg_toml_get(eg_toml_get(eg_toml_get(pyproject, "tool"), "uv"), "workspace");
}

/* *ret: the root of the workspace that MEMBER belongs to, or MEMBER itself; NULL: it is no project (uv-workspace:
   find_workspace). The next pyproject.toml above is asked, no further one. */
static enum eg_error_kind find_root(struct eg_run *run, const char *member, const char **ret)
{
	const struct eg_toml *toml, *workspace;
	enum eg_error_kind kind = read_pyproject(run, member, &toml);
	const char *above = nearest(run->arena, eg_strndup(run->arena, member, (size_t)(strrchr(member, '/') - member)));

	if (kind)
		return kind;
	*ret = eg_toml_get(toml, "project") || workspace_of(toml) ? member : NULL;
	if (!*ret || workspace_of(toml) || !above || (kind = read_pyproject(run, above, &toml)))
		return kind;
	const char *place = member + strlen(above) + 1;
	workspace = workspace_of(toml);
	if (matches_any(place, eg_toml_array(workspace, "members")) &&
	    !matches_any(place, eg_toml_array(workspace, "exclude")))
		*ret = above;
	return EG_OK;
}

bool eg_uv_is_in_project(struct eg_arena *arena, const struct uv_values *values)
{
	const char *dir;

	return member_of(arena, values, &dir) != NULL;
}

const char *eg_uv_workspace_root(struct eg_run *run, const char *dir)
{
	const char *member = nearest(run->arena, dir), *root = NULL;

	if (!member || !find_root(run, member, &root))
		return root;
	eg_recover(run);
	return NULL;
}

enum eg_error_kind eg_uv_project_find(struct eg_run *run, const struct uv_values *values, struct eg_uv_project *ret)
{
	const char *dir;
	const char *member = member_of(run->arena, values, &dir);
	const char *variable = getenv("UV_PROJECT_ENVIRONMENT"), *active = getenv("VIRTUAL_ENV");

	if (!member)
		return eg_fail(run, EG_NOT_FOUND, "there is no pyproject.toml in '%s' or above it", dir);
	ret->pyproject = eg_strf(run->arena, "%s/pyproject.toml", member);
	enum eg_error_kind kind = find_root(run, member, &ret->root);
	if (kind)
		return kind;
	if (!ret->root)
		ret->root = member;
	ret->environment = eg_path_join(run->arena, ret->root, variable && *variable ? variable : ".venv");
	if (values->active && active && *active)
		ret->environment = active;
	return EG_OK;
}
