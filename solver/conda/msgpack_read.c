#include "msgpack_read.h"

/* How a value's first byte says how much belongs to it: the bytes of its head, of its contents, and the values in it. */
static bool measure(const unsigned char *p, size_t left, uint64_t *ret_bytes, uint64_t *ret_values)
{
	static const unsigned char fixed[] = {
		[0xca - 0xc0] = 5, [0xcb - 0xc0] = 9, [0xcc - 0xc0] = 2, [0xcd - 0xc0] = 3, [0xce - 0xc0] = 5,
		[0xcf - 0xc0] = 9, [0xd0 - 0xc0] = 2, [0xd1 - 0xc0] = 3, [0xd2 - 0xc0] = 5, [0xd3 - 0xc0] = 9,
		[0xd4 - 0xc0] = 3, [0xd5 - 0xc0] = 4, [0xd6 - 0xc0] = 6, [0xd7 - 0xc0] = 10, [0xd8 - 0xc0] = 18,
	};
	static const unsigned char lengths[] = {
		[0xc4 - 0xc0] = 1, [0xc5 - 0xc0] = 2, [0xc6 - 0xc0] = 4, [0xc7 - 0xc0] = 1, [0xc8 - 0xc0] = 2,
		[0xc9 - 0xc0] = 4, [0xd9 - 0xc0] = 1, [0xda - 0xc0] = 2, [0xdb - 0xc0] = 4, [0xdc - 0xc0] = 2,
		[0xdd - 0xc0] = 4, [0xde - 0xc0] = 2, [0xdf - 0xc0] = 4,
	};
	unsigned char type = *p;
	uint64_t n = 0;

	*ret_values = 0;
	*ret_bytes = 1;
	if (type < 0x80 || type >= 0xe0)
		return true;
	if (type < 0xa0) { /* short maps and arrays */
		*ret_values = type < 0x90 ? 2u * (type & 15u) : type & 15u;
		return true;
	}
	if (type < 0xc0) {
		*ret_bytes = 1u + (type & 31u);
		return true;
	}
	size_t at = type - 0xc0u, length = at < sizeof(lengths) ? lengths[at] : 0;
	if (at < sizeof(fixed) && fixed[at])
		*ret_bytes = fixed[at];
	if (length >= left)
		return false;
	for (size_t i = 1; i <= length; i++)
		n = n << 8 | p[i];
	*ret_bytes += length;
	if (type >= 0xdc)
		*ret_values = type >= 0xde ? 2 * n : n;
	else if (length)
		*ret_bytes += n + (type >= 0xc7 && type <= 0xc9);
	return true;
}

bool eg_msgpack_sane(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t pending = 1, size, values;

	while (pending && n) {
		if (!measure(p, n, &size, &values) || size > n)
			return false;
		pending += values - 1;
		p += size;
		n -= size;
		if (pending > n)
			return false;
	}
	return !pending;
}

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
