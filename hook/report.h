/* What a forecast looks like to its reader. */
#ifndef EG_REPORT_H
#define EG_REPORT_H

#include <stdio.h>

#include "rule.h"
#include "style.h"
#include "terms.h"

/* What the steps of the guard have found out, as far as they got. */
struct eg_forecast {
	struct eg_plan plan;
	struct eg_host host;
	struct eg_judgement judgement;
	bool judged;         /* false: no plan to judge, or none that proves anything */
	struct eg_terms terms; /* .policy NULL: the steps did not get so far */
	const char *terms_of;  /* the environment that they are for; NULL: any */
	int64_t elapsed_ms;
	enum eg_error_kind error_kind; /* of the guard itself, told on stderr; the tool's refusal is in .plan */
	const char *error;
};

struct eg_report_options {
	struct eg_style style;
	int verbose; /* -1: only what matters */
	bool strict; /* a warning blocks */
};

typedef void eg_report_writer(FILE *out, struct eg_run *run, const struct eg_forecast *forecast,
			      const struct eg_report_options *options);

struct eg_report_format {
	const char *name;
	const char *help; /* one line */
	eg_report_writer *write;
};

eg_report_writer eg_report_text, eg_report_json, eg_report_sarif, eg_report_html, eg_report_github, eg_report_gitlab,
	eg_report_junit;

/* All formats, the last without a name. */
extern const struct eg_report_format eg_report_formats[];

/* NULL where none is called so. */
const struct eg_report_format *eg_report_find(const char *name);

/* Bytes that the plan would download; -1 where some index does not tell a size. */
int64_t eg_download_bytes(const struct eg_plan *plan);

#endif
