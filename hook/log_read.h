/* Audit logs read again, of one machine or of many. */
#ifndef EG_LOG_READ_H
#define EG_LOG_READ_H

#include "run.h"

struct eg_log_finding {
	const char *rule, *level, *package;
	bool bypassed, excepted;
};

struct eg_log_event {
	const char *time; /* "2026-11-26T02:00:00Z" */
	const char *host, *user, *tool, *prefix, *verdict;
	const char *command; /* as one types it */
	const char *bypass;  /* the reason; NULL: none was needed */
	const char *error;
	const char *line;    /* as it stands in the file */
	bool passed;
	struct eg_log_finding *findings;
	size_t n_findings;
};

EG_VEC_OF(eg_log_events, struct eg_log_event);

/* What is wanted; NULL: any. Days are "2026-11-26", both included. */
struct eg_log_filter {
	const char *since, *until, *verdict, *rule, *package, *user, *host;
	bool bypassed;
};

/* PATHS are files, or folders in which every file with ".jsonl" in its name is read, those below included. Sorted by time;
   *ret_broken: lines that are none of an audit log. */
enum eg_error_kind eg_log_read(struct eg_run *run, const struct eg_strs *paths, const struct eg_log_filter *filter,
			       struct eg_log_events *ret, size_t *ret_broken);

#endif
