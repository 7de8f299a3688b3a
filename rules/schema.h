/* Parts of a JSON Schema (draft 2020-12) that more than one format has. */
#ifndef EG_SCHEMA_H
#define EG_SCHEMA_H

#include <cjson/cJSON.h>

#include "arena.h"

cJSON *eg_schema_typed(const char *type);

/* A text that is not empty. */
cJSON *eg_schema_text(void);

cJSON *eg_schema_pattern(const char *pattern);
cJSON *eg_schema_list(cJSON *item);

/* An object of PROPERTIES with the keys of REQUIRED and none besides. */
cJSON *eg_schema_closed(cJSON *properties, cJSON *required);

/* KEY into PROPERTIES, and into REQUIRED unless that is NULL. */
void eg_schema_property(cJSON *properties, cJSON *required, const char *key, cJSON *schema);

/* The whole document as text; frees it. */
char *eg_schema_print(struct eg_arena *arena, cJSON *schema, const char *title);

#endif
