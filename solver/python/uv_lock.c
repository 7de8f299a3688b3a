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
	struct locked *namesake;    /* of another version or source; NULL: the last one */
	bool wanted;
	struct eg_strs extras;      /* followed */
	struct locked *by;          /* who required it first; NULL: the project */
};

enum { MAX_PASSES = 32 };


struct lock {
	struct eg_run *run;
	const struct eg_uv_lock_choice *choice;
	const struct eg_interpreter *interpreter;
	struct eg_installed *installed;
	struct locked *v;
	size_t n;
	struct eg_map by_name;
	struct locked *root;
	const struct eg_toml *conflicts; /* extras and groups that may not come together; NULL: none are declared */
	struct eg_marker_sets active;    /* … of which these do, encoded */
	EG_VEC(struct locked *) work;
	struct eg_tags *tags;
	struct eg_plan *plan;
	const char *refused, *unknown;
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
		p->namesake = eg_map_get(&lock->by_name, p->name);
		eg_map_put(&lock->by_name, p->name, p);
		if (lock->choice->project ? !strcmp(lock->choice->project, p->name) : is_at_root(p))
			lock->root = p;
	}
	if (!lock->root)
		return eg_fail(lock->run, EG_FORMAT, "'%s' does not lock %s", lock->choice->path,
			       lock->choice->project ? lock->choice->project : "a project beside it");
	lock->conflicts = eg_toml_array(root, "conflicts");
	return EG_OK;
}

/* ---- what is wanted ---- */

static bool is_of_source(const struct locked *p, const struct eg_toml *source)
{
	for (size_t i = 0; source && source->type == EG_TOML_TABLE && i < source->n; i++) {
		const char *own = source_of(p, source->items[i].key), *other = source->items[i].text;

		if (!own || !other || strcmp(own, other))
			return false;
	}
	return true;
}

/* The version and the source of a dependency stand there where the name alone would mean several packages. */
static struct locked *find(const struct lock *lock, const struct eg_toml *dependency)
{
	const char *name = eg_toml_string(dependency, "name"), *version = eg_toml_string(dependency, "version");
	struct locked *p = name ? eg_map_get(&lock->by_name, eg_normalize(lock->run->arena, name, strlen(name))) : NULL;

	while (p && ((version && (!p->version || strcmp(p->version, version))) ||
		     !is_of_source(p, eg_toml_get(dependency, "source"))))
		p = p->namesake;
	return p;
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

/* How markers name an item of the declared conflicts: "extra-4-demo-cpu", "group-4-demo-dev", "project-4-demo"
   (uv-resolver: universal_marker.rs). */
static const char *encode(struct eg_arena *arena, const char *kind, const char *project, const char *name)
{
	const char *text = eg_strf(arena, "%s-%zu-%s%s%s", kind, strlen(project), project, name ? "-" : "", name ? name : "");

	return eg_normalize(arena, text, strlen(text));
}

static void activate(struct lock *lock, const char *kind, const struct locked *p, const char *name)
{
	const char *item = encode(lock->run->arena, kind, p->name, name);

	if (!eg_strs_has(&lock->active.extras, item))
		eg_vec_push(lock->run->arena, &lock->active.extras, item);
}

static bool marker_holds(const struct lock *lock, const char *text)
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
static bool is_followed(struct lock *lock, const struct locked *p, const struct eg_toml *dependency)
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

static void follow(struct lock *lock, struct locked *by, const struct eg_toml *dependencies)
{
	for (size_t i = 0; dependencies && i < dependencies->n; i++) {
		const struct eg_toml *d = &dependencies->items[i];
		struct locked *p = find(lock, d);

		if (p && is_followed(lock, p, d))
			want(lock, p, by, eg_toml_array(d, "extra"));
	}
}

static bool is_chosen(struct lock *lock, const char *key, const struct eg_strs *names, bool all)
{
	return all || eg_strs_has(names, eg_normalize(lock->run->arena, key, strlen(key)));
}

static void follow_named(struct lock *lock, struct locked *p, const char *table, const struct eg_strs *names, bool all)
{
	const struct eg_toml *groups = eg_toml_get(p->table, table);

	for (size_t i = 0; groups && groups->type == EG_TOML_TABLE && i < groups->n; i++)
		if (is_chosen(lock, groups->items[i].key, names, all))
			follow(lock, p, &groups->items[i]);
}

static void activate_named(struct lock *lock, const char *kind, const char *table, const struct eg_strs *names, bool all)
{
	const struct eg_toml *groups = eg_toml_get(lock->root->table, table);

	for (size_t i = 0; groups && groups->type == EG_TOML_TABLE && i < groups->n; i++)
		if (is_chosen(lock, groups->items[i].key, names, all))
			activate(lock, kind, lock->root, groups->items[i].key);
}

static void activate_chosen(struct lock *lock)
{
	const struct eg_uv_lock_choice *choice = lock->choice;

	if (!choice->only_groups) {
		activate(lock, "project", lock->root, NULL);
		activate_named(lock, "extra", "optional-dependencies", &choice->extras, choice->all_extras);
	}
	activate_named(lock, "group", "dev-dependencies", &choice->groups, choice->all_groups);
}

static void follow_all(struct lock *lock)
{
	struct locked *root = lock->root;

	for (size_t i = 0; i < lock->n; i++) {
		lock->v[i].wanted = false;
		lock->v[i].extras.n = 0;
	}
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

/* What the item of a set of conflicts is called in markers; NULL: it is none. */
static const char *item_of(struct lock *lock, const struct eg_toml *item)
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

static void check_conflicts(struct lock *lock)
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
static void choose(struct lock *lock)
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
		const struct locked *p = eg_map_get(&lock->by_name, plan->before[i]->name);

		while (p && !p->wanted)
			p = p->namesake;
		if (!p && !eg_strs_has(&seeds, plan->before[i]->name))
			plan->changes[plan->n_changes++] = (struct eg_change){.action = EG_REMOVE, .from = plan->before[i]};
	}
}

static void tell_status(const struct lock *lock)
{
	struct eg_plan *plan = lock->plan;

	plan->status = lock->refused ? EG_IMPOSSIBLE : lock->unknown ? EG_UNKNOWN : EG_SOLVED;
	plan->error_kind = lock->refused ? "refused" : lock->unknown ? eg_error_name(EG_UNSUPPORTED) : NULL;
	plan->error = lock->refused ? lock->refused : lock->unknown;
	if (lock->refused)
		plan->n_changes = 0;
}

enum eg_error_kind eg_uv_lock_plan(struct eg_run *run, const char *text, size_t n, const struct eg_uv_lock_choice *choice,
				   const struct eg_interpreter *interpreter, struct eg_installed *installed,
				   struct eg_plan *ret)
{
	struct lock lock = {
		.run = run,
		.choice = choice,
		.interpreter = interpreter,
		.installed = installed,
		.by_name.arena = run->arena,
		.plan = ret,
	};
	const struct eg_toml *root;
	enum eg_error_kind kind = eg_toml_parse(run, choice->path, text, n, &root);

	if (kind || (kind = read_packages(&lock, root)))
		return kind;
	lock.tags = eg_tags_of(run->arena, &interpreter->tags);
	choose(&lock);
	eg_installed_packages(run, interpreter, installed, &ret->before, &ret->n_before);
	ret->changes = EG_ARRAY(run->arena, struct eg_change, lock.n + ret->n_before + 1);
	for (size_t i = 0; i < lock.n; i++)
		if (lock.v[i].wanted)
			add_change(&lock, &lock.v[i]);
	if (choice->exact)
		remove_the_rest(&lock);
	eg_plan_finish(run, ret);
	tell_status(&lock);
	return EG_OK;
}
