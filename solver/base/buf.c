#include "buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct eg_buf *buf, size_t n)
{
	if (n > SIZE_MAX / 4 || (buf->max && n > buf->max - buf->n) || buf->overflow) {
		buf->overflow = true;
		return false;
	}
	if (buf->cap - buf->n > n)
		return true;
	size_t cap = buf->cap ? buf->cap : 256;
	while (cap - buf->n <= n)
		cap *= 2;
	char *s = realloc(buf->s, cap);
	if (!s) {
		buf->overflow = true;
		return false;
	}
	buf->s = s;
	buf->cap = cap;
	return true;
}

bool eg_buf_add(struct eg_buf *buf, const void *bytes, size_t n)
{
	if (!reserve(buf, n))
		return false;
	if (n)
		memcpy(buf->s + buf->n, bytes, n);
	buf->n += n;
	buf->s[buf->n] = 0;
	return true;
}

bool eg_buf_puts(struct eg_buf *buf, const char *s)
{
	return eg_buf_add(buf, s, strlen(s));
}

bool eg_buf_printf(struct eg_buf *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !reserve(buf, (size_t)n)) {
		buf->overflow = true;
		return false;
	}
	va_start(ap, fmt);
	vsnprintf(buf->s + buf->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->n += (size_t)n;
	return true;
}

void eg_buf_free(struct eg_buf *buf)
{
	free(buf->s);
	*buf = (struct eg_buf){.max = buf->max};
}
