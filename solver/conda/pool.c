#include "pool.h"

#include <solv/conda.h>
#include <solv/pool.h>
#include <solv/repo.h>


static void remember(struct eg_conda_pool *pool, Id id, struct eg_conda_record *record)
{
	size_t n = (size_t)id + 1;

	if (n > pool->n_ids) {
		size_t room = 2 * n + 1024;

		pool->by_id = eg_realloc(pool->run->arena, pool->by_id, pool->n_ids * sizeof(*pool->by_id),
					 room * sizeof(*pool->by_id));
		pool->n_ids = room;
	}
	pool->by_id[id] = record;
}

static Offset add_dependencies(Repo *repo, Offset list, const struct eg_strs *texts)
{
	for (size_t i = 0; i < texts->n; i++) {
		Id id = pool_conda_matchspec(repo->pool, texts->v[i]);

		if (id)
			list = repo_addid_dep(repo, list, id, 0);
	}
	return list;
}

/* As libsolv's repo_conda.c and libmamba's set_solvable do it: what the solver looks at. */
static void add_record(struct eg_conda_pool *pool, Repo *repo, Repodata *data, struct eg_conda_record *record)
{
	Pool *solv = pool->pool;
	Id id = repo_add_solvable(repo);
	Solvable *s = pool_id2solvable(solv, id);

	s->name = pool_str2id(solv, record->name, 1);
	s->evr = pool_str2id(solv, record->version, 1);
	s->requires = add_dependencies(repo, 0, &record->depends);
	s->provides = repo_addid_dep(repo, 0, pool_rel2id(solv, s->name, s->evr, REL_EQ, 1), 0);
	repodata_add_poolstr_array(data, id, SOLVABLE_BUILDFLAVOR, record->build);
	repodata_set_str(data, id, SOLVABLE_BUILDVERSION,
			 eg_strf(pool->run->arena, "%lld", (long long)record->build_number));
	if (record->timestamp)
		repodata_set_num(data, id, SOLVABLE_BUILDTIME, (unsigned long long)record->timestamp);
	for (size_t i = 0; i < record->constrains.n; i++) {
		Id dep = pool_conda_matchspec(solv, record->constrains.v[i]);

		if (dep)
			repodata_add_idarray(data, id, SOLVABLE_CONSTRAINS, dep);
	}
	for (size_t i = 0; i < record->track_features.n; i++)
		repodata_add_idarray(data, id, SOLVABLE_TRACK_FEATURES,
				     pool_str2id(solv, record->track_features.v[i], 1));
	remember(pool, id, record);
}

/* In a repository that has a pip, python needs pip, and pip needs python first (add_pip_as_python_dependency). */
static void add_pip_to_python(Repo *repo)
{
	Pool *solv = repo->pool;
	Id python = pool_str2id(solv, "python", 1), pip = pool_str2id(solv, "pip", 1), p;
	Solvable *s;
	bool has_pip = false;

	FOR_REPO_SOLVABLES(repo, p, s)
		has_pip |= s->name == pip;
	FOR_REPO_SOLVABLES(repo, p, s) {
		if (!has_pip)
			break;
		if (s->name == python && *pool_id2str(solv, s->evr) >= '2')
			s->requires = repo_addid_dep(repo, s->requires, pip, 0);
		if (s->name == pip)
			s->requires = repo_addid_dep(repo, s->requires, python, SOLVABLE_PREREQMARKER);
	}
}

static size_t distinct_channels(const struct eg_conda_universe *universe)
{
	size_t n = 0;

	for (size_t i = 0; i < universe->n_subdirs; i++)
		if (universe->subdirs[i].rank + 1 > n)
			n = universe->subdirs[i].rank + 1;
	return n;
}

/* conda: index.py, _set_repo_priorities; the installed packages count as one more channel. mamba: create_subdirs. */
static void set_priority(Repo *repo, const struct eg_conda_pool_options *options, size_t number, size_t rank)
{
	size_t channels = distinct_channels(options->universe), total = options->universe->n_subdirs + 1;
	bool ranked = options->config->priority != EG_PRIORITY_DISABLED;

	if (options->mamba) {
		repo->priority = ranked ? (int)(channels - 1 - rank) : 0;
		repo->subpriority = 0;
		return;
	}
	repo->priority = ranked ? (int)(channels + 1 - rank) : 0;
	repo->subpriority = ranked ? 1 : (int)(total - number);
}

static void add_subdir(struct eg_conda_pool *pool, const struct eg_conda_pool_options *options, size_t number)
{
	const struct eg_subdir *subdir = &options->universe->subdirs[number];
	Repo *repo = repo_create(pool->pool, subdir->channel->name);
	Repodata *data = repo_add_repodata(repo, 0);

	for (size_t i = 0; i < subdir->n_records; i++)
		add_record(pool, repo, data, subdir->records[i]);
	if (options->config->add_pip_as_python_dependency)
		add_pip_to_python(repo);
	repodata_internalize(data);
	set_priority(repo, options, number, subdir->rank);
}

static void add_installed(struct eg_conda_pool *pool, const struct eg_conda_pool_options *options)
{
	Repo *repo = repo_create(pool->pool, "installed");
	Repodata *data = repo_add_repodata(repo, 0);

	for (size_t i = 0; i < options->n_installed; i++)
		add_record(pool, repo, data, options->installed[i]);
	for (size_t i = 0; i < options->n_virtual; i++)
		add_record(pool, repo, data, options->virtual_packages[i]);
	repodata_internalize(data);
	if (options->mamba)
		repo->priority = repo->subpriority = 0;
	else
		set_priority(repo, options, options->universe->n_subdirs, distinct_channels(options->universe));
	pool_set_installed(pool->pool, repo);
	pool->installed = repo;
}

static void add_if_matching(const struct eg_conda_pool *pool, const struct eg_matchspec *spec, bool skip_installed, Id p,
			    Queue *found)
{
	const struct eg_conda_record *record = (size_t)p < pool->n_ids ? pool->by_id[p] : NULL;
	const Repo *repo = pool_id2solvable(pool->pool, p)->repo;

	if (record && repo && !(skip_installed && repo == pool->installed) &&
	    eg_matchspec_match(pool->run->arena, spec, record))
		queue_push(found, p);
}

/* A spec that libsolv cannot match: which solvables do. */
static Id match_spec(Pool *pool, void *context, Id name, Id evr)
{
	struct eg_conda_pool *ours = context;
	const struct eg_matchspec *spec = eg_map_get(&ours->specs, pool_id2str(pool, name));
	bool skip_installed = !strcmp(pool_id2str(pool, evr), "1");
	Queue found;
	Id p, pp;

	if (!spec)
		return 0;
	queue_init(&found);
	if (strchr(spec->name, '*')) {
		FOR_POOL_SOLVABLES(p)
			add_if_matching(ours, spec, skip_installed, p, &found);
	} else {
		Id exact = pool_str2id(pool, spec->name, 1);

		FOR_PROVIDES(p, pp, exact)
			add_if_matching(ours, spec, skip_installed, p, &found);
	}
	Id providers = found.count ? pool_queuetowhatprovides(pool, &found) : 0;
	queue_free(&found);
	return providers;
}

Id eg_conda_pool_spec(struct eg_conda_pool *pool, const struct eg_matchspec *spec, bool skip_installed)
{
	if (!skip_installed && eg_matchspec_is_simple(spec))
		return pool_conda_matchspec(pool->pool, eg_matchspec_build_form(pool->run->arena, spec));
	struct eg_matchspec *copy = EG_NEW(pool->run->arena, struct eg_matchspec);
	*copy = *spec;
	if (!spec->channel) /* libmamba hands libsolv the text, in which a subdir stands behind its channel or not at all */
		copy->subdir = NULL;
	const char *text = eg_matchspec_str(pool->run->arena, copy);
	eg_map_put(&pool->specs, text, copy);
	return pool_rel2id(pool->pool, pool_str2id(pool->pool, text, 1),
			   pool_str2id(pool->pool, skip_installed ? "1" : "0", 1), REL_NAMESPACE, 1);
}

struct eg_conda_pool *eg_conda_pool_new(struct eg_run *run, const struct eg_conda_pool_options *options)
{
	struct eg_conda_pool *pool = EG_NEW(run->arena, struct eg_conda_pool);

	*pool = (struct eg_conda_pool){.run = run, .pool = pool_create(), .specs.arena = run->arena};
	pool_setdisttype(pool->pool, DISTTYPE_CONDA);
	pool->pool->nscallback = match_spec;
	pool->pool->nscallbackdata = pool;
	for (size_t i = 0; i < options->universe->n_subdirs; i++)
		add_subdir(pool, options, i);
	add_installed(pool, options);
	return pool;
}

void eg_conda_pool_free(struct eg_conda_pool *pool)
{
	pool_free(pool->pool);
}
