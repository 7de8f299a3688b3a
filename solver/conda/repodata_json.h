/* repodata.json, read in one pass into a store of records. */
#ifndef EG_REPODATA_JSON_H
#define EG_REPODATA_JSON_H

#include "store.h"
#include "unpack.h"

/* Records that lack a name, version or build, or have one of a wrong type, are left out, with a note.
   *ret_base_url: info.base_url (CEP 15), "" without one. */
enum eg_error_kind eg_repodata_json(struct eg_run *run, const struct eg_packed *packed, struct eg_store_writer *writer,
				    const char **ret_base_url);

#endif
