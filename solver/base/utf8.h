#ifndef EG_UTF8_H
#define EG_UTF8_H

#include <stddef.h>

/* The offset of the first of the N bytes that is not UTF-8 (RFC 3629); N when all are. */
size_t eg_utf8_length(const char *bytes, size_t n);

#endif
