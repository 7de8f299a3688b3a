/* What a uv.lock says, and whether pyproject.toml still asks for it. */
#include <stdlib.h>

#include "ceilings.h"
#include "pep508.h"
#include "strs.h"
#include "toml.h"
#include "uv_lock.h"

enum eg_error_kind eg_uv_lock_versions(struct eg_run *run, const char *text, size_t n, struct eg_map *ret)
{
	struct eg_version *several = EG_NEW(run->arena, struct eg_version); /* stands for: more than one */
	const struct eg_toml *root, *packages;
	enum eg_error_kind kind = eg_toml_parse(run, "uv.lock", text, n, &root);

	if (kind)
		return kind;
	packages = eg_toml_array(root, "package");
	for (size_t i = 0; packages && i < packages->n; i++) {
		const char *name = eg_toml_string(&packages->items[i], "name");
		const char *version = eg_toml_string(&packages->items[i], "version");
		struct eg_version *v = EG_NEW(run->arena, struct eg_version);

		if (!name || !version || !eg_version_parse(run->arena, version, strlen(version), v))
			continue;
		name = eg_normalize(run->arena, name, strlen(name));
		eg_map_put(ret, name, eg_map_get(ret, name) ? several : v);
	}
	for (size_t i = 0; i < ret->n; i++)
		if (ret->v[i].value == several)
			ret->v[i].value = NULL;
	return EG_OK;
}

/* ---- is it current ---- */

/* Requirements as texts, "torch[x]>=2 gpu" for one that the extra gpu adds: of the lock, and of pyproject.toml. */
struct comparison {
	struct eg_run *run;
	const char *project;      /* normalised */
	const struct eg_toml *groups;
	struct eg_strs visited;  /* groups, against circles */
	struct eg_map elsewhere; /* projects that the lock has from a path or an address: it tells no versions of them */
	struct eg_map locked, asked;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add(struct comparison *c, struct eg_map *ret, const char *project, const struct eg_strs *extras, const char *spec,
		const char *of_extra)
{
	struct eg_arena *arena = c->run->arena;
	const char *text = project;

	for (size_t i = 0; i < extras->n; i++)
		text = eg_strf(arena, "%s[%s]", text, extras->v[i]);
	text = eg_strf(arena, "%s%s %s", text, spec, of_extra);
	eg_map_put(ret, text, c);
}

static const char *normal(struct comparison *c, const char *name)
{
	return eg_normalize(c->run->arena, name, strlen(name));
}

/* NAME of "… and extra == 'NAME'", which the lock adds to the marker; "": none. */
static const char *extra_of_marker(struct eg_arena *arena, const char *marker)
{
	const char *test = marker ? strstr(marker, "extra == '") : NULL;

	return test ? eg_strndup(arena, test + 10, strcspn(test + 10, "'")) : "";
}

static void add_locked(struct comparison *c, const struct eg_toml *list)
{
	struct eg_arena *arena = c->run->arena;

	for (size_t i = 0; list && i < list->n; i++) {
		const struct eg_toml *item = &list->items[i], *extras = eg_toml_array(item, "extras");
		const char *name = eg_toml_string(item, "name"), *spec = eg_toml_string(item, "specifier");
		struct eg_specset set = {0};
		struct eg_strs names = {0};

		if (!name)
			continue;
		name = normal(c, name);
		if (eg_toml_get(item, "path") || eg_toml_get(item, "directory") || eg_toml_get(item, "editable") ||
		    eg_toml_get(item, "virtual") || eg_toml_get(item, "url") || eg_toml_get(item, "git"))
			eg_map_put(&c->elsewhere, name, c);
		if (spec)
			eg_specset_parse(arena, spec, strlen(spec), &set, NULL);
		for (size_t k = 0; extras && k < extras->n; k++)
			if (extras->items[k].type == EG_TOML_STRING)
				eg_vec_push(arena, &names, normal(c, extras->items[k].text));
		if (names.n)
			qsort(names.v, names.n, sizeof(*names.v), by_text);
		add(c, &c->locked, name, &names, eg_specset_text(arena, &set),
		    extra_of_marker(arena, eg_toml_string(item, "marker")));
	}
}

static void add_asked(struct comparison *c, const struct eg_toml *list, const char *of_extra)
{
	struct eg_arena *arena = c->run->arena;

	for (size_t i = 0; list && list->type == EG_TOML_ARRAY && i < list->n; i++) {
		const char *text = list->items[i].text, *error;
		struct eg_requirement req;

		if (list->items[i].type != EG_TOML_STRING || !eg_requirement_parse(arena, text, strlen(text), &req, &error))
			continue;
		const struct eg_strs extras = {req.extras, req.n_extras, req.n_extras};
		add(c, &c->asked, req.project, &extras,
		    eg_map_get(&c->elsewhere, req.project) ? "" : eg_specset_text(arena, &req.spec), of_extra);
	}
}

static void add_group(struct comparison *c, const char *name)
{
	for (size_t i = 0; c->groups && c->groups->type == EG_TOML_TABLE && i < c->groups->n; i++) {
		const struct eg_toml *group = &c->groups->items[i];

		if (strcmp(normal(c, group->key), name) || eg_strs_has(&c->visited, name))
			continue;
		eg_vec_push(c->run->arena, &c->visited, name);
		add_asked(c, group, "");
		for (size_t k = 0; group->type == EG_TOML_ARRAY && k < group->n && c->visited.n < EG_MAX_INCLUDES; k++) {
			const char *included = eg_toml_string(&group->items[k], "include-group");

			if (included)
				add_group(c, normal(c, included));
		}
	}
}

static bool contains(const struct eg_map *map, const struct eg_map *of)
{
	for (size_t i = 0; i < of->n; i++)
		if (!eg_map_get(map, of->v[i].key))
			return false;
	return true;
}

/* Is what was gathered the same? The next comparison starts anew. */
static bool same(struct comparison *c)
{
	bool equal = contains(&c->locked, &c->asked) && contains(&c->asked, &c->locked);

	c->locked = c->asked = c->elsewhere = (struct eg_map){.arena = c->run->arena};
	c->visited.n = 0;
	return equal;
}

static bool same_dependencies(struct comparison *c, const struct eg_toml *metadata, const struct eg_toml *project)
{
	const struct eg_toml *extras = eg_toml_get(project, "optional-dependencies"), *dynamic = eg_toml_array(project, "dynamic");

	for (size_t i = 0; dynamic && i < dynamic->n; i++) /* only a build could tell */
		if (dynamic->items[i].type == EG_TOML_STRING && strstr(dynamic->items[i].text, "dependencies"))
			return true;
	add_locked(c, eg_toml_array(metadata, "requires-dist"));
	add_asked(c, eg_toml_array(project, "dependencies"), "");
	for (size_t i = 0; extras && extras->type == EG_TOML_TABLE && i < extras->n; i++)
		add_asked(c, &extras->items[i], normal(c, extras->items[i].key));
	return same(c);
}

static bool same_group(struct comparison *c, const struct eg_toml *locked, const char *name, const struct eg_toml *old_dev)
{
	for (size_t i = 0; locked && locked->type == EG_TOML_TABLE && i < locked->n; i++)
		if (locked->items[i].type == EG_TOML_ARRAY && !strcmp(normal(c, locked->items[i].key), name))
			add_locked(c, &locked->items[i]);
	add_group(c, name);
	if (!strcmp(name, "dev"))
		add_asked(c, old_dev, "");
	return same(c);
}

static bool same_groups(struct comparison *c, const struct eg_toml *metadata, const struct eg_toml *pyproject)
{
	const struct eg_toml *locked = eg_toml_get(metadata, "requires-dev");
	const struct eg_toml *old_dev = eg_toml_array(eg_toml_get(eg_toml_get(pyproject, "tool"), "uv"), "dev-dependencies");
	const struct eg_toml *const tables[] = {c->groups, locked};
	bool equal = same_group(c, locked, "dev", old_dev);

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; equal && tables[k] && tables[k]->type == EG_TOML_TABLE && i < tables[k]->n; i++)
			equal = same_group(c, locked, normal(c, tables[k]->items[i].key), old_dev);
	return equal;
}

enum eg_error_kind eg_uv_lock_is_current(struct eg_run *run, const char *lock, size_t n, const char *pyproject, size_t m,
					 bool *ret)
{
	const struct eg_toml *locked, *root, *packages, *project;
	struct comparison c = {.run = run, .locked.arena = run->arena, .asked.arena = run->arena, .elsewhere.arena = run->arena};
	enum eg_error_kind kind = eg_toml_parse(run, "uv.lock", lock, n, &locked);

	if (kind || (kind = eg_toml_parse(run, "pyproject.toml", pyproject, m, &root)))
		return kind;
	project = eg_toml_get(root, "project");
	packages = eg_toml_array(locked, "package");
	const char *name = eg_toml_string(project, "name");
	*ret = !name;
	if (!name)
		return EG_OK;
	c.project = normal(&c, name);
	c.groups = eg_toml_get(root, "dependency-groups");
	for (size_t i = 0; packages && i < packages->n; i++) {
		const char *other = eg_toml_string(&packages->items[i], "name");
		const struct eg_toml *metadata = eg_toml_get(&packages->items[i], "metadata");

		if (!other || strcmp(normal(&c, other), c.project))
			continue;
		*ret = same_dependencies(&c, metadata, project) && same_groups(&c, metadata, root);
		break;
	}
	return EG_OK;
}
