/* A conda package record out of JSON: an entry of repodata.json, or a file of conda-meta. */
#ifndef EG_RECORD_JSON_H
#define EG_RECORD_JSON_H

#include "record.h"
#include "run.h"

struct cJSON;

/* FN is its key in repodata.json; NULL: conda-meta, which says it itself. NULL: no name, version or build; nothing is
   recorded. Channel and URL are for the caller to set, and several features in one text for it to part. */
struct eg_conda_record *eg_conda_record_json(struct eg_run *run, const struct cJSON *json, const char *fn);

#endif
