/* The plan of `uv sync` and `uv run` by a lock. */
#include "uv_lock.h"

#include "pip_plan.h"
#include "strs.h"
#include "url.h"
#include "uv.h"
#include "uv_lock_private.h"

/* Of an index that is a folder it is a path, and without both a name alone. */
static const char *file_name(struct eg_arena *arena, const struct eg_toml *file)
{
	const char *url = eg_toml_string(file, "url"), *path = eg_toml_string(file, "path");
	const char *place = url ? url : path, *slash = place ? strrchr(place, '/') : NULL;

	if (!place)
		return eg_toml_string(file, "filename");
	place = slash ? slash + 1 : place;
	return url ? eg_url_unquote(arena, place) : place;
}

/* The best wheel of the lock for this interpreter, else the sdist; NULL: none. */
static const struct eg_toml *best_file(const struct eg_uv_lock *lock, const struct eg_uv_locked *p)
{
	const struct eg_toml *wheels = eg_toml_array(p->table, "wheels"), *best = NULL;
	int best_rank = -1;

	for (size_t i = 0; wheels && i < wheels->n; i++) {
		const char *file = file_name(lock->run->arena, &wheels->items[i]);
		struct eg_wheel_name name;

		if (!file || !eg_wheel_name_parse(lock->run->arena, file, &name) || name.variant)
			continue;
		int rank = eg_tags_rank(lock->tags, &name);
		if (rank >= 0 && (!best || rank < best_rank)) {
			best = &wheels->items[i];
			best_rank = rank;
		}
	}
	return best ? best : eg_toml_get(p->table, "sdist");
}

static struct eg_package *new_package(struct eg_uv_lock *lock, const struct eg_uv_locked *p, const struct eg_version *version)
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
		.file = file ? file_name(lock->run->arena, file) : NULL,
		.sha256 = hash && !strncmp(hash, "sha256:", 7) ? hash + 7 : NULL,
		.index = eg_uv_locked_source(p, "registry"),
		.size = size && size->type == EG_TOML_INTEGER ? size->integer : -1,
		.editable = eg_uv_locked_source(p, "editable") != NULL,
		.direct_url = eg_uv_locked_source(p, "url"),
	};
	return package;
}

static bool stays(const struct eg_uv_lock *lock, const struct eg_uv_locked *p, struct eg_dist *dist, const struct eg_version *version)
{
	if (!dist || lock->choice->reinstall_all || eg_strs_has(&lock->choice->reinstall, p->name))
		return false;
	eg_dist_load(lock->run, dist);
	if (eg_uv_locked_source(p, "editable"))
		return dist->editable != NULL;
	/* what was installed from an address or a folder is not what the registry has */
	if (eg_uv_locked_source(p, "registry") && dist->direct_url)
		return false;
	return dist->version.key && version->key && !eg_version_cmp(&dist->version, version);
}

static void explain(struct eg_uv_lock *lock, const struct eg_uv_locked *p, struct eg_strs *ret)
{
	struct eg_strs steps = {0};

	for (const struct eg_uv_locked *at = p; at && !at->is_root && steps.n <= lock->n; at = at->by)
		eg_vec_push(lock->run->arena, &steps, at->version ? eg_strf(lock->run->arena, "%s %s", at->name, at->version) : at->name);
	for (size_t i = steps.n; i-- > 0;)
		eg_vec_push(lock->run->arena, ret, steps.v[i]);
}

static void add_change(struct eg_uv_lock *lock, const struct eg_uv_locked *p)
{
	struct eg_plan *plan = lock->plan;
	struct eg_dist *dist = eg_map_get(&lock->installed->by_project, p->name);
	struct eg_change *change = &plan->changes[plan->n_changes];
	struct eg_version version = {0};

	if (eg_uv_locked_source(p, "virtual") || eg_strs_has(&lock->choice->skipped, p->name))
		return;
	if (p->version)
		eg_version_parse(lock->run->arena, p->version, strlen(p->version), &version);
	if (stays(lock, p, dist, &version))
		return;
	if (!best_file(lock, p) && eg_uv_locked_source(p, "registry")) {
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

static void remove_the_rest(struct eg_uv_lock *lock)
{
	struct eg_plan *plan = lock->plan;
	struct eg_strs seeds = eg_uv_seeds(lock->run, lock->interpreter);

	for (size_t i = 0; i < plan->n_before; i++) {
		const struct eg_uv_locked *p = eg_map_get(&lock->by_name, plan->before[i]->name);

		while (p && !p->wanted)
			p = p->namesake;
		if (!p && !eg_strs_has(&seeds, plan->before[i]->name))
			plan->changes[plan->n_changes++] = (struct eg_change){.action = EG_REMOVE, .from = plan->before[i]};
	}
}

static void tell_status(const struct eg_uv_lock *lock)
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
	struct eg_uv_lock lock = {
		.run = run,
		.choice = choice,
		.interpreter = interpreter,
		.installed = installed,
		.by_name.arena = run->arena,
		.plan = ret,
	};
	const struct eg_toml *root;
	enum eg_error_kind kind = eg_toml_parse(run, choice->path, text, n, &root);

	if (kind || (kind = eg_uv_lock_read(&lock, root)))
		return kind;
	lock.tags = eg_tags_of(run->arena, &interpreter->tags);
	eg_uv_lock_choose(&lock);
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
