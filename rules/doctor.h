/* An environment judged as it stands, without a plan: the rules' questions, asked of what is there. */
#ifndef EG_DOCTOR_H
#define EG_DOCTOR_H

#include "rule.h"

/* What came of importing a framework in the environment itself, and of a small computation with it. */
struct eg_trial {
	const char *package;      /* "torch", "jaxlib": by whose name it is installed */
	const char *module;       /* "torch", "jax" */
	bool imported, done;      /* done: the whole script was */
	const char *version, *file;
	const char *cuda;         /* that it says it was built for; NULL: none, or it does not say */
	bool available;           /* it can use a GPU, it says */
	struct eg_gpu *gpus;
	size_t n_gpus;
	const char *stage;        /* where it ended: "import", "devices", "operation" */
	const char *error;        /* "ImportError: libcudnn.so.9: …"; NULL: none was raised */
	bool late;                /* ended because time ran out */
	int signal;               /* that ended it; 0: none */
};

/* What else was found out about the environment. */
struct eg_evidence {
	const struct eg_trial *trials;
	size_t n_trials;
	const struct eg_overlap *overlaps; /* python/record_files.h */
	size_t n_overlaps;
};

/* PLAN holds the environment in .after; .before what a package manager of its own believes to be there (conda's records), else
   the same. Fills the variants. Levels: EG_BLOCK broken, EG_WARN worth a look, EG_INFO good to know. */
void eg_doctor(struct eg_run *run, struct eg_plan *plan, const struct eg_host *host,
	       const struct eg_evidence *evidence, const struct eg_terms *terms, struct eg_judgement *ret);

struct eg_judge;

struct eg_check {
	const char *id; /* that of the rule which asks the same of a plan, where there is one */
	const char *help;
	void (*check)(struct eg_judge *judge, const struct eg_check *check);
};

/* All checks, NULL-terminated, in the order in which findings of one level are told. */
extern const struct eg_check *const eg_checks[];

/* Private to the checks: a new finding about PACKAGE (NULL: the host). */
struct eg_finding *eg_check_find(struct eg_judge *judge, const struct eg_check *check, enum eg_level level,
				 const struct eg_package *package, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

#endif
