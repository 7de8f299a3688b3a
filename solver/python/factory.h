/* pip's Requirement and Candidate objects and the rules by which one leads to the other
   (resolution/resolvelib/{factory,requirements,candidates}.py). Private to the resolution. */
#ifndef EG_FACTORY_H
#define EG_FACTORY_H

#include "finder.h"
#include "installed.h"
#include "prefetch.h"

struct eg_candidate;

/* What a pin is for: a project, or a project with a set of extras ("torch", "jax[cuda12]"). One object per identity. */
struct eg_identifier {
	const char *name, *project;
	const char *const *extras;
	size_t n_extras;
	unsigned number;            /* dense, from 0 */
	struct eg_identifier *base; /* the project without extras; itself where there are none */
	long order;                 /* position among the user's requirements; LONG_MAX: not among them */
	bool upgradable;            /* PipProvider._eligible_for_upgrade */
	struct eg_constraint *constraint; /* of the project; NULL: none */

	/* the preference's memory (provider.py) */
	long depth;                 /* 22.3 to 25.0 */
	unsigned conflicts;         /* 26.1 and later */
	bool promoted;
	bool in_conflict;           /* took part in one, as a project (base identifiers) */
};

enum eg_req_kind {
	EG_REQ_SPECIFIER,
	EG_REQ_EXPLICIT,    /* one candidate only: a URL, a path, the base of an extra */
	EG_REQ_PYTHON,      /* Requires-Python */
	EG_REQ_UNAVAILABLE, /* a URL whose metadata cannot be had */
};

struct eg_req {
	enum eg_req_kind kind;
	struct eg_identifier *id;
	const struct eg_specset *set;  /* specifier and python */
	const struct eg_requirement *spec; /* what it was made of; NULL: .text says it */
	const char *text;              /* for people, where .spec is NULL: see eg_req_text */
	struct eg_candidate *only;     /* explicit; python: the interpreter where it satisfies */
	const struct eg_strs *hashes;  /* --hash of the line; NULL: none */
};

struct eg_reqs {
	struct eg_req **v;
	size_t n, cap;
};

enum eg_candidate_kind { EG_CAND_INSTALLED, EG_CAND_LINK, EG_CAND_EXTRAS, EG_CAND_PYTHON };

struct eg_candidate {
	enum eg_candidate_kind kind;
	struct eg_identifier *id;
	const struct eg_version *version;
	const struct eg_metadata *metadata; /* NULL: none to be had */
	struct eg_candidate *base;          /* extras */
	const struct eg_dist *dist;         /* installed */
	struct eg_link *link;
	const struct eg_factory *factory;   /* link: whose resolution it belongs to */
	bool explicit, editable;
	struct eg_reqs *dependencies;       /* once asked for */
};

/* -c lines of one project, AND-ed. */
struct eg_constraint {
	EG_VEC(const struct eg_specset *) specs;
	EG_VEC(struct eg_link *) links;
	struct eg_strs hashes;
};

struct eg_factory {
	struct eg_run *run;
	struct eg_candidate passed_over; /* marks links that were tried in vain */
	const struct eg_pip_request *request;
	const struct eg_interpreter *interpreter;
	struct eg_installed *installed;
	struct eg_index *index;
	struct eg_finder *finder;
	struct eg_prefetch *prefetch;
	struct eg_pip_release release;

	struct eg_map identifiers;           /* name → identifier */
	struct eg_map installed_candidates;  /* project → candidate */
	struct eg_map extras_candidates;     /* address of the base and identifier → candidate */
	struct eg_map constraints;           /* project → constraint */
	struct eg_candidate *python;
	struct eg_identifier *python_id;

	/* What ends the resolution at once. */
	const char *refused;                 /* pip's own refusal that is no conflict: an unsupported wheel … */
	enum eg_error_kind stopped;          /* time budget spent, index out of reach: the run's error says why */

	/* Metadata that only running code could tell: the plan goes on without it, but is not known. */
	enum eg_error_kind unknown_kind;
	const char *unknown;
	struct eg_strs assumed;              /* projects whose requirements are a guess */
};

void eg_factory_init(struct eg_factory *factory);

struct eg_identifier *eg_identifier_get(struct eg_factory *factory, const char *project, const char *const *extras,
					size_t n_extras);

/* collect_root_requirements: the user's lines as requirements, constraints taken in. */
void eg_factory_roots(struct eg_factory *factory, struct eg_reqs *ret);

/* The project's links, waiting for them where they are not here yet; NULL when factory->stopped. */
const struct eg_project *eg_factory_project(struct eg_factory *factory, const char *project);

/* The link's metadata, waiting for it; NULL when there is none to be had (noted in the factory). PROJECT may be NULL
   where it is not known yet; AHEAD is the walk that came to the link, NULL: none. */
const struct eg_metadata *eg_factory_metadata(struct eg_factory *factory, struct eg_link *link, const char *project,
					      const struct eg_found *ahead);

/* The candidate of a file; NULL: pip passes it over. *ret_skip: and with it all files of its version. */
struct eg_candidate *eg_factory_link(struct eg_factory *factory, struct eg_link *link, const char *project,
				     const struct eg_version *version, const struct eg_found *ahead, bool *ret_skip);

/* NULL: not installed, or not to be looked at (--force-reinstall, --ignore-installed). */
struct eg_candidate *eg_factory_installed(struct eg_factory *factory, const char *project);

struct eg_candidate *eg_factory_extras(struct eg_factory *factory, struct eg_candidate *base, struct eg_identifier *id);

/* What the candidate requires here, in pip's order. */
const struct eg_reqs *eg_factory_dependencies(struct eg_factory *factory, struct eg_candidate *candidate);

/* "torch>=2.3" */
const char *eg_req_text(struct eg_arena *arena, const struct eg_req *req);

bool eg_req_satisfied(const struct eg_req *req, const struct eg_candidate *candidate);

bool eg_constraint_satisfied(const struct eg_constraint *constraint, const struct eg_candidate *candidate);

#endif
