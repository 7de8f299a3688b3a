/* The changes of a plan as a table for people: the GPU stack first, what is many and dull in a few words. */
#ifndef EG_REPORT_CHANGES_H
#define EG_REPORT_CHANGES_H

#include "report.h"

/* The order of rows, and where a table may be cut short. */
enum eg_change_rank {
	EG_CHANGE_STACK,
	EG_CHANGE_MOVED_LIBRARY,
	EG_CHANGE_NEW_LIBRARY,
	EG_CHANGE_REQUESTED,
	EG_CHANGE_MOVED,
	EG_CHANGE_NEW,
	EG_N_CHANGE_RANKS,
};

struct eg_change_row {
	const struct eg_change *change;
	enum eg_change_rank rank;
	const char *name, *from, *to; /* printable; "" where there is none */
	const char *note;             /* "CUDA 12.1 → CUDA 13.2", "CUDA 12.1"; "" where nothing is known */
};

/* The PLAN's .n_changes rows, in the order in which they are shown. */
struct eg_change_row *eg_change_rows(struct eg_run *run, const struct eg_plan *plan, bool unicode);

void eg_report_changes(FILE *out, struct eg_run *run, const struct eg_plan *plan,
		       const struct eg_report_options *options);

#endif
