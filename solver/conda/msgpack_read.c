#include "msgpack_read.h"

bool eg_msgpack_is(const msgpack_object *object, const char *text)
{
	return object->type == MSGPACK_OBJECT_STR && object->via.str.size == strlen(text) &&
	       !memcmp(object->via.str.ptr, text, object->via.str.size);
}

const msgpack_object *eg_msgpack_get(const msgpack_object *map, const char *key)
{
	for (uint32_t i = 0; map && map->type == MSGPACK_OBJECT_MAP && i < map->via.map.size; i++)
		if (eg_msgpack_is(&map->via.map.ptr[i].key, key))
			return &map->via.map.ptr[i].val;
	return NULL;
}

const char *eg_msgpack_text(struct eg_arena *arena, const msgpack_object *object)
{
	if (!object || object->type != MSGPACK_OBJECT_STR || memchr(object->via.str.ptr, 0, object->via.str.size))
		return NULL;
	return eg_strndup(arena, object->via.str.ptr, object->via.str.size);
}

int64_t eg_msgpack_number(const msgpack_object *object, int64_t otherwise)
{
	if (object && object->type == MSGPACK_OBJECT_POSITIVE_INTEGER && object->via.u64 <= INT64_MAX)
		return (int64_t)object->via.u64;
	if (object && (object->type == MSGPACK_OBJECT_FLOAT64 || object->type == MSGPACK_OBJECT_FLOAT32) &&
	    object->via.f64 >= 0 && object->via.f64 < 9e18)
		return (int64_t)object->via.f64;
	return otherwise;
}

const char *eg_msgpack_hash(struct eg_arena *arena, const msgpack_object *object, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	if (object && object->type == MSGPACK_OBJECT_STR) {
		const char *text = eg_msgpack_text(arena, object);

		return text && strlen(text) == 2 * n && strspn(text, "0123456789abcdefABCDEF") == 2 * n ? text : NULL;
	}
	if (!object || object->type != MSGPACK_OBJECT_BIN || object->via.bin.size != n)
		return NULL;
	char *hex = eg_alloc(arena, 2 * n + 1);
	for (size_t i = 0; i < n; i++) {
		hex[2 * i] = digits[(unsigned char)object->via.bin.ptr[i] >> 4];
		hex[2 * i + 1] = digits[(unsigned char)object->via.bin.ptr[i] & 15];
	}
	return hex;
}
