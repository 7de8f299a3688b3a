/* The steps of `envguard doctor`: the environment as it stands, the host, what was tried, and the judgement of it all. */
#ifndef EG_DIAGNOSIS_H
#define EG_DIAGNOSIS_H

#include "doctor.h"

#include "style.h"
#include "terms.h"

struct eg_doctor_options {
	const char *prefix, *python; /* the environment; NULL: the active one */
	const char *host;            /* facts file; NULL: this machine */
	const char *policy;          /* one more file of the policy; NULL: none */
	bool run;                    /* try the frameworks in the environment's own Python */
	int64_t trial_ms;            /* for each of them */
};

struct eg_diagnosis {
	struct eg_plan plan;      /* the environment (see eg_doctor) */
	const char *python;       /* its interpreter; NULL: none */
	const char *python_version;
	struct eg_host host;
	struct eg_evidence evidence;
	struct eg_judgement judgement;
	struct eg_terms terms;
	int64_t elapsed_ms;
	enum eg_error_kind error_kind;
	const char *error;        /* why there is no judgement */
};

/* *ret is filled as far as the steps got. */
void eg_diagnose(struct eg_run *run, const struct eg_doctor_options *options, struct eg_diagnosis *ret);

/* What is installed: fills .plan, .python, .python_version and .evidence.overlaps. */
enum eg_error_kind eg_doctor_environment(struct eg_run *run, const struct eg_doctor_options *options,
					 struct eg_diagnosis *diagnosis);

/* Tries each framework that is installed: fills .evidence.trials. */
void eg_doctor_try(struct eg_run *run, const struct eg_doctor_options *options, struct eg_diagnosis *diagnosis);

void eg_doctor_text(FILE *out, struct eg_run *run, const struct eg_diagnosis *diagnosis, const struct eg_style *style);
void eg_doctor_json(FILE *out, struct eg_run *run, const struct eg_diagnosis *diagnosis);

#endif
