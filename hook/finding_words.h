/* What reports for code hosts and CI say about a finding, and where. */
#ifndef EG_FINDING_WORDS_H
#define EG_FINDING_WORDS_H

#include "report.h"

/* A line of a file that the command names: requirements, an environment file, a pyproject.toml. */
struct eg_origin {
	const char *file; /* as the command names it */
	int line;         /* from 1 */
};

/* Where the cause of FINDING is asked for; the first line of the first such file where it stands in none of them. False: the
   command names no file. */
bool eg_finding_origin(struct eg_run *run, const struct eg_plan *plan, const struct eg_finding *finding,
		       struct eg_origin *ret);

/* Its message, then why and what to do instead, a line each. */
const char *eg_finding_words(struct eg_arena *arena, const struct eg_finding *finding);

#endif
