#include "uv_lock.h"

#include <stdlib.h>

#include "ceilings.h"
#include "pip_plan.h"
#include "strs.h"
#include "toml.h"
#include "url.h"
#include "uv.h"

struct locked {
	const char *name;           /* normalised */
	const char *version;        /* NULL: a project of the workspace that does not say it */
	const struct eg_toml *table;
	bool wanted;
	struct eg_strs extras;      /* followed */
	struct locked *by;          /* who required it first; NULL: the project */
	struct eg_strs why_extras;
};

struct lock {
	struct eg_run *run;
	const struct eg_uv_lock_choice *choice;
	const struct eg_interpreter *interpreter;
	struct eg_installed *installed;
	struct locked *v;
	size_t n;
	struct locked *root;
	EG_VEC(struct locked *) work;
	struct eg_tags *tags;
	struct eg_plan *plan;
	const char *unknown;
};

/* ---- reading ---- */

static const char *source_of(const struct locked *p, const char *kind)
{
	return eg_toml_string(eg_toml_get(p->table, "source"), kind);
}

static bool is_at_root(const struct locked *p)
{
	static const char *const kinds[] = {"virtual", "editable", "directory"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const char *path = source_of(p, kinds[i]);

		if (path && !strcmp(path, "."))
			return true;
	}
	return false;
}

static enum eg_error_kind read_packages(struct lock *lock, const struct eg_toml *root)
{
	const struct eg_toml *packages = eg_toml_array(root, "package"), *version = eg_toml_get(root, "version");
	struct eg_arena *arena = lock->run->arena;

	if (!version || version->type != EG_TOML_INTEGER || version->integer != 1)
		return eg_fail(lock->run, EG_FORMAT, "'%s' is no lock of version 1", lock->choice->path);
	lock->n = packages ? packages->n : 0;
	if (lock->n > EG_MAX_LINES)
		return eg_fail(lock->run, EG_LIMIT, "'%s' locks more than %d packages", lock->choice->path, EG_MAX_LINES);
	lock->v = EG_ARRAY(arena, struct locked, lock->n + 1);
	for (size_t i = 0; i < lock->n; i++) {
		struct locked *p = &lock->v[i];
		const char *name = eg_toml_string(&packages->items[i], "name");

		if (!name)
			return eg_fail(lock->run, EG_FORMAT, "'%s': a package has no name", lock->choice->path);
		p->name = eg_normalize(arena, name, strlen(name));
		p->version = eg_toml_string(&packages->items[i], "version");
		p->table = &packages->items[i];
		if (lock->choice->project ? !strcmp(lock->choice->project, p->name) : is_at_root(p))
			lock->root = p;
	}
	if (!lock->root)
		return eg_fail(lock->run, EG_FORMAT, "'%s' does not lock %s", lock->choice->path,
			       lock->choice->project ? lock->choice->project : "a project beside it");
	return EG_OK;
}

/* ---- what is wanted ---- */

static struct locked *find(const struct lock *lock, const char *name, const char *version)
{
	for (size_t i = 0; i < lock->n; i++)
		if (!strcmp(lock->v[i].name, name) &&
		    (!version || (lock->v[i].version && !strcmp(lock->v[i].version, version))))
			return &lock->v[i];
	return NULL;
}

static void want(struct lock *lock, struct locked *p, struct locked *by, const struct eg_toml *extras)
{
	bool news = !p->wanted;

	if (news)
		p->by = by;
	p->wanted = true;
	for (size_t i = 0; extras && i < extras->n; i++)
		if (extras->items[i].type == EG_TOML_STRING && !eg_strs_has(&p->extras, extras->items[i].text)) {
			eg_vec_push(lock->run->arena, &p->extras, extras->items[i].text);
			news = true;
		}
	if (news)
		eg_vec_push(lock->run->arena, &lock->work, p);
}

static bool marker_holds(const struct lock *lock, const char *text)
{
	const struct eg_marker *marker = NULL;
	const char *error;

	if (!text)
		return true;
	if (!eg_marker_parse(lock->run->arena, text, strlen(text), &marker, &error))
		return false;
	return eg_marker_holds(marker, &lock->interpreter->markers, "");
}

static void follow(struct lock *lock, struct locked *by, const struct eg_toml *dependencies)
{
	for (size_t i = 0; dependencies && i < dependencies->n; i++) {
		const struct eg_toml *d = &dependencies->items[i];
		const char *name = eg_toml_string(d, "name");
		struct locked *p = name ? find(lock, eg_normalize(lock->run->arena, name, strlen(name)),
					       eg_toml_string(d, "version"))
					: NULL;

		if (p && marker_holds(lock, eg_toml_string(d, "marker")))
			want(lock, p, by, eg_toml_array(d, "extra"));
	}
}

static void follow_named(struct lock *lock, struct locked *p, const char *table, const struct eg_strs *names, bool all)
{
	const struct eg_toml *groups = eg_toml_get(p->table, table);

	for (size_t i = 0; groups && groups->type == EG_TOML_TABLE && i < groups->n; i++) {
		const char *key = groups->items[i].key;

		if (all || eg_strs_has(names, eg_normalize(lock->run->arena, key, strlen(key))))
			follow(lock, p, &groups->items[i]);
	}
}

static void choose(struct lock *lock)
{
	struct locked *root = lock->root;

	if (!lock->choice->only_groups) {
		root->wanted = true;
		follow(lock, root, eg_toml_array(root->table, "dependencies"));
		follow_named(lock, root, "optional-dependencies", &lock->choice->extras, lock->choice->all_extras);
	}
	follow_named(lock, root, "dev-dependencies", &lock->choice->groups, lock->choice->all_groups);
	while (lock->work.n) {
		struct locked *p = lock->work.v[--lock->work.n];

		follow(lock, p, eg_toml_array(p->table, "dependencies"));
		follow_named(lock, p, "optional-dependencies", &p->extras, false);
	}
}

/* ---- what changes ---- */

/* The best wheel of the lock for this interpreter, else the sdist; NULL: none. */
static const struct eg_toml *best_file(const struct lock *lock, const struct locked *p)
{
	const struct eg_toml *wheels = eg_toml_array(p->table, "wheels"), *best = NULL;
	int best_rank = -1;

	for (size_t i = 0; wheels && i < wheels->n; i++) {
		const char *url = eg_toml_string(&wheels->items[i], "url");
		const char *file = eg_toml_string(&wheels->items[i], "filename");
		struct eg_wheel_name name;

		file = file ? file : url && strrchr(url, '/') ? strrchr(url, '/') + 1 : url;
		if (!file || !eg_wheel_name_parse(lock->run->arena, eg_url_unquote(lock->run->arena, file), &name))
			continue;
		int rank = eg_tags_rank(lock->tags, &name);
		if (rank >= 0 && (!best || rank < best_rank)) {
			best = &wheels->items[i];
			best_rank = rank;
		}
	}
	return best ? best : eg_toml_get(p->table, "sdist");
}

static struct eg_package *new_package(struct lock *lock, const struct locked *p, const struct eg_version *version)
{
	struct eg_package *package = EG_NEW(lock->run->arena, struct eg_package);
	const struct eg_toml *file = best_file(lock, p);
	const struct eg_toml *size = file ? eg_toml_get(file, "size") : NULL;
	const char *url = file ? eg_toml_string(file, "url") : NULL, *hash = file ? eg_toml_string(file, "hash") : NULL;

	*package = (struct eg_package){
		.ecosystem = EG_PYTHON,
		.name = p->name,
		.version = version->canonical ? version->canonical : p->version,
		.url = url ? eg_url_public(lock->run->arena, url) : NULL,
		.file = url && strrchr(url, '/') ? eg_url_unquote(lock->run->arena, strrchr(url, '/') + 1) : NULL,
		.sha256 = hash && !strncmp(hash, "sha256:", 7) ? hash + 7 : NULL,
		.index = source_of(p, "registry"),
		.size = size && size->type == EG_TOML_INTEGER ? size->integer : -1,
		.editable = source_of(p, "editable") != NULL,
		.direct_url = source_of(p, "url"),
	};
	return package;
}

static bool stays(const struct lock *lock, const struct locked *p, struct eg_dist *dist, const struct eg_version *version)
{
	if (!dist || lock->choice->reinstall_all || eg_strs_has(&lock->choice->reinstall, p->name))
		return false;
	eg_dist_load(lock->run, dist);
	if (source_of(p, "editable"))
		return dist->editable != NULL;
	/* what was installed from an address or a folder is not what the registry has */
	if (source_of(p, "registry") && dist->direct_url)
		return false;
	return dist->version.key && version->key && !eg_version_cmp(&dist->version, version);
}

static void explain(struct lock *lock, const struct locked *p, struct eg_strs *ret)
{
	struct eg_strs steps = {0};

	for (const struct locked *at = p; at && at != lock->root && steps.n <= lock->n; at = at->by)
		eg_vec_push(lock->run->arena, &steps, at->version ? eg_strf(lock->run->arena, "%s %s", at->name, at->version) : at->name);
	for (size_t i = steps.n; i-- > 0;)
		eg_vec_push(lock->run->arena, ret, steps.v[i]);
}

static void add_change(struct lock *lock, const struct locked *p)
{
	struct eg_plan *plan = lock->plan;
	struct eg_dist *dist = eg_map_get(&lock->installed->by_project, p->name);
	struct eg_change *change = &plan->changes[plan->n_changes];
	struct eg_version version = {0};

	if (source_of(p, "virtual") || eg_strs_has(&lock->choice->skipped, p->name))
		return;
	if (p->version)
		eg_version_parse(lock->run->arena, p->version, strlen(p->version), &version);
	if (stays(lock, p, dist, &version))
		return;
	if (!best_file(lock, p) && source_of(p, "registry")) {
		lock->unknown = eg_strf(lock->run->arena, "'%s' has no file of %s for this Python and platform", lock->choice->path, p->name);
		return;
	}
	*change = (struct eg_change){
		.from = dist ? eg_package_find(plan->before, plan->n_before, dist->project) : NULL,
		.to = new_package(lock, p, &version),
	};
	change->action = eg_action_of(change->from, change->to,
				      dist && dist->version.key && version.key ? eg_version_cmp(&dist->version, &version) : -1);
	explain(lock, p, &change->why);
	plan->n_changes++;
}

static void remove_the_rest(struct lock *lock)
{
	struct eg_plan *plan = lock->plan;
	struct eg_strs seeds = eg_uv_seeds(lock->run, lock->interpreter);

	for (size_t i = 0; i < plan->n_before; i++) {
		bool kept = eg_strs_has(&seeds, plan->before[i]->name);

		for (size_t k = 0; k < lock->n && !kept; k++)
			kept = lock->v[k].wanted && !strcmp(lock->v[k].name, plan->before[i]->name);
		if (!kept)
			plan->changes[plan->n_changes++] = (struct eg_change){.action = EG_REMOVE, .from = plan->before[i]};
	}
}

enum eg_error_kind eg_uv_lock_plan(struct eg_run *run, const char *text, size_t n, const struct eg_uv_lock_choice *choice,
				   const struct eg_interpreter *interpreter, struct eg_installed *installed,
				   struct eg_plan *ret)
{
	struct lock lock = {.run = run, .choice = choice, .interpreter = interpreter, .installed = installed, .plan = ret};
	const struct eg_toml *root;
	enum eg_error_kind kind = eg_toml_parse(run, choice->path, text, n, &root);

	if (kind || (kind = read_packages(&lock, root)))
		return kind;
	lock.tags = eg_tags_of(run->arena, &interpreter->tags);
	choose(&lock);
	eg_installed_packages(run, interpreter, installed, &ret->before, &ret->n_before);
	ret->changes = EG_ARRAY(run->arena, struct eg_change, lock.n + ret->n_before + 1);
	for (size_t i = 0; i < lock.n; i++) {
		if (lock.v[i].wanted)
			add_change(&lock, &lock.v[i]);
	}
	if (choice->exact)
		remove_the_rest(&lock);
	eg_plan_finish(run, ret);
	ret->status = lock.unknown ? EG_UNKNOWN : EG_SOLVED;
	ret->error_kind = lock.unknown ? eg_error_name(EG_UNSUPPORTED) : NULL;
	ret->error = lock.unknown;
	return EG_OK;
}

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

static struct eg_strs texts_of_lock(struct eg_run *run, const struct eg_toml *list)
{
	struct eg_strs texts = {0};

	for (size_t i = 0; list && i < list->n; i++) {
		const char *name = eg_toml_string(&list->items[i], "name");
		const char *spec = eg_toml_string(&list->items[i], "specifier");
		struct eg_specset set = {0};

		if (!name)
			continue;
		if (spec)
			eg_specset_parse(run->arena, spec, strlen(spec), &set, NULL);
		eg_vec_push(run->arena, &texts, eg_strf(run->arena, "%s%s", eg_normalize(run->arena, name, strlen(name)),
							eg_specset_text(run->arena, &set)));
	}
	return texts;
}

static bool says(const struct eg_strs *locked, struct eg_run *run, const struct eg_toml *list)
{
	for (size_t i = 0; list && i < list->n; i++) {
		const char *text = list->items[i].text, *error;
		struct eg_requirement req;

		if (list->items[i].type != EG_TOML_STRING ||
		    !eg_requirement_parse(run->arena, text, strlen(text), &req, &error))
			continue;
		if (!eg_strs_has(locked, eg_strf(run->arena, "%s%s", req.project, eg_specset_text(run->arena, &req.spec))))
			return false;
	}
	return true;
}

enum eg_error_kind eg_uv_lock_is_current(struct eg_run *run, const char *lock, size_t n, const char *pyproject, size_t m,
					 bool *ret)
{
	const struct eg_toml *locked, *project, *packages;
	enum eg_error_kind kind = eg_toml_parse(run, "uv.lock", lock, n, &locked);

	if (kind || (kind = eg_toml_parse(run, "pyproject.toml", pyproject, m, &project)))
		return kind;
	project = eg_toml_get(project, "project");
	packages = eg_toml_array(locked, "package");
	const char *name = project ? eg_toml_string(project, "name") : NULL;
	*ret = false;
	for (size_t i = 0; name && packages && i < packages->n; i++) {
		const char *other = eg_toml_string(&packages->items[i], "name");
		const struct eg_toml *metadata = eg_toml_get(&packages->items[i], "metadata");
		const struct eg_toml *list = metadata ? eg_toml_array(metadata, "requires-dist") : NULL;

		if (!other || strcmp(eg_normalize(run->arena, other, strlen(other)), eg_normalize(run->arena, name, strlen(name))))
			continue;
		const struct eg_strs texts = texts_of_lock(run, list);
		const struct eg_toml *asked = eg_toml_array(project, "dependencies");
		const struct eg_toml *extras = eg_toml_get(project, "optional-dependencies");
		size_t n_asked = asked ? asked->n : 0;
		*ret = says(&texts, run, asked);
		for (size_t k = 0; extras && extras->type == EG_TOML_TABLE && k < extras->n; k++) {
			*ret = *ret && says(&texts, run, &extras->items[k]);
			n_asked += extras->items[k].n;
		}
		*ret = *ret && n_asked == texts.n;
		break;
	}
	return EG_OK;
}
