/* How a list of tags is put together. Private to tags.c, supported_tags.c and platform_tags.c. */
#ifndef EG_TAGS_PRIVATE_H
#define EG_TAGS_PRIVATE_H

#include "tags.h"

struct eg_tags *eg_tags_new(struct eg_arena *arena);

/* Appends PYTHON-ABI-PLATFORM for each platform. Strings are lowered and copied where they are new. */
void eg_tags_add(struct eg_tags *tags, const char *python, const char *abi, const struct eg_strs *platforms);

/* To be called after the last eg_tags_add. */
void eg_tags_finish(struct eg_tags *tags);

/* packaging's platform_tags() for the interpreter. */
struct eg_strs eg_platform_tags(struct eg_arena *arena, const struct eg_tag_facts *facts);

/* pip's _expand_allowed_platforms: what --platform stands for. */
struct eg_strs eg_platform_expand(struct eg_arena *arena, const struct eg_strs *platforms);

#endif
