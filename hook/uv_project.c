/* uv's commands on a project: `uv sync`, and `uv run`, which syncs first. */
#include "ceilings.h"
#include "file.h"
#include "python/project.h"
#include "python/toml.h"
#include "python/uv_lock.h"
#include "strs.h"
#include "tool_uv.h"

/* ---- what of the lock ---- */

static void add_normal(struct eg_arena *arena, const char *name, struct eg_strs *ret)
{
	const char *normal = eg_normalize(arena, name, strlen(name));

	if (!eg_strs_has(ret, normal))
		eg_vec_push(arena, ret, normal);
}

/* Each may hold several: "--extra cpu,docs". */
static void add_all(struct eg_arena *arena, const struct eg_strs *names, struct eg_strs *ret)
{
	for (size_t i = 0; i < names->n; i++)
		for (const char *p = names->v[i]; *p;) {
			size_t n = strcspn(p, ",");

			add_normal(arena, eg_strndup(arena, p, n), ret);
			p += n + (p[n] == ',');
		}
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
	choice->all_members = v->all_packages || !table;
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

static bool wants_new_lock(const struct eg_uv_command *c)
{
	const struct uv_values *v = &c->values;

	return c->verb == EG_UV_PROJECT_ADD || c->verb == EG_UV_PROJECT_REMOVE || v->upgrade || v->upgrade_packages.n;
}

static enum eg_error_kind refuse(struct eg_plan *plan, const char *why)
{
	plan->status = EG_IMPOSSIBLE;
	plan->error_kind = "refused";
	plan->error = why;
	return EG_OK;
}

enum eg_error_kind eg_uv_project_plan(struct eg_uv_command *c, const struct eg_interpreter *interpreter,
				      struct eg_installed *installed, struct eg_plan *ret, bool *ret_new)
{
	struct eg_run *run = c->run;
	struct eg_uv_lock_choice choice = {.path = eg_strf(run->arena, "%s/uv.lock", c->project.root)};
	char *lock, *text;
	size_t n, m;
	bool current = false;
	const struct eg_toml *toml;
	enum eg_error_kind kind;

	*ret_new = wants_new_lock(c);
	if (*ret_new)
		return EG_OK;
	if (!eg_is_file(choice.path)) {
		*ret_new = !c->values.frozen && !c->values.locked;
		return *ret_new ? EG_OK : refuse(ret, eg_strf(run->arena, "there is no '%s', and it is not to be made", choice.path));
	}
	if ((kind = eg_file_read(run, choice.path, EG_MAX_REQUIREMENTS, &lock, &n)) ||
	    (kind = eg_file_read(run, c->project.pyproject, EG_MAX_REQUIREMENTS, &text, &m)) ||
	    (kind = eg_toml_parse(run, c->project.pyproject, text, m, &toml)) ||
	    (kind = eg_uv_lock_is_current(run, lock, n, text, m, &current)))
		return kind;
	if (!current && !c->values.frozen) {
		*ret_new = !c->values.locked;
		return *ret_new ? EG_OK : refuse(ret, eg_strf(run->arena, "'%s' is not what '%s' asks for, and --locked keeps it",
							      choice.path, c->project.pyproject));
	}
	choose(c, toml, &choice);
	return eg_uv_lock_plan(run, lock, n, &choice, interpreter, installed, ret);
}

/* ---- the request behind a new lock ---- */

struct members {
	struct eg_uv_command *c;
	struct eg_pip_reader *reader;
	struct eg_uv_lock_choice choice;
	struct eg_strs *synced;
	struct eg_pip_lines added;
	struct eg_strs named;  /* projects that the command adds or removes … */
	const char *optional, *group; /* … in this extra or group, normalised; both NULL: in the project's own dependencies */
};

/* Is the project one that the command names, so that its old line in the list goes? */
static bool is_replaced(const struct members *m, const char *project, const char *optional, const char *group)
{
	if (optional ? !m->optional || strcmp(optional, m->optional) : m->optional != NULL)
		return false;
	if (group ? !m->group || strcmp(group, m->group) : m->group != NULL)
		return false;
	return eg_strs_has(&m->named, project);
}

static enum eg_error_kind add_texts(struct members *m, const struct eg_toml *list, const char *optional, bool synced)
{
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; list && list->type == EG_TOML_ARRAY && i < list->n && !kind; i++) {
		struct eg_pip_line line = {0};

		if (list->items[i].type != EG_TOML_STRING)
			continue;
		kind = eg_pip_line_parse_string(m->reader, list->items[i].text, m->c->project.pyproject, &line);
		if (kind || is_replaced(m, line.req.project, optional, NULL))
			continue;
		eg_vec_push(m->c->run->arena, &m->reader->request->roots, line);
		if (synced && line.holds)
			eg_vec_push(m->c->run->arena, m->synced, line.req.project);
	}
	return kind;
}

/* All groups count for the lock, the chosen ones are installed. */
static enum eg_error_kind add_groups(struct members *m, const struct eg_toml *groups)
{
	struct eg_pip_lines *roots = &m->reader->request->roots;
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; groups && groups->type == EG_TOML_TABLE && i < groups->n && !kind; i++) {
		const char *key = groups->items[i].key;
		const char *name = eg_normalize(m->c->run->arena, key, strlen(key));
		bool chosen = m->choice.all_groups || eg_strs_has(&m->choice.groups, name);
		size_t from = roots->n, n = from;

		kind = eg_project_group(m->reader, m->c->project.pyproject, key);
		for (size_t k = from; k < roots->n; k++) {
			if (is_replaced(m, roots->v[k].req.project, NULL, name))
				continue;
			if (chosen && roots->v[k].holds)
				eg_vec_push(m->c->run->arena, m->synced, roots->v[k].req.project);
			roots->v[n++] = roots->v[k];
		}
		roots->n = n;
	}
	return kind;
}

static void name_target(struct members *m)
{
	const struct uv_values *v = &m->c->values;
	const char *group = v->groups.n ? v->groups.v[0] : v->dev ? "dev" : NULL;

	if (v->optional)
		m->optional = eg_normalize(m->c->run->arena, v->optional, strlen(v->optional));
	else if (group)
		m->group = eg_normalize(m->c->run->arena, group, strlen(group));
}

/* What the command adds: its words, and the files that it names, which are in the request already. */
static enum eg_error_kind read_added(struct members *m)
{
	const struct eg_strs *words = &m->c->arguments;
	enum eg_error_kind kind = EG_OK;

	m->added = m->reader->request->roots;
	m->reader->request->roots = (struct eg_pip_lines){0};
	for (size_t i = 0; i < words->n && !kind; i++) {
		struct eg_pip_line line = {0};

		kind = eg_pip_line_parse(m->reader, words->v[i], NULL, &line);
		if (!kind)
			eg_vec_push(m->c->run->arena, &m->added, line);
	}
	for (size_t i = 0; i < m->added.n && !kind; i++) {
		if (!m->added.v[i].req.project)
			return eg_fail(m->c->run, EG_UNSUPPORTED, "'%s' is not forecast: uv would build it to learn its name",
				       m->added.v[i].text);
		eg_vec_push(m->c->run->arena, &m->named, m->added.v[i].req.project);
	}
	return kind;
}

static enum eg_error_kind read_names(struct members *m)
{
	name_target(m);
	if (m->c->verb == EG_UV_PROJECT_ADD)
		return read_added(m);
	if (m->c->verb == EG_UV_PROJECT_REMOVE)
		add_all(m->c->run->arena, &m->c->arguments, &m->named);
	return EG_OK;
}

static void add_added(struct members *m)
{
	for (size_t i = 0; i < m->added.n; i++) {
		eg_vec_push(m->c->run->arena, &m->reader->request->roots, m->added.v[i]);
		eg_vec_push(m->c->run->arena, m->synced, m->added.v[i].req.project);
	}
}

static enum eg_error_kind read_preferences(struct eg_uv_command *c)
{
	const char *path = eg_strf(c->run->arena, "%s/uv.lock", c->project.root);
	struct eg_map *versions = EG_NEW(c->run->arena, struct eg_map);
	char *lock;
	size_t n;
	enum eg_error_kind kind = EG_OK;

	versions->arena = c->run->arena;
	c->request.preferred = versions;
	if (!eg_is_file(path))
		return EG_OK;
	if (!(kind = eg_file_read(c->run, path, EG_MAX_REQUIREMENTS, &lock, &n)))
		kind = eg_uv_lock_versions(c->run, lock, n, versions);
	return kind;
}

enum eg_error_kind eg_uv_project_requirements(struct eg_uv_command *c, struct eg_pip_reader *reader)
{
	struct members m = {.c = c, .reader = reader, .synced = EG_NEW(c->run->arena, struct eg_strs)};
	const struct eg_toml *toml, *project, *extras;
	char *text;
	size_t n;
	enum eg_error_kind kind;

	if ((kind = eg_file_read(c->run, c->project.pyproject, EG_MAX_REQUIREMENTS, &text, &n)) ||
	    (kind = eg_toml_parse(c->run, c->project.pyproject, text, n, &toml)))
		return kind;
	choose(c, toml, &m.choice);
	if (m.choice.all_members)
		return eg_fail(c->run, EG_UNSUPPORTED, "what a new lock of the workspace '%s' comes to is not forecast yet",
			       c->project.root);
	if (c->values.optional)
		add_normal(c->run->arena, c->values.optional, &m.choice.extras);
	c->request.stateless = true;
	c->request.synced = m.synced;
	c->request.exact = m.choice.exact;
	project = eg_toml_get(toml, "project");
	if ((kind = read_names(&m)) ||
	    (kind = add_texts(&m, eg_toml_array(project, "dependencies"), NULL, !m.choice.only_groups)))
		return kind;
	extras = project ? eg_toml_get(project, "optional-dependencies") : NULL;
	for (size_t i = 0; extras && extras->type == EG_TOML_TABLE && i < extras->n && !kind; i++) {
		const char *key = extras->items[i].key;
		const char *name = eg_normalize(c->run->arena, key, strlen(key));

		kind = add_texts(&m, &extras->items[i], name,
				 !m.choice.only_groups && (m.choice.all_extras || eg_strs_has(&m.choice.extras, name)));
	}
	if (kind || (kind = add_groups(&m, eg_toml_get(toml, "dependency-groups"))))
		return kind;
	add_added(&m);
	eg_note(c->run, "uv makes its lock for all platforms at once; what it comes to on this one is forecast");
	return read_preferences(c);
}

/* One entry of [tool.uv.sources], or of its list the one whose marker holds. */
static enum eg_error_kind take_source(struct eg_uv_command *c, struct eg_map *map, const struct eg_toml *source)
{
	const char *name = eg_toml_string(source, "index");
	struct eg_strs *indexes = &c->request.pip.indexes;
	const char *key = eg_normalize(c->run->arena, source->key, strlen(source->key));

	if (!name)
		return eg_fail(c->run, EG_UNSUPPORTED, "'%s': the source of '%s' is no index, which is not forecast yet",
			       c->project.pyproject, source->key);
	for (size_t i = 0; i < c->values.index_names.n; i++)
		if (!strcmp(c->values.index_names.v[i], name)) {
			eg_vec_push(c->run->arena, indexes, c->values.named_indexes.v[i]);
			c->request.n_explicit_indexes++;
			eg_map_put(map, key, (void *)(uintptr_t)indexes->n);
			return EG_OK;
		}
	return eg_fail(c->run, EG_FORMAT, "'%s': there is no index '%s' for '%s'", c->project.pyproject, name, source->key);
}

/* A source counts for what the project itself requires, not for what that brings along. */
static bool is_required(const struct eg_uv_command *c, const char *name)
{
	const struct eg_pip_lines *roots = &c->request.pip.roots;
	const char *project = eg_normalize(c->run->arena, name, strlen(name));

	for (size_t i = 0; i < roots->n; i++)
		if (roots->v[i].req.project && !strcmp(roots->v[i].req.project, project))
			return true;
	return false;
}

static bool marker_holds(const struct eg_uv_command *c, const struct eg_toml *source)
{
	const char *text = eg_toml_string(source, "marker"), *error;
	const struct eg_marker *marker = NULL;

	if (!text)
		return true;
	return eg_marker_parse(c->run->arena, text, strlen(text), &marker, &error) &&
	       eg_marker_holds(marker, &c->interpreter->markers, "");
}

enum eg_error_kind eg_uv_project_sources(struct eg_uv_command *c)
{
	struct eg_map *map = EG_NEW(c->run->arena, struct eg_map);
	const struct eg_toml *toml, *tool, *sources;
	char *text;
	size_t n;
	enum eg_error_kind kind;

	map->arena = c->run->arena;
	c->request.sources = map;
	if ((kind = eg_file_read(c->run, c->project.pyproject, EG_MAX_REQUIREMENTS, &text, &n)) ||
	    (kind = eg_toml_parse(c->run, c->project.pyproject, text, n, &toml)))
		return kind;
	tool = eg_toml_get(toml, "tool");
	tool = tool ? eg_toml_get(tool, "uv") : NULL;
	sources = tool ? eg_toml_get(tool, "sources") : NULL;
	for (size_t i = 0; sources && sources->type == EG_TOML_TABLE && i < sources->n && !kind; i++) {
		struct eg_toml one = sources->items[i];

		if (!is_required(c, one.key))
			continue;
		if (one.type == EG_TOML_TABLE) {
			kind = marker_holds(c, &one) ? take_source(c, map, &one) : EG_OK;
			continue;
		}
		for (size_t k = 0; one.type == EG_TOML_ARRAY && k < one.n; k++) {
			struct eg_toml entry = one.items[k];

			entry.key = one.key;
			if (marker_holds(c, &entry)) {
				kind = take_source(c, map, &entry);
				break;
			}
		}
	}
	return kind;
}
