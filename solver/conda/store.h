/* Conda records on the disk by package name: written once from front to back, read one name at a time.

   Records lie in blocks, zstd frames of some KiB, in the order in which they came; behind them an index sorted by name
   says in which blocks the records of a name are. So what is read costs what was asked for, however large the rest. */
#ifndef EG_STORE_H
#define EG_STORE_H

#include "buf.h"
#include "record.h"
#include "run.h"

enum eg_store_section { EG_STORE_CONDA, EG_STORE_TAR_BZ2 }; /* packages.conda, packages */

/* A list of texts, one behind the other, each with its NUL. */
struct eg_store_texts {
	struct eg_buf buf;
	uint32_t n;
};

enum eg_store_list { EG_STORE_DEPENDS, EG_STORE_CONSTRAINS, EG_STORE_FEATURES, EG_STORE_LISTS };

/* A record as it is put in; no text may be longer than EG_MAX_CONDA_RECORD. */
struct eg_store_record {
	enum eg_store_section section;
	const char *fn, *name, *version, *build, *subdir, *sha256, *md5; /* subdir, sha256 and md5: "" where not said */
	struct eg_store_texts *lists[EG_STORE_LISTS];
	int64_t build_number, size, timestamp;
	enum eg_noarch noarch;
};

struct eg_store_writer;

/* Writes to the descriptor, which stays the caller's. */
struct eg_store_writer *eg_store_writer_new(struct eg_run *run, int fd);
enum eg_error_kind eg_store_add(struct eg_store_writer *writer, const struct eg_store_record *record);
/* IDENTITY: what the records were made from, for eg_store_identity; BASE_URL: info.base_url (CEP 15), "" without one. */
enum eg_error_kind eg_store_finish(struct eg_store_writer *writer, const char *identity, const char *base_url,
				   uint64_t *ret_bytes);
void eg_store_writer_free(struct eg_store_writer *writer);

struct eg_store;

/* NULL where the file is none of ours, of another version, or damaged. The descriptor may be closed afterwards. */
struct eg_store *eg_store_open(struct eg_arena *arena, int fd);
void eg_store_close(struct eg_store *store);
const char *eg_store_identity(const struct eg_store *store);
const char *eg_store_base_url(const struct eg_store *store);

/* A record that was read, and its place in the order of the channel (packages.conda, then packages). */
struct eg_store_found {
	struct eg_conda_record *record;
	uint64_t place;
};
struct eg_store_list_found {
	struct eg_store_found *v;
	size_t n, cap;
};

/* Adds the records of NAME: without channel and URL, and with no subdir where they do not say one. False: damaged. */
bool eg_store_read(struct eg_store *store, const char *name, struct eg_store_list_found *ret);

/* The names, in order: for requests with globs. */
size_t eg_store_names(const struct eg_store *store);
const char *eg_store_name(const struct eg_store *store, size_t i);

#endif
