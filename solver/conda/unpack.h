/* A packed file or answer, read through from front to back in pieces. */
#ifndef EG_UNPACK_H
#define EG_UNPACK_H

#include "run.h"

enum eg_packing { EG_PLAIN, EG_ZSTD, EG_BZIP2 };

struct eg_packed {
	const char *name; /* for messages */
	enum eg_packing packing;
	const char *bytes; /* NULL: .fd is read */
	size_t n;
	int fd;
	size_t max; /* ceiling of what it unpacks to */
};

typedef enum eg_error_kind eg_piece_fn(void *ctx, const char *bytes, size_t n);

/* EG_FORMAT: damaged or cut off; EG_LIMIT: above the ceiling; or what PIECE answered. Keeps the time budget. */
enum eg_error_kind eg_unpack(struct eg_run *run, const struct eg_packed *packed, eg_piece_fn *piece, void *ctx);

#endif
