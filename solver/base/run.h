/* One run of the program: its memory, its first error, its notes, and the limits it keeps. */
#ifndef EG_RUN_H
#define EG_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "vec.h"

/* What went wrong, in the words of the JSON report's error.kind (eg_error_name). */
enum eg_error_kind {
	EG_OK = 0,
	EG_USAGE,       /* the command line */
	EG_IO,          /* a file or directory */
	EG_NET,         /* an index or channel could not be reached, or refused */
	EG_FORMAT,      /* input that breaks its own specification */
	EG_LIMIT,       /* input above a ceiling of ceilings.h */
	EG_TIMEOUT,     /* the time budget is spent */
	EG_UNSUPPORTED, /* something that cannot be known without running foreign code, or a tool not known */
	EG_NOT_FOUND,   /* an environment, interpreter or program that does not exist */
	EG_BUG,         /* a state that must not be */
};

const char *eg_error_name(enum eg_error_kind kind);

struct eg_mirrors;

struct eg_run {
	struct eg_arena *arena;
	struct {
		enum eg_error_kind kind;
		const char *message; /* lower case, says what failed first, quotes the subject */
	} error;
	struct eg_strs notes; /* what the user should know though nothing failed, each once */

	bool offline;     /* answer from the cache only */
	bool refresh;     /* ask again although the cache is fresh */
	int verbose;      /* -1 quiet, 0, 1 … */
	const struct eg_mirrors *mirrors; /* addresses that are fetched from elsewhere; NULL: none */
	int64_t deadline; /* on eg_now_ms's clock; 0: none */
	size_t *requests_left; /* that may be sent; NULL: any number */
	int stranger_ms;  /* that a host of which nothing was heard in this run may take to answer; 0: as long as any */
	struct eg_strs hosts_heard, hosts_silent; /* origins that have answered, and that did not within that time */

	/* Progress of long work, NULL where nobody watches: what is being done, done so far and in all (0: unknown). */
	void (*progress)(struct eg_run *run, const char *what, size_t done, size_t total);
	void *progress_ctx;
};

/* Records the error unless one is recorded already, and returns KIND:  return eg_fail(run, EG_IO, "…", …);
   A macro, so that the compiler sees KIND at the call and knows that outputs are not read after it. */
#define eg_fail(run, kind, ...) eg_failed((eg_record_error((run), (kind), __VA_ARGS__), (kind)))

void eg_record_error(struct eg_run *run, enum eg_error_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static inline enum eg_error_kind eg_failed(enum eg_error_kind kind)
{
	return kind;
}

/* Forgets the recorded error, for a caller that knows another way. */
void eg_recover(struct eg_run *run);

void eg_note(struct eg_run *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Milliseconds of a clock that only moves forward. */
int64_t eg_now_ms(void);

/* Milliseconds left of the time budget, at most CEILING; 0 when it is spent. */
int64_t eg_left_ms(const struct eg_run *run, int64_t ceiling);

#endif
