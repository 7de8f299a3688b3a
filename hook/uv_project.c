/* uv's commands on a project: `uv sync`, and `uv run`, which syncs first. */
#include <stdlib.h>
#include <unistd.h>

#include "ceilings.h"
#include "file.h"
#include "python/toml.h"
#include "python/uv_lock.h"
#include "strs.h"
#include "tool_uv.h"

/* The nearest folder from DIR upwards that has the file NAME; NULL: none. */
static char *nearest(struct eg_arena *arena, const char *dir, const char *name)
{
	char *at = eg_strdup(arena, dir);

	for (char *slash; (slash = strrchr(at, '/')); *slash = 0)
		if (eg_is_file(eg_strf(arena, "%s/%s", at, name)))
			return at;
	return NULL;
}

enum eg_error_kind eg_uv_project_find(struct eg_run *run, const struct uv_values *values, struct eg_uv_project *ret)
{
	const char *place = values->project ? values->project : values->directory ? values->directory : ".";
	const char *dir = eg_path_absolute(run->arena, place);
	const char *member = nearest(run->arena, dir, "pyproject.toml");
	const char *variable = getenv("UV_PROJECT_ENVIRONMENT"), *active = getenv("VIRTUAL_ENV");

	if (!member)
		return eg_fail(run, EG_NOT_FOUND, "there is no pyproject.toml in '%s' or above it", dir);
	ret->pyproject = eg_strf(run->arena, "%s/pyproject.toml", member);
	ret->root = nearest(run->arena, member, "uv.lock");
	if (!ret->root)
		return eg_fail(run, EG_UNSUPPORTED, "'%s' has no uv.lock: uv would make one, for all platforms at once, which is not forecast", member);
	ret->environment = eg_path_join(run->arena, ret->root, variable && *variable ? variable : ".venv");
	if (values->active && active && *active)
		ret->environment = active;
	return EG_OK;
}

/* ---- what of the lock ---- */

static void add_normal(struct eg_arena *arena, const char *name, struct eg_strs *ret)
{
	const char *normal = eg_normalize(arena, name, strlen(name));

	if (!eg_strs_has(ret, normal))
		eg_vec_push(arena, ret, normal);
}

static void add_all(struct eg_arena *arena, const struct eg_strs *names, struct eg_strs *ret)
{
	for (size_t i = 0; i < names->n; i++)
		add_normal(arena, names->v[i], ret);
}

static void drop(struct eg_arena *arena, const struct eg_strs *names, struct eg_strs *list)
{
	for (size_t i = 0; i < names->n; i++) {
		const char *name = eg_normalize(arena, names->v[i], strlen(names->v[i]));
		size_t n = 0;

		for (size_t k = 0; k < list->n; k++)
			if (strcmp(list->v[k], name))
				list->v[n++] = list->v[k];
		list->n = n;
	}
}

/* [tool.uv] default-groups: names, or "all"; without it, "dev". */
static void add_default_groups(struct eg_run *run, const struct eg_toml *project, struct eg_uv_lock_choice *choice)
{
	const struct eg_toml *tool = eg_toml_get(project, "tool"), *uv = tool ? eg_toml_get(tool, "uv") : NULL;
	const struct eg_toml *groups = uv ? eg_toml_get(uv, "default-groups") : NULL;

	if (!groups) {
		add_normal(run->arena, "dev", &choice->groups);
	} else if (groups->type == EG_TOML_STRING && !strcmp(groups->text, "all")) {
		choice->all_groups = true;
	} else if (groups->type == EG_TOML_ARRAY) {
		for (size_t i = 0; i < groups->n; i++)
			if (groups->items[i].type == EG_TOML_STRING)
				add_normal(run->arena, groups->items[i].text, &choice->groups);
	}
}

static void choose_groups(struct eg_run *run, const struct uv_values *v, const struct eg_toml *project,
			  struct eg_uv_lock_choice *choice)
{
	static const char *const dev[] = {"dev"};
	const struct eg_strs only_dev = {(const char **)dev, 1, 1};

	choice->only_groups = v->only_groups.n || v->only_dev;
	if (!choice->only_groups && !v->no_default_groups)
		add_default_groups(run, project, choice);
	choice->all_groups |= v->all_groups;
	add_all(run->arena, &v->groups, &choice->groups);
	add_all(run->arena, &v->only_groups, &choice->groups);
	if (v->only_dev)
		add_all(run->arena, &only_dev, &choice->groups);
	if (v->no_dev)
		drop(run->arena, &only_dev, &choice->groups);
	drop(run->arena, &v->no_groups, &choice->groups);
}

static void choose(struct eg_uv_command *c, const struct eg_toml *project, struct eg_uv_lock_choice *choice)
{
	const struct uv_values *v = &c->values;
	struct eg_arena *arena = c->run->arena;
	const struct eg_toml *table = eg_toml_get(project, "project");
	const char *name = v->package ? v->package : table ? eg_toml_string(table, "name") : NULL;

	if (name)
		choice->project = eg_normalize(arena, name, strlen(name));
	choice->all_extras = v->all_extras;
	add_all(arena, &v->extras, &choice->extras);
	drop(arena, &v->no_extras, &choice->extras);
	choose_groups(c->run, v, project, choice);
	choice->exact = c->verb == EG_UV_PROJECT_SYNC ? !v->inexact : v->exact;
	add_all(arena, &v->skipped_packages, &choice->skipped);
	if (v->no_install_project && choice->project)
		add_normal(arena, choice->project, &choice->skipped);
	choice->reinstall_all = v->reinstall;
	add_all(arena, &v->reinstall_packages, &choice->reinstall);
}

/* ---- the plan ---- */

static enum eg_error_kind refuse_new_lock(struct eg_uv_command *c, const struct eg_uv_project *project, bool current)
{
	const struct uv_values *v = &c->values;

	if (v->frozen)
		return EG_OK;
	if (v->upgrade || v->upgrade_packages.n)
		return eg_fail(c->run, EG_UNSUPPORTED, "%s --upgrade would make '%s/uv.lock' anew, for all platforms at once, "
			       "which is not forecast", c->name, project->root);
	if (!current)
		return eg_fail(c->run, EG_UNSUPPORTED, "'%s/uv.lock' is not what '%s' asks for: uv would make it anew, for all "
			       "platforms at once, which is not forecast; --frozen takes it as it is", project->root,
			       project->pyproject);
	return EG_OK;
}

enum eg_error_kind eg_uv_project_plan(struct eg_uv_command *c, const struct eg_uv_project *project,
				      const struct eg_interpreter *interpreter, struct eg_installed *installed,
				      struct eg_plan *ret)
{
	struct eg_run *run = c->run;
	struct eg_uv_lock_choice choice = {.path = eg_strf(run->arena, "%s/uv.lock", project->root)};
	char *lock, *text;
	size_t n, m;
	bool current = false;
	const struct eg_toml *toml;
	enum eg_error_kind kind;

	if (c->values.all_packages)
		return eg_fail(run, EG_UNSUPPORTED, "--all-packages is not forecast yet");
	if ((kind = eg_file_read(run, choice.path, EG_MAX_REQUIREMENTS, &lock, &n)) ||
	    (kind = eg_file_read(run, project->pyproject, EG_MAX_REQUIREMENTS, &text, &m)) ||
	    (kind = eg_toml_parse(run, project->pyproject, text, m, &toml)) ||
	    (kind = eg_uv_lock_is_current(run, lock, n, text, m, &current)) ||
	    (kind = refuse_new_lock(c, project, current)))
		return kind;
	choose(c, toml, &choice);
	return eg_uv_lock_plan(run, lock, n, &choice, interpreter, installed, ret);
}
