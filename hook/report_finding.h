/* A finding as every report for people begins it. */
#ifndef EG_REPORT_FINDING_H
#define EG_REPORT_FINDING_H

#include "rule.h"
#include "style.h"

/* Its level, with GRAVEST for a block, and from column MARGIN on its message, with the rule's name in brackets where there
 * is something to do about it; with VERBOSE above 0 that name always, and the source. */
void eg_report_finding(FILE *out, struct eg_run *run, const struct eg_style *style, const char *gravest, int margin,
		       int verbose, const struct eg_finding *finding);

/* Findings with one cause and one way out are told together. */
bool eg_findings_share(const struct eg_finding *a, const struct eg_finding *b);

#endif
