/* The changes of a plan as a table for people: the GPU stack first, what is many and dull in a few words. */
#ifndef EG_REPORT_CHANGES_H
#define EG_REPORT_CHANGES_H

#include "report.h"

void eg_report_changes(FILE *out, struct eg_run *run, const struct eg_plan *plan,
		       const struct eg_report_options *options);

#endif
