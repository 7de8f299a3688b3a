#include "pep440_private.h"

#include "ascii.h"

/* Numbers keep their order as bytes, and none starts with 0: one byte up to 238, else 0xf0 plus length less one and a
   big-endian number, else 0xf8, the count of digits and the digits. */
static unsigned char *put_number(unsigned char *out, const struct eg_digits *number)
{
	uint64_t value = 0;

	if (number->n > 19) {
		*out++ = 0xf8;
		*out++ = (unsigned char)(number->n >> 8);
		*out++ = (unsigned char)number->n;
		memcpy(out, number->s, number->n);
		return out + number->n;
	}
	for (size_t i = 0; i < number->n; i++)
		value = 10 * value + (uint64_t)(number->s[i] - '0');
	if (value < 0xef) {
		*out++ = (unsigned char)(value + 1);
		return out;
	}
	unsigned bytes = 1;
	while (bytes < 8 && value >> 8 * bytes)
		bytes++;
	*out++ = (unsigned char)(0xf0 + bytes - 1);
	while (bytes--)
		*out++ = (unsigned char)(value >> 8 * bytes);
	return out;
}

/* Components from P to END; *RET_LAST: where the last one starts, *RET_TRIMMED: the end without trailing zeros. */
static unsigned char *put_release(unsigned char *out, const char *p, const char *end, unsigned char **ret_last,
				  unsigned char **ret_trimmed)
{
	struct eg_digits n;

	*ret_last = *ret_trimmed = out;
	while (eg_digits_scan(&p, end, &n)) {
		*ret_last = out;
		out = put_number(out, &n);
		if (n.n)
			*ret_trimmed = out;
		if (p < end)
			p++;
	}
	return out;
}

/* Text sorts below numbers, and a shorter label below the longer one that it starts. */
static unsigned char *put_local(unsigned char *out, const char *p, const char *end)
{
	while (p < end) {
		const char *q = p;
		bool digits = true;

		for (; q < end && !eg_is_separator(*q); q++)
			digits = digits && is_digit(*q);
		if (digits) {
			struct eg_digits n = {0};

			*out++ = 2;
			eg_digits_scan(&p, q, &n);
			out = put_number(out, &n);
		} else {
			*out++ = 1;
			while (p < q)
				*out++ = (unsigned char)to_lower(*p++);
			*out++ = 0;
		}
		p = q + (q < end);
	}
	*out++ = 0;
	return out;
}

static uint64_t load64(const unsigned char *bytes)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | bytes[i];
	return value;
}

struct eg_version_key *eg_version_key_make(struct eg_version_room *room, const struct eg_version_parts *parts)
{
	struct eg_version_key *key = (struct eg_version_key *)(void *)room->bytes;
	unsigned char *bytes = key->bytes, *out, *last;

	key->dev = parts->dev;
	out = put_number(bytes, &parts->epoch);
	put_release(out, parts->release, parts->release_end, &last, &out);
	key->release = (uint16_t)(out - bytes);
	*out++ = 0;
	/* 1.0.dev1 sorts below 1.0a1, 1.0.post1.dev1 does not */
	*out++ = parts->pre == EG_PRE_FINAL && !parts->post && parts->dev ? EG_PRE_DEV_ONLY : parts->pre;
	if (parts->pre != EG_PRE_FINAL)
		out = put_number(out, &parts->pre_n);
	key->pre = (uint16_t)(out - bytes);
	*out++ = parts->post;
	if (parts->post)
		out = put_number(out, &parts->post_n);
	key->post = (uint16_t)(out - bytes);
	*out++ = !parts->dev;
	if (parts->dev)
		out = put_number(out, &parts->dev_n);
	key->public_n = (uint16_t)(out - bytes);
	out = put_local(out, parts->local, parts->local_end);
	key->n = (uint16_t)(out - bytes);
	memset(out, 0, EG_KEY_HEAD);
	eg_version_key_set_head(key);
	return key;
}

const struct eg_release_prefix *eg_release_prefix_in(struct eg_version_room *room, const char *text, bool drop_last)
{
	struct eg_release_prefix *prefix = (struct eg_release_prefix *)(void *)room->bytes;
	unsigned char *first, *out, *last, *trimmed;
	const char *end = text + strlen(text);
	struct eg_version_parts parts = {0};

	if (end - text > EG_MAX_NAME || !eg_release_scan(&text, end, &parts))
		return NULL;
	first = put_number(prefix->bytes, &parts.epoch);
	out = put_release(first, parts.release, parts.release_end, &last, &trimmed);
	if (drop_last)
		out = last;
	if (out == first)
		return NULL;
	prefix->n = (uint16_t)(out - prefix->bytes);
	return prefix;
}

const struct eg_release_prefix *eg_release_prefix(struct eg_arena *arena, const char *text, bool drop_last)
{
	struct eg_version_room room;
	const struct eg_release_prefix *prefix = eg_release_prefix_in(&room, text, drop_last);
	size_t size = prefix ? sizeof(*prefix) + prefix->n : 0;

	return prefix ? memcpy(eg_alloc(arena, size), prefix, size) : NULL;
}

void eg_version_key_set_head(struct eg_version_key *key)
{
	key->head[0] = load64(key->bytes);
	key->head[1] = load64(key->bytes + 8);
}

int eg_version_cmp(const struct eg_version *a, const struct eg_version *b)
{
	return eg_version_key_cmp(a->key, b->key);
}

int eg_version_key_cmp(const struct eg_version_key *x, const struct eg_version_key *y)
{
	if (!x || !y)
		return !!x - !!y;
	if (x->head[0] != y->head[0])
		return x->head[0] < y->head[0] ? -1 : 1;
	if (x->head[1] != y->head[1])
		return x->head[1] < y->head[1] ? -1 : 1;
	if (x->n <= EG_KEY_HEAD || y->n <= EG_KEY_HEAD)
		return 0; /* no key is the start of another */
	size_t n = x->n < y->n ? x->n : y->n;
	return memcmp(x->bytes + EG_KEY_HEAD, y->bytes + EG_KEY_HEAD, n - EG_KEY_HEAD);
}
