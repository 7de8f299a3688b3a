/* Text that grows, with a ceiling. Heap memory with one owner: eg_buf_free. */
#ifndef EG_BUF_H
#define EG_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct eg_buf {
	char *s; /* NUL-terminated once anything was added, else NULL */
	size_t n, cap;
	size_t max;    /* 0: no ceiling */
	bool overflow; /* something was refused: above max, or no memory */
};

/* False, and the buffer is unchanged but for .overflow, when the addition does not fit. */
bool eg_buf_add(struct eg_buf *buf, const void *bytes, size_t n);
bool eg_buf_puts(struct eg_buf *buf, const char *s);
bool eg_buf_printf(struct eg_buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void eg_buf_free(struct eg_buf *buf);

#endif
