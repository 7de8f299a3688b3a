/* Zip archives of which only some bytes are at hand: says what is missing, so that a wheel's METADATA is had by one or two
   range requests. Follows Python's zipfile where archives are odd. */
#ifndef EG_ZIP_H
#define EG_ZIP_H

#include "run.h"

/* A file of which some ranges are known. */
struct eg_sparse_chunk {
	uint64_t start;
	unsigned char *bytes;
	size_t n;
};

struct eg_sparse {
	struct eg_arena *arena;
	uint64_t size; /* of the whole file */
	EG_VEC(struct eg_sparse_chunk) chunks;
};

/* Adds a copy of N bytes at START; those beyond .size are passed over. */
void eg_sparse_add(struct eg_sparse *file, uint64_t start, const void *bytes, size_t n);

/* The N bytes at START; NULL when not all of them are known. */
const unsigned char *eg_sparse_at(const struct eg_sparse *file, uint64_t start, uint64_t n);

/* What must be added before the same call can go on; .end 0: nothing. */
struct eg_need {
	uint64_t start, end;
};

struct eg_zip {
	const struct eg_sparse *file;
	const char *what;                /* for messages */
	const unsigned char *next, *end; /* of the central directory */
	uint64_t shift;                  /* bytes put before the archive */
};

struct eg_zip_entry {
	const char *name; /* not NUL-terminated */
	size_t name_n;
	unsigned method, flags;
	uint32_t crc;
	uint64_t packed, unpacked, offset;
};

/* How many bytes of the end are worth asking for first. */
enum { EG_ZIP_TAIL = 100000 };

/* All of these: EG_OK with ret_need->end set means that bytes are missing and nothing was done. */
enum eg_error_kind eg_zip_open(struct eg_run *run, const struct eg_sparse *file, const char *what, struct eg_zip *ret,
			       struct eg_need *ret_need);
enum eg_error_kind eg_zip_read(struct eg_run *run, const struct eg_zip *zip, const struct eg_zip_entry *entry, size_t max,
			       char **ret, size_t *ret_n, struct eg_need *ret_need);

/* The next entry, false at the end; EG_FORMAT in *ret_error where the directory is damaged. */
bool eg_zip_next(struct eg_run *run, struct eg_zip *zip, struct eg_zip_entry *ret, enum eg_error_kind *ret_error);

#endif
