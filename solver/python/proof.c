#include "proof.h"

#include <solv/pool.h>
#include <solv/poolarch.h>
#include <solv/problems.h>
#include <solv/repo.h>
#include <solv/solver.h>

/* A requirement is an Id of its own that the candidates satisfying it provide: neither PEP 440 nor the rule that local
   labels are ignored fits a comparison of EVRs. Candidates of one identifier share a name, so libsolv takes one at most. */
struct requirement {
	Id id;
	const struct eg_req *req;
};

struct proof {
	struct eg_factory *factory;
	Pool *pool;
	Repo *repo;
	EG_VEC(struct requirement) requirements;
	EG_VEC(const struct eg_candidate *) candidates; /* by solvable, from `first` on; NULL: a version never looked at */
	Id first;
};

static Id name_of(struct proof *proof, const struct eg_identifier *id)
{
	return pool_str2id(proof->pool, id->name, 1);
}

static Id requirement_of(struct proof *proof, const struct eg_req *req)
{
	struct eg_arena *arena = proof->factory->run->arena;

	for (size_t i = 0; i < proof->requirements.n; i++)
		if (proof->requirements.v[i].req == req)
			return proof->requirements.v[i].id;
	Id id = pool_str2id(proof->pool, eg_strf(arena, "%zu %s", proof->requirements.n, eg_req_text(arena, req)), 1);
	eg_vec_push(arena, &proof->requirements, (struct requirement){id, req});
	return id;
}

static void add_solvable(struct proof *proof, const struct eg_identifier *id, const struct eg_version *version,
			 const struct eg_candidate *candidate)
{
	Solvable *s = pool_id2solvable(proof->pool, repo_add_solvable(proof->repo));

	s->name = name_of(proof, id);
	s->evr = pool_str2id(proof->pool, version->canonical, 1);
	s->arch = ARCH_NOARCH;
	s->provides = repo_addid_dep(proof->repo, s->provides, s->name, 0); /* by which libsolv finds those of one name */
	for (size_t i = 0; candidate && candidate->dependencies && i < candidate->dependencies->n; i++)
		s->requires = repo_addid_dep(proof->repo, s->requires,
					     requirement_of(proof, candidate->dependencies->v[i]), 0);
	eg_vec_push(proof->factory->run->arena, &proof->candidates, candidate);
}

/* The best versions of the projects that are in conflict are looked at, all of them at once, before the search tries them. */
enum { MAX_ASKED = 32 };

struct asking {
	struct eg_factory *factory;
	size_t left;
};

static void ask_version(void *ctx, const struct eg_version *version, struct eg_link *link)
{
	struct asking *asking = ctx;
	const struct eg_metadata *metadata;
	enum eg_error_kind kind;
	const char *error;

	(void)version;
	if (!asking->left)
		return;
	asking->left--;
	eg_index_metadata(asking->factory->index, link, &metadata, &kind, &error);
}

static void ask_conflicting(struct eg_factory *factory)
{
	for (size_t i = 0; i < factory->identifiers.n; i++) {
		const struct eg_identifier *id = factory->identifiers.v[i].value;
		const struct eg_project *project = eg_finder_known(factory->finder, id->project);
		struct asking asking = {factory, MAX_ASKED};

		if (id->in_conflict && project)
			eg_project_each(factory->finder, project, ask_version, &asking);
	}
	factory->stopped = eg_index_run(factory->index);
}

struct adding {
	struct proof *proof;
	const struct eg_identifier *id;
};

static void add_version(void *ctx, const struct eg_version *version, struct eg_link *link)
{
	const struct adding *adding = ctx;
	struct eg_factory *factory = adding->proof->factory;
	const struct eg_identifier *id = adding->id;
	struct eg_candidate *candidate = link->candidate;

	if (candidate == &factory->passed_over)
		return;
	if (!candidate || candidate->factory != factory) {
		bool skip;

		/* looked at ahead of the search, which has not come to it yet */
		candidate = eg_index_metadata_known(link) ? eg_factory_link(factory, link, id->project, version, NULL, &skip) : NULL;
	}
	if (candidate && !id->n_extras)
		eg_factory_dependencies(factory, candidate);
	if (candidate && id->n_extras)
		candidate = eg_factory_extras(factory, candidate, (struct eg_identifier *)id);
	add_solvable(adding->proof, id, version, candidate);
}

/* All that the identifier could be pinned to. False: the index was not asked for it, it may be anything. */
static bool add_candidates(struct proof *proof, struct eg_identifier *id)
{
	struct eg_factory *factory = proof->factory;
	struct eg_candidate *installed = eg_factory_installed(factory, id->project);
	const struct eg_project *project = eg_finder_known(factory->finder, id->project);
	struct adding adding = {proof, id};

	if (id == factory->python_id) {
		add_solvable(proof, id, factory->python->version, factory->python);
		return true;
	}
	if (installed)
		add_solvable(proof, id, installed->version, id->n_extras ? eg_factory_extras(factory, installed, id) : installed);
	for (size_t i = 0; i < proof->requirements.n; i++) {
		const struct eg_req *req = proof->requirements.v[i].req;

		if (req->id == id && req->only && req->only != installed && req->only->kind != EG_CAND_PYTHON)
			add_solvable(proof, id, req->only->version, req->only);
	}
	if (project)
		eg_project_each(factory->finder, project, add_version, &adding);
	return project != NULL;
}

static bool provides(const struct proof *proof, const struct eg_req *req, Id solvable, const struct eg_version *version)
{
	const struct eg_candidate *candidate = proof->candidates.v[solvable - proof->first];

	switch (req->kind) {
	case EG_REQ_SPECIFIER:
	case EG_REQ_PYTHON:
		return eg_specset_contains(req->set, version);
	case EG_REQ_EXPLICIT:
		return candidate && candidate == req->only;
	case EG_REQ_UNAVAILABLE:
		break;
	}
	return false;
}

/* Says of each requirement which solvables provide it; of one that can be anything, a solvable of its own does. */
static void add_provides(struct proof *proof, const bool *open, size_t n_open)
{
	struct eg_arena *arena = proof->factory->run->arena;
	Id end = proof->pool->nsolvables;

	for (size_t i = 0; i < proof->requirements.n; i++) {
		const struct requirement *r = &proof->requirements.v[i];
		Id name = name_of(proof, r->req->id);

		for (Id p = proof->first; p < end; p++) {
			Solvable *s = pool_id2solvable(proof->pool, p);
			struct eg_version version;
			const char *text;

			if (s->name != name)
				continue;
			text = pool_id2str(proof->pool, s->evr);
			if (eg_version_parse(arena, text, strlen(text), &version) && provides(proof, r->req, p, &version))
				s->provides = repo_addid_dep(proof->repo, s->provides, r->id, 0);
		}
		if (r->req->id->number >= n_open || open[r->req->id->number]) {
			Solvable *s = pool_id2solvable(proof->pool, repo_add_solvable(proof->repo));

			s->name = pool_str2id(proof->pool, eg_strf(arena, "any %s", pool_id2str(proof->pool, r->id)), 1);
			s->evr = ID_EMPTY;
			s->arch = ARCH_NOARCH;
			s->provides = repo_addid_dep(proof->repo, s->provides, r->id, 0);
		}
	}
}

static const struct eg_req *requirement_by_id(const struct proof *proof, Id id)
{
	for (size_t i = 0; i < proof->requirements.n; i++)
		if (proof->requirements.v[i].id == id)
			return proof->requirements.v[i].req;
	return NULL;
}

/* The rules of the first problem in words; rules without a requirement ("one version at a time") go without saying. */
static void tell_problem(struct proof *proof, Solver *solver, struct eg_strs *ret)
{
	struct eg_arena *arena = proof->factory->run->arena;
	Queue rules;

	queue_init(&rules);
	solver_findallproblemrules(solver, 1, &rules);
	for (int i = 0; i < rules.count; i++) {
		Id source, target, dep;
		const char *line;

		SolverRuleinfo type = solver_ruleinfo(solver, rules.elements[i], &source, &target, &dep);
		const struct eg_req *req = requirement_by_id(proof, dep);
		if (!req)
			continue;
		if (type != SOLVER_RULE_JOB) {
			Solvable *s = pool_id2solvable(proof->pool, source);

			line = eg_strf(arena, "%s %s requires %s", pool_id2str(proof->pool, s->name),
				       pool_id2str(proof->pool, s->evr), eg_req_text(arena, req));
		} else {
			line = eg_strf(arena, "the request asks for %s", eg_req_text(arena, req));
		}
		eg_vec_push(arena, ret, line);
	}
	queue_free(&rules);
}

static bool no_solution(struct proof *proof, const struct eg_reqs *roots, struct eg_strs *ret_conflict)
{
	Solver *solver = solver_create(proof->pool);
	Queue jobs;

	queue_init(&jobs);
	for (size_t i = 0; i < roots->n; i++)
		queue_push2(&jobs, SOLVER_INSTALL | SOLVER_SOLVABLE_PROVIDES, requirement_of(proof, roots->v[i]));
	bool impossible = solver_solve(solver, &jobs) > 0;
	if (impossible)
		tell_problem(proof, solver, ret_conflict);
	queue_free(&jobs);
	solver_free(solver);
	return impossible;
}

bool eg_proof_impossible(struct eg_factory *factory, const struct eg_reqs *roots, struct eg_strs *ret_conflict)
{
	struct proof proof = {.factory = factory, .pool = pool_create()};
	size_t n = factory->identifiers.n; /* those that come up from here on count as fitting */
	bool *open = EG_ARRAY(factory->run->arena, bool, n);

	ask_conflicting(factory);
	pool_setdisttype(proof.pool, DISTTYPE_CONDA);
	proof.repo = repo_create(proof.pool, "seen");
	proof.first = proof.pool->nsolvables;
	for (size_t i = 0; i < roots->n; i++)
		requirement_of(&proof, roots->v[i]);
	for (size_t i = 0; i < n; i++)
		open[i] = !add_candidates(&proof, factory->identifiers.v[i].value);
	add_provides(&proof, open, n);
	pool_createwhatprovides(proof.pool);
	bool impossible = no_solution(&proof, roots, ret_conflict);
	pool_free(proof.pool);
	return impossible;
}
