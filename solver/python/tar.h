/* Reads a tar archive from memory through its compression, file by file. */
#ifndef EG_TAR_H
#define EG_TAR_H

#include "run.h"

enum eg_compression { EG_PLAIN, EG_GZIP, EG_BZIP2 };

struct eg_tar; /* freed with eg_tar_close */

struct eg_tar_entry {
	const char *path; /* valid until the next entry */
	uint64_t size;
};

struct eg_tar *eg_tar_open(struct eg_run *run, const char *what, enum eg_compression compression, const void *bytes,
			   size_t n);
void eg_tar_close(struct eg_tar *tar);

/* The next regular file; false at the end, and with *ret_error set where the archive is damaged or above a ceiling. */
bool eg_tar_next(struct eg_tar *tar, struct eg_tar_entry *ret, enum eg_error_kind *ret_error);

/* The contents of the file that eg_tar_next stands at, in the arena. */
enum eg_error_kind eg_tar_read(struct eg_tar *tar, size_t max, char **ret, size_t *ret_n);

#endif
