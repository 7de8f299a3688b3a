/* Which packages of a uv.lock belong into an environment (uv-resolver: lock/installable.rs). */
#include "ceilings.h"
#include "strs.h"
#include "uv_lock_private.h"

enum { MAX_PASSES = 32 };

/* ---- reading ---- */

const char *eg_uv_locked_source(const struct eg_uv_locked *package, const char *kind)
{
	return eg_toml_string(eg_toml_get(package->table, "source"), kind);
}

static bool is_at_root(const struct eg_uv_locked *p)
{
	static const char *const kinds[] = {"virtual", "editable", "directory"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const char *path = eg_uv_locked_source(p, kinds[i]);

		if (path && !strcmp(path, "."))
			return true;
	}
	return false;
}

/* A project with its name alone in the lock lies at its root, the members of a workspace are listed. */
static bool is_root(const struct eg_uv_lock *lock, const struct eg_toml *members, const struct eg_uv_locked *p)
{
	if (!lock->choice->all_members)
		return lock->choice->project ? !strcmp(lock->choice->project, p->name) : is_at_root(p);
	for (size_t i = 0; members && i < members->n; i++)
		if (members->items[i].type == EG_TOML_STRING && !strcmp(members->items[i].text, p->name))
			return true;
	return !members && is_at_root(p);
}

enum eg_error_kind eg_uv_lock_read(struct eg_uv_lock *lock, const struct eg_toml *root)
{
	const struct eg_toml *packages = eg_toml_array(root, "package"), *version = eg_toml_get(root, "version");
	struct eg_arena *arena = lock->run->arena;

	lock->manifest = eg_toml_get(root, "manifest");
	lock->conflicts = eg_toml_array(root, "conflicts");
	if (!version || version->type != EG_TOML_INTEGER || version->integer != 1)
		return eg_fail(lock->run, EG_FORMAT, "'%s' is no lock of version 1", lock->choice->path);
	lock->n = packages ? packages->n : 0;
	if (lock->n > EG_MAX_LINES)
		return eg_fail(lock->run, EG_LIMIT, "'%s' locks more than %d packages", lock->choice->path, EG_MAX_LINES);
	lock->v = EG_ARRAY(arena, struct eg_uv_locked, lock->n + 1);
	for (size_t i = 0; i < lock->n; i++) {
		struct eg_uv_locked *p = &lock->v[i];
		const char *name = eg_toml_string(&packages->items[i], "name");

		if (!name)
			return eg_fail(lock->run, EG_FORMAT, "'%s': a package has no name", lock->choice->path);
		p->name = eg_normalize(arena, name, strlen(name));
		p->version = eg_toml_string(&packages->items[i], "version");
		p->table = &packages->items[i];
		p->namesake = eg_map_get(&lock->by_name, p->name);
		eg_map_put(&lock->by_name, p->name, p);
		p->is_root = is_root(lock, eg_toml_array(lock->manifest, "members"), p);
		if (p->is_root)
			eg_vec_push(arena, &lock->roots, p);
	}
	if (!lock->roots.n)
		return eg_fail(lock->run, EG_FORMAT, "'%s' does not lock %s", lock->choice->path,
			       lock->choice->project ? lock->choice->project : "a project beside it");
	return EG_OK;
}

/* ---- what is wanted ---- */

static bool is_of_source(const struct eg_uv_locked *p, const struct eg_toml *source)
{
	for (size_t i = 0; source && source->type == EG_TOML_TABLE && i < source->n; i++) {
		const char *own = eg_uv_locked_source(p, source->items[i].key), *other = source->items[i].text;

		if (!own || !other || strcmp(own, other))
			return false;
	}
	return true;
}

/* The version and the source of a dependency stand there where the name alone would mean several packages. */
static struct eg_uv_locked *find(const struct eg_uv_lock *lock, const struct eg_toml *dependency)
{
	const char *name = eg_toml_string(dependency, "name"), *version = eg_toml_string(dependency, "version");
	struct eg_uv_locked *p = name ? eg_map_get(&lock->by_name, eg_normalize(lock->run->arena, name, strlen(name))) : NULL;

	while (p && ((version && (!p->version || strcmp(p->version, version))) ||
		     !is_of_source(p, eg_toml_get(dependency, "source"))))
		p = p->namesake;
	return p;
}

static void want(struct eg_uv_lock *lock, struct eg_uv_locked *p, struct eg_uv_locked *by, const struct eg_toml *extras)
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

/* How markers name an item of the declared conflicts: "extra-4-demo-cpu", "group-4-demo-dev", "project-4-demo"
   (uv-resolver: universal_marker.rs). */
static const char *encode(struct eg_arena *arena, const char *kind, const char *project, const char *name)
{
	const char *text = eg_strf(arena, "%s-%zu-%s%s%s", kind, strlen(project), project, name ? "-" : "", name ? name : "");

	return eg_normalize(arena, text, strlen(text));
}

static void activate(struct eg_uv_lock *lock, const char *kind, const struct eg_uv_locked *p, const char *name)
{
	const char *item = encode(lock->run->arena, kind, p->name, name);

	if (!eg_strs_has(&lock->active.extras, item))
		eg_vec_push(lock->run->arena, &lock->active.extras, item);
}

static bool marker_holds(const struct eg_uv_lock *lock, const char *text)
{
	const struct eg_marker *marker = NULL;
	const char *error;

	if (!text)
		return true;
	if (!eg_marker_parse(lock->run->arena, text, strlen(text), &marker, &error))
		return false;
	return eg_marker_holds_with(marker, &lock->interpreter->markers, &lock->active);
}

/* A dependency may ask for the very extra that its marker is about. */
static bool is_followed(struct eg_uv_lock *lock, const struct eg_uv_locked *p, const struct eg_toml *dependency)
{
	const struct eg_toml *extras = lock->conflicts ? eg_toml_array(dependency, "extra") : NULL;
	size_t before = lock->active.extras.n;

	for (size_t i = 0; extras && i < extras->n; i++)
		if (extras->items[i].type == EG_TOML_STRING)
			activate(lock, "extra", p, extras->items[i].text);
	if (marker_holds(lock, eg_toml_string(dependency, "marker")))
		return true;
	lock->active.extras.n = before;
	return false;
}

static void follow(struct eg_uv_lock *lock, struct eg_uv_locked *by, const struct eg_toml *dependencies)
{
	for (size_t i = 0; dependencies && i < dependencies->n; i++) {
		const struct eg_toml *d = &dependencies->items[i];
		struct eg_uv_locked *p = find(lock, d);

		if (p && is_followed(lock, p, d))
			want(lock, p, by, eg_toml_array(d, "extra"));
	}
}

static bool is_chosen(struct eg_uv_lock *lock, const char *key, const struct eg_strs *names, bool all)
{
	return all || eg_strs_has(names, eg_normalize(lock->run->arena, key, strlen(key)));
}

static void follow_named(struct eg_uv_lock *lock, struct eg_uv_locked *p, const char *table, const struct eg_strs *names, bool all)
{
	const struct eg_toml *groups = eg_toml_get(p->table, table);

	for (size_t i = 0; groups && groups->type == EG_TOML_TABLE && i < groups->n; i++)
		if (is_chosen(lock, groups->items[i].key, names, all))
			follow(lock, p, &groups->items[i]);
}

static void activate_named(struct eg_uv_lock *lock, const char *kind, const struct eg_uv_locked *p, const char *table,
			   const struct eg_strs *names, bool all)
{
	const struct eg_toml *groups = eg_toml_get(p->table, table);

	for (size_t i = 0; groups && groups->type == EG_TOML_TABLE && i < groups->n; i++)
		if (is_chosen(lock, groups->items[i].key, names, all))
			activate(lock, kind, p, groups->items[i].key);
}

static void activate_chosen(struct eg_uv_lock *lock)
{
	const struct eg_uv_lock_choice *choice = lock->choice;

	for (size_t i = 0; i < lock->roots.n; i++) {
		const struct eg_uv_locked *root = lock->roots.v[i];

		if (!choice->only_groups) {
			activate(lock, "project", root, NULL);
			activate_named(lock, "extra", root, "optional-dependencies", &choice->extras, choice->all_extras);
		}
		activate_named(lock, "group", root, "dev-dependencies", &choice->groups, choice->all_groups);
	}
}

static void follow_root(struct eg_uv_lock *lock, struct eg_uv_locked *root)
{
	const struct eg_uv_lock_choice *choice = lock->choice;

	if (!choice->only_groups) {
		root->wanted = true;
		follow(lock, root, eg_toml_array(root->table, "dependencies"));
		follow_named(lock, root, "optional-dependencies", &choice->extras, choice->all_extras);
	}
	follow_named(lock, root, "dev-dependencies", &choice->groups, choice->all_groups);
}

static bool is_of_fork(const struct eg_uv_lock *lock, const struct eg_uv_locked *p)
{
	const struct eg_toml *markers = eg_toml_array(p->table, "resolution-markers");
	bool any = !markers || !markers->n;

	for (size_t i = 0; !any && i < markers->n; i++)
		any = markers->items[i].type == EG_TOML_STRING && marker_holds(lock, markers->items[i].text);
	return any;
}

/* The groups of a workspace without a project name requirements, not packages of the lock. */
static void follow_manifest(struct eg_uv_lock *lock)
{
	const struct eg_toml *groups = eg_toml_get(lock->manifest, "dependency-groups");

	for (size_t i = 0; groups && groups->type == EG_TOML_TABLE && i < groups->n; i++) {
		if (!is_chosen(lock, groups->items[i].key, &lock->choice->groups, lock->choice->all_groups))
			continue;
		for (size_t k = 0; groups->items[i].type == EG_TOML_ARRAY && k < groups->items[i].n; k++) {
			const struct eg_toml *requirement = &groups->items[i].items[k];
			const char *name = eg_toml_string(requirement, "name");
			struct eg_uv_locked *p = name ? eg_map_get(&lock->by_name, name) : NULL;

			while (p && !is_of_fork(lock, p))
				p = p->namesake;
			if (p && marker_holds(lock, eg_toml_string(requirement, "marker")))
				want(lock, p, NULL, eg_toml_array(requirement, "extras"));
		}
	}
}

static void follow_all(struct eg_uv_lock *lock)
{
	for (size_t i = 0; i < lock->n; i++) {
		lock->v[i].wanted = false;
		lock->v[i].extras.n = 0;
	}
	for (size_t i = 0; i < lock->roots.n; i++)
		follow_root(lock, lock->roots.v[i]);
	if (lock->choice->all_members)
		follow_manifest(lock);
	while (lock->work.n) {
		struct eg_uv_locked *p = lock->work.v[--lock->work.n];

		follow(lock, p, eg_toml_array(p->table, "dependencies"));
		follow_named(lock, p, "optional-dependencies", &p->extras, false);
	}
}

/* What the item of a set of conflicts is called in markers; NULL: it is none. */
static const char *item_of(struct eg_uv_lock *lock, const struct eg_toml *item)
{
	const char *project = eg_toml_string(item, "package");
	const char *extra = eg_toml_string(item, "extra"), *group = eg_toml_string(item, "group");

	if (!project)
		return NULL;
	return encode(lock->run->arena, extra ? "extra" : group ? "group" : "project", project, extra ? extra : group);
}

static const char *item_text(struct eg_arena *arena, const struct eg_toml *item)
{
	const char *extra = eg_toml_string(item, "extra"), *group = eg_toml_string(item, "group");

	return eg_strf(arena, "%s%s%s%s", eg_toml_string(item, "package"), extra ? "[" : group ? ":" : "",
		       extra ? extra : group ? group : "", extra ? "]" : "");
}

static void check_conflicts(struct eg_uv_lock *lock)
{
	struct eg_arena *arena = lock->run->arena;

	for (size_t i = 0; lock->conflicts && i < lock->conflicts->n; i++) {
		const struct eg_toml *set = &lock->conflicts->items[i];
		const char *first = NULL;

		for (size_t k = 0; set->type == EG_TOML_ARRAY && k < set->n; k++) {
			const char *item = item_of(lock, &set->items[k]);

			if (!item || !eg_strs_has(&lock->active.extras, item))
				continue;
			if (first)
				lock->refused = eg_strf(arena, "the project declares that %s and %s conflict", first,
							item_text(arena, &set->items[k]));
			first = item_text(arena, &set->items[k]);
		}
	}
}

/* Which dependencies of a lock with conflicts count depends on all extras that are met on the way: again until there are
   no new ones. */
void eg_uv_lock_choose(struct eg_uv_lock *lock)
{
	size_t before;

	if (lock->conflicts)
		activate_chosen(lock);
	for (int pass = 0; pass < MAX_PASSES; pass++) {
		before = lock->active.extras.n;
		follow_all(lock);
		if (lock->active.extras.n == before)
			break;
	}
	check_conflicts(lock);
}
