/* Helper programs, and functions of our own in a process apart, that are started, listened to, and ended when they take
   too long. */
#ifndef EG_PROCESS_H
#define EG_PROCESS_H

#include "run.h"

struct eg_process {
	const char *const *argv; /* argv[0] is a path, not looked for on PATH; NULL-terminated */
	int64_t timeout_ms;      /* at most; the run's deadline holds as well */
	size_t max;              /* ceiling of what it may answer */
	/* Instead of a program: called in a forked child, which dies with us; argv[0] is then a name for messages. It writes to
	   descriptor 1, for foreign code that may hang or crash. */
	void (*call)(void *ctx);
	void *ctx;
	bool partial; /* where time runs out, what was said until then is the answer */
};

struct eg_answer {
	char *out; /* its standard output */
	size_t n;
	char *err; /* the end of its standard error, without trailing blanks */
	int status; /* what it exited with; minus the signal that ended it */
	bool late;  /* time ran out (only with .partial) */
};

/* Runs the program with an empty standard input and our environment. A non-zero exit status is an answer, no error:
   EG_IO when it cannot be started, EG_TIMEOUT, EG_LIMIT; it and its children are then killed. One that not even that ends
   at once (it waits in the kernel for a driver) is left behind. */
enum eg_error_kind eg_process_run(struct eg_run *run, const struct eg_process *process, struct eg_answer *ret);

#endif
