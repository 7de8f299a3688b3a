/* JSON documents, and the parts that more than one of them has. Strings become valid UTF-8; NULL becomes null. */
#ifndef EG_JSON_OUT_H
#define EG_JSON_OUT_H

#include <cjson/cJSON.h>

#include "rule.h"
#include "style.h"

void eg_json_text(struct eg_arena *arena, cJSON *object, const char *key, const char *s);
void eg_json_list(struct eg_arena *arena, cJSON *object, const char *key, const struct eg_strs *strs);

/* A negative N is null. */
void eg_json_number(cJSON *object, const char *key, int64_t n);

/* "findings" of OBJECT. */
void eg_json_findings(struct eg_arena *arena, cJSON *object, const struct eg_judgement *judgement);

/* Driver, CUDA and GPUs; WHOLE: all that is known, which --host accepts. */
cJSON *eg_json_host(struct eg_arena *arena, const struct eg_host *host, bool whole);

/* Prints DOCUMENT, and frees it. */
void eg_json_write(FILE *out, cJSON *document);

#endif
