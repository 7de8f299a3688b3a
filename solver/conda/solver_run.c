#include "solver_run.h"

#include <solv/conda.h>
#include <solv/pool.h>
#include <solv/problems.h>
#include <solv/repo.h>
#include <solv/solver.h>
#include <solv/transaction.h>

#include "ceilings.h"
#include "dominated.h"

/* By kind, then by name; stable, as libmamba's sort is for few jobs. */
static int compare_jobs(const struct eg_solver_job *a, const struct eg_solver_job *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(a->spec.name ? a->spec.name : "", b->spec.name ? b->spec.name : "");
}

static void sort_jobs(struct eg_arena *arena, struct eg_solver_job *v, size_t n)
{
	size_t half = n / 2, i = 0, j = half;

	if (n < 2)
		return;
	sort_jobs(arena, v, half);
	sort_jobs(arena, v + half, n - half);
	struct eg_solver_job *merged = EG_ARRAY(arena, struct eg_solver_job, n);
	for (size_t k = 0; k < n; k++)
		merged[k] = j == n || (i < half && compare_jobs(&v[i], &v[j]) <= 0) ? v[i++] : v[j++];
	memcpy(v, merged, n * sizeof(*v));
}

/* A pin: an installed package that nothing knows of but its constraint, checked and held (libmamba's pool_add_pin). */
static void add_pin(struct eg_conda_pool *pool, const struct eg_matchspec *spec, Queue *jobs)
{
	Pool *solv = pool->pool;
	Id constraint = pool_conda_matchspec(solv, eg_matchspec_build_form(pool->run->arena, spec));
	Repodata *data = repo_add_repodata(pool->installed, REPO_REUSE_REPODATA);
	Id id = repo_add_solvable(pool->installed);
	Solvable *s = pool_id2solvable(solv, id);

	s->name = pool_str2id(solv, eg_strf(pool->run->arena, "pin-%d", id), 1);
	s->evr = pool_str2id(solv, "1", 1);
	s->provides = repo_addid_dep(pool->installed, 0, pool_rel2id(solv, s->name, s->evr, REL_EQ, 1), 0);
	repodata_add_idarray(data, id, SOLVABLE_CONSTRAINS, constraint);
	repodata_internalize(data);
	queue_push2(jobs, SOLVER_VERIFY, s->name);
	queue_push2(jobs, SOLVER_LOCK, s->name);
}

/* 0: none of this name */
static Id installed_id(const struct eg_conda_pool *pool, const char *name)
{
	Pool *solv = pool->pool;
	Id wanted = pool_str2id(solv, name, 0), p;
	Solvable *s;

	FOR_REPO_SOLVABLES(pool->installed, p, s)
		if (wanted && s->name == wanted)
			return p;
	return 0;
}

static struct eg_conda_record *record_of(const struct eg_conda_pool *pool, Id id)
{
	return id > 0 && (size_t)id < pool->n_ids ? pool->by_id[id] : NULL;
}

/* What is installed once more, from any channel, whatever version the request names (libmamba's add_reinstall_job). */
static Id add_again(struct eg_conda_pool *pool, const struct eg_conda_record *record)
{
	struct eg_matchspec spec = eg_matchspec_of(pool->run, record);

	spec.channel = spec.subdir = NULL;
	spec.md5 = record->md5;
	spec.sha256 = record->sha256;
	return eg_conda_pool_spec(pool, &spec, true);
}

/* libsolv's update is of what is installed and matches; ours is to what matches (libmamba's add_job). */
static void add_update(struct eg_conda_pool *pool, const struct eg_solver_job *job, Queue *jobs)
{
	int clean = job->clean_deps ? SOLVER_CLEANDEPS : 0;
	Id id = eg_conda_pool_spec(pool, &job->spec, false);

	if (eg_matchspec_is_name_only(&job->spec)) {
		queue_push2(jobs, SOLVER_UPDATE | clean, id);
	} else if (installed_id(pool, job->spec.name)) {
		queue_push2(jobs, SOLVER_UPDATE | clean, pool_str2id(pool->pool, job->spec.name, 1));
		queue_push2(jobs, SOLVER_INSTALL, id);
	}
}

static void add_job(struct eg_conda_pool *pool, const struct eg_solver_request *request,
		    const struct eg_solver_job *job, Queue *jobs)
{
	int clean = job->clean_deps ? SOLVER_CLEANDEPS : 0;
	bool again = request->force_reinstall && job->kind == EG_JOB_INSTALL;
	const struct eg_conda_record *installed = again ? record_of(pool, installed_id(pool, job->spec.name)) : NULL;

	switch (job->kind) {
	case EG_JOB_INSTALL:
		queue_push2(jobs, SOLVER_INSTALL,
			    installed ? add_again(pool, installed) : eg_conda_pool_spec(pool, &job->spec, false));
		break;
	case EG_JOB_REMOVE:
		queue_push2(jobs, SOLVER_ERASE | clean, eg_conda_pool_spec(pool, &job->spec, false));
		break;
	case EG_JOB_UPDATE:
		add_update(pool, job, jobs);
		break;
	case EG_JOB_UPDATE_ALL:
		queue_push2(jobs, SOLVER_UPDATE | SOLVER_SOLVABLE_ALL | clean, 0);
		break;
	case EG_JOB_KEEP:
		queue_push2(jobs, SOLVER_USERINSTALLED, eg_conda_pool_spec(pool, &job->spec, false));
		break;
	case EG_JOB_FREEZE:
		queue_push2(jobs, SOLVER_LOCK, eg_conda_pool_spec(pool, &job->spec, false));
		break;
	case EG_JOB_PIN:
		break;
	}
}

static void add_jobs(struct eg_conda_pool *pool, struct eg_solver_request *request, Queue *jobs)
{
	sort_jobs(pool->run->arena, request->jobs.v, request->jobs.n);
	for (size_t i = 0; i < request->jobs.n; i++)
		if (request->jobs.v[i].kind == EG_JOB_PIN)
			add_pin(pool, &request->jobs.v[i].spec, jobs);
	pool_createwhatprovides(pool->pool);
	for (size_t i = 0; i < request->jobs.n; i++)
		add_job(pool, request, &request->jobs.v[i], jobs);
}

static enum eg_problem_kind kind_of(SolverRuleinfo type)
{
	switch (type) {
	case SOLVER_RULE_PKG_REQUIRES:
		return EG_PROBLEM_REQUIRES;
	case SOLVER_RULE_PKG_NOTHING_PROVIDES_DEP:
		return EG_PROBLEM_NOTHING_FOR;
	case SOLVER_RULE_JOB_NOTHING_PROVIDES_DEP:
	case SOLVER_RULE_JOB_UNKNOWN_PACKAGE:
	case SOLVER_RULE_JOB_UNSUPPORTED:
		return EG_PROBLEM_NOTHING_ASKED;
	case SOLVER_RULE_PKG_CONSTRAINS:
		return EG_PROBLEM_CONSTRAINS;
	case SOLVER_RULE_PKG_SAME_NAME:
		return EG_PROBLEM_SAME_NAME;
	case SOLVER_RULE_STRICT_REPO_PRIORITY:
		return EG_PROBLEM_STRICT_PRIORITY;
	default:
		return EG_PROBLEM_OTHER;
	}
}

static const char *dep_text(const struct eg_conda_pool *pool, Id dep)
{
	if (!dep)
		return NULL;
	if (ISRELDEP(dep) && GETRELDEP(pool->pool, dep)->flags == REL_NAMESPACE) /* one of eg_conda_pool_spec */
		dep = GETRELDEP(pool->pool, dep)->name;
	return eg_strdup(pool->run->arena, pool_dep2str(pool->pool, dep));
}

static struct eg_solver_problem read_rule(struct eg_conda_pool *pool, Solver *solver, Id rule)
{
	Id source, target, dep;
	SolverRuleinfo type = solver_ruleinfo(solver, rule, &source, &target, &dep);
	struct eg_solver_problem problem = {.kind = kind_of(type), .text = ""};

	if (type == SOLVER_RULE_JOB) { /* source and target are the job's number and kind */
		problem.kind = (target & SOLVER_JOBMASK) == SOLVER_LOCK ? EG_PROBLEM_FROZEN : EG_PROBLEM_JOB;
	} else {
		problem.source = record_of(pool, source);
		problem.target = record_of(pool, target);
		problem.pins = source && target && !problem.source && !problem.target;
	}
	problem.dep = dep_text(pool, dep);
	return problem;
}

static void read_facts(struct eg_conda_pool *pool, Solver *solver, Id problem, struct eg_solver_outcome *ret)
{
	Queue rules;

	queue_init(&rules);
	solver_findallproblemrules(solver, problem, &rules);
	for (int i = 0; i < rules.count && ret->facts.n < EG_MAX_FACTS; i++)
		eg_vec_push(pool->run->arena, &ret->facts, read_rule(pool, solver, rules.elements[i]));
	queue_free(&rules);
}

static void read_problems(struct eg_conda_pool *pool, Solver *solver, struct eg_solver_outcome *ret)
{
	for (Id id = 0; (id = solver_next_problem(solver, id)) != 0;) {
		struct eg_solver_problem problem = read_rule(pool, solver, solver_findproblemrule(solver, id));

		problem.text = eg_strdup(pool->run->arena, solver_problem2str(solver, id));
		eg_vec_push(pool->run->arena, &ret->problems, problem);
		read_facts(pool, solver, id, ret);
	}
}

static Id type_of(Transaction *transaction, Id p)
{
	return transaction_type(transaction, p, SOLVER_TRANSACTION_SHOW_OBSOLETES | SOLVER_TRANSACTION_OBSOLETE_IS_UPGRADE);
}

static void read_step(struct eg_conda_pool *pool, Transaction *transaction, Id p, struct eg_solver_outcome *ret)
{
	struct eg_arena *arena = pool->run->arena;
	struct eg_conda_record *record = record_of(pool, p);
	Id type = type_of(transaction, p);

	if (!record || record->virtual_package) /* nor pins */
		return;
	switch (type) {
	case SOLVER_TRANSACTION_UPGRADED:
	case SOLVER_TRANSACTION_CHANGED:
	case SOLVER_TRANSACTION_DOWNGRADED:
		eg_vec_push(arena, &ret->removed, record);
		eg_vec_push(arena, &ret->installed, record_of(pool, transaction_obs_pkg(transaction, p)));
		break;
	case SOLVER_TRANSACTION_REINSTALLED:
		eg_vec_push(arena, &ret->reinstalled, record);
		break;
	case SOLVER_TRANSACTION_ERASE:
		eg_vec_push(arena, &ret->removed, record);
		break;
	case SOLVER_TRANSACTION_INSTALL:
		eg_vec_push(arena, &ret->installed, record);
		break;
	default:
		break;
	}
}

/* Did something that is installed give way? libsolv chooses what, from a proof in which each build may have a part. */
static bool gave_way(const struct eg_solver_request *request, Transaction *transaction)
{
	for (int i = 0; i < transaction->steps.count; i++) {
		Id type = type_of(transaction, transaction->steps.elements[i]);

		if (type == SOLVER_TRANSACTION_ERASE ||
		    (type == SOLVER_TRANSACTION_DOWNGRADED && !request->allow_downgrade))
			return true;
	}
	return false;
}

/* False: the answer may depend on which builds were looked at. */
static bool solve(struct eg_conda_pool *pool, const struct eg_solver_request *request, Queue *jobs,
		  struct eg_solver_outcome *ret)
{
	Solver *solver = solver_create(pool->pool);
	bool final = false;

	solver_set_flag(solver, SOLVER_FLAG_ALLOW_DOWNGRADE, request->allow_downgrade);
	solver_set_flag(solver, SOLVER_FLAG_ALLOW_UNINSTALL, request->allow_uninstall);
	solver_set_flag(solver, SOLVER_FLAG_STRICT_REPO_PRIORITY, request->strict_priority);
	*ret = (struct eg_solver_outcome){.solved = !solver_solve(solver, jobs)};
	if (ret->solved) {
		Transaction *transaction = solver_create_transaction(solver);

		for (int i = 0; i < transaction->steps.count; i++)
			read_step(pool, transaction, transaction->steps.elements[i], ret);
		final = !gave_way(request, transaction);
		transaction_free(transaction);
	} else {
		read_problems(pool, solver, ret);
	}
	solver_free(solver);
	return final;
}

void eg_solver_run(struct eg_conda_pool *pool, struct eg_solver_request *request, struct eg_solver_outcome *ret)
{
	struct eg_solver_outcome outcome;
	Queue jobs;

	queue_init(&jobs);
	add_jobs(pool, request, &jobs);
	uint64_t saved = request->all_builds ? 0 : eg_conda_drop_dominated(pool, &jobs);
	if (!solve(pool, request, &jobs, &outcome) && saved && saved < EG_MAX_PAIRS_AGAIN) {
		pool_createwhatprovides(pool->pool);
		solve(pool, request, &jobs, &outcome);
	}
	queue_free(&jobs);
	*ret = outcome;
}
