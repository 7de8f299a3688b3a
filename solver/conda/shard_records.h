/* One shard (CEP 16): the records of one name. */
#ifndef EG_SHARD_RECORDS_H
#define EG_SHARD_RECORDS_H

#include "store.h"

/* BYTES: the shard, unpacked. Records that lack a name, version or build are left out. PLACE: of the first record; of
   packages it has EG_STORE_TAR_BZ2's bit as well. EG_FORMAT: no shard; SHOWN is its URL. */
enum eg_error_kind eg_shard_records(struct eg_run *run, const char *shown, const void *bytes, size_t n, uint64_t place,
				    struct eg_store_list_found *ret);

#endif
