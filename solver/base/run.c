#include "run.h"

#include <time.h>

const char *eg_error_name(enum eg_error_kind kind)
{
	static const char *const names[] = {
		[EG_OK] = "ok",
		[EG_USAGE] = "usage",
		[EG_IO] = "io",
		[EG_NET] = "network",
		[EG_FORMAT] = "format",
		[EG_LIMIT] = "limit",
		[EG_TIMEOUT] = "timeout",
		[EG_UNSUPPORTED] = "unsupported",
		[EG_NOT_FOUND] = "not-found",
		[EG_BUG] = "internal",
	};
	return names[kind];
}

void eg_record_error(struct eg_run *run, enum eg_error_kind kind, const char *fmt, ...)
{
	va_list ap;

	if (run->error.kind != EG_OK)
		return;
	va_start(ap, fmt);
	run->error.message = eg_vstrf(run->arena, fmt, ap);
	va_end(ap);
	run->error.kind = kind;
}

void eg_recover(struct eg_run *run)
{
	run->error.kind = EG_OK;
	run->error.message = NULL;
}

void eg_note(struct eg_run *run, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *text = eg_vstrf(run->arena, fmt, ap);
	va_end(ap);
	for (size_t i = 0; i < run->notes.n; i++)
		if (!strcmp(run->notes.v[i], text))
			return;
	eg_vec_push(run->arena, &run->notes, text);
}

int64_t eg_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t eg_left_ms(const struct eg_run *run, int64_t ceiling)
{
	if (!run->deadline)
		return ceiling;
	int64_t left = run->deadline - eg_now_ms();
	return left < 0 ? 0 : left < ceiling ? left : ceiling;
}
