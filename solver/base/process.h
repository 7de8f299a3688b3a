/* Helper programs that are started, listened to, and ended when they take too long. */
#ifndef EG_PROCESS_H
#define EG_PROCESS_H

#include "run.h"

struct eg_process {
	const char *const *argv; /* argv[0] is a path, not looked for on PATH; NULL-terminated */
	int64_t timeout_ms;      /* at most; the run's deadline holds as well */
	size_t max;              /* ceiling of what it may answer */
};

struct eg_answer {
	char *out; /* its standard output */
	size_t n;
	char *err; /* the end of its standard error, without trailing blanks */
	int status; /* what it exited with; minus the signal that ended it */
};

/* Runs the program with an empty standard input and our environment. A non-zero exit status is an answer, no error:
   EG_IO when it cannot be started, EG_TIMEOUT, EG_LIMIT; it and its children are then killed. */
enum eg_error_kind eg_process_run(struct eg_run *run, const struct eg_process *process, struct eg_answer *ret);

#endif
