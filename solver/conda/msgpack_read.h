/* MessagePack documents, through msgpack-c. Private to shards*.c. */
#ifndef EG_MSGPACK_READ_H
#define EG_MSGPACK_READ_H

#include <msgpack.h>

#include "run.h"

/* Whether a document of N bytes can hold as many values as it says: msgpack-c believes every count, and allocates for it. */
bool eg_msgpack_sane(const void *bytes, size_t n);

/* The entry KEY of a map; NULL: none, or no map. */
const msgpack_object *eg_msgpack_get(const msgpack_object *map, const char *key);

bool eg_msgpack_is(const msgpack_object *object, const char *text);

/* A copy of a text; NULL: none, or one with a NUL in it. */
const char *eg_msgpack_text(struct eg_arena *arena, const msgpack_object *object);

/* A number that is not negative; OTHERWISE where there is none. */
int64_t eg_msgpack_number(const msgpack_object *object, int64_t otherwise);

/* Bytes, or a text that is hex, as hex of N bytes; NULL: neither. */
const char *eg_msgpack_hash(struct eg_arena *arena, const msgpack_object *object, size_t n);

#endif
