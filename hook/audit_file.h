/* A file of lines that many processes append to, put aside when it is large. */
#ifndef EG_AUDIT_FILE_H
#define EG_AUDIT_FILE_H

#include "run.h"

struct eg_audit_file {
	const char *path;
	size_t max; /* bytes above which it becomes PATH.1; 0: it never does */
	int keep;   /* PATH.1 … PATH.KEEP */
};

/* One line with its newline, at once. NULL, or what went wrong. Waits for others for a fifth of a second at most. */
const char *eg_audit_append(struct eg_run *run, const struct eg_audit_file *file, const char *line, size_t n);

#endif
