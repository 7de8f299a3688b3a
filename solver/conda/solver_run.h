/* One request to libsolv, and what comes of it (libmamba's Request, Solver and Solution). */
#ifndef EG_CONDA_SOLVER_RUN_H
#define EG_CONDA_SOLVER_RUN_H

#include "pool.h"

/* In libmamba's order, by which jobs are sorted. */
enum eg_job_kind {
	EG_JOB_INSTALL,
	EG_JOB_REMOVE,
	EG_JOB_UPDATE,
	EG_JOB_UPDATE_ALL,
	EG_JOB_KEEP,
	EG_JOB_FREEZE,
	EG_JOB_PIN,
};

struct eg_solver_job {
	enum eg_job_kind kind;
	struct eg_matchspec spec;
	bool clean_deps; /* remove, update: what is needed no more goes as well */
};

struct eg_solver_request {
	EG_VEC(struct eg_solver_job) jobs;
	bool allow_downgrade, allow_uninstall, strict_priority, force_reinstall;
	bool all_builds; /* also those that another one stands in for (dominated.h): slower, the same answer */
};

enum eg_problem_kind {
	EG_PROBLEM_OTHER,
	EG_PROBLEM_REQUIRES,        /* source needs dep, none of whose providers can be installed */
	EG_PROBLEM_NOTHING_FOR,     /* nothing provides dep, which source needs */
	EG_PROBLEM_NOTHING_ASKED,   /* nothing provides dep, which was asked for */
	EG_PROBLEM_CONSTRAINS,      /* source has a constraint that target does not meet */
	EG_PROBLEM_SAME_NAME,
	EG_PROBLEM_STRICT_PRIORITY, /* source is left out by strict channel priority */
	EG_PROBLEM_JOB,             /* dep was asked for, or is to be kept */
	EG_PROBLEM_FROZEN,          /* dep is to stay exactly as it is installed */
};

struct eg_solver_problem {
	enum eg_problem_kind kind;
	const char *text;           /* as libsolv says it */
	struct eg_conda_record *source, *target; /* NULL: none, or a pin */
	const char *dep;
	bool pins;                  /* source and target are pins: dep names nothing */
};

struct eg_solver_outcome {
	bool solved;
	EG_VEC(struct eg_conda_record *) removed, installed, reinstalled;
	EG_VEC(struct eg_solver_problem) problems; /* of each, what says most */
	EG_VEC(struct eg_solver_problem) facts;    /* of all, everything that takes part; without text */
};

void eg_solver_run(struct eg_conda_pool *pool, struct eg_solver_request *request, struct eg_solver_outcome *ret);

#endif
