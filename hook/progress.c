#include "progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATIENCE_MS = 500, INTERVAL_MS = 80 };

static void show(struct eg_run *run, const char *what, size_t done, size_t total)
{
	struct eg_progress *progress = run->progress_ctx;
	int64_t now = eg_now_ms();

	if (now - progress->start < PATIENCE_MS || now - progress->last < INTERVAL_MS)
		return;
	progress->last = now;
	progress->shown = true;
	if (total)
		fprintf(stderr, "\r\033[K%.60s %zu/%zu", what, done, total);
	else
		fprintf(stderr, "\r\033[K%.60s %zu", what, done);
	fflush(stderr);
}

void eg_progress_watch(struct eg_run *run, struct eg_progress *progress)
{
	const char *term = getenv("TERM");

	if (run->verbose < 0 || !isatty(STDERR_FILENO) || (term && !strcmp(term, "dumb")))
		return;
	*progress = (struct eg_progress){.start = eg_now_ms()};
	run->progress = show;
	run->progress_ctx = progress;
}

void eg_progress_end(struct eg_run *run)
{
	struct eg_progress *progress = run->progress_ctx;

	if (progress && progress->shown)
		fputs("\r\033[K", stderr);
	run->progress = NULL;
	run->progress_ctx = NULL;
}
