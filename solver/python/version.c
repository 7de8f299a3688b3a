#include "pep440_key.h"

#include "ascii.h"
#include "ceilings.h"

#include <stdio.h>

/* Digits without leading zeros; n 0: the number zero, written or implied. */
struct number {
	const char *s;
	size_t n;
};

enum pre { PRE_DEV_ONLY = 1, PRE_A, PRE_B, PRE_RC, PRE_FINAL };

struct parts {
	struct number epoch;
	const char *release, *release_end;
	enum pre pre; /* never PRE_DEV_ONLY */
	bool post, dev;
	struct number pre_n, post_n, dev_n;
	const char *local, *local_end; /* NULL: none */
};

static bool scan_number(const char **p, const char *end, struct number *ret)
{
	const char *start = *p, *q = start;

	while (q < end && is_digit(*q))
		q++;
	*p = q;
	if (q == start)
		return false;
	while (start < q && *start == '0')
		start++;
	*ret = (struct number){start, (size_t)(q - start)};
	return true;
}

static bool is_separator(char c)
{
	return c == '.' || c == '-' || c == '_';
}

/* WORD at P in any case; the position behind it, else NULL. */
static const char *word(const char *p, const char *end, const char *w)
{
	for (; *w; w++, p++)
		if (p == end || to_lower(*p) != *w)
			return NULL;
	return p;
}

/* [._-]? WORD [._-]? [0-9]*  with one of the words; its index, or -1 and *P as it was. */
static int scan_labelled(const char **p, const char *end, const char *const *words, struct number *ret)
{
	const char *start = *p + (*p < end && is_separator(**p));

	for (int i = 0; words[i]; i++) {
		const char *q = word(start, end, words[i]);

		if (!q)
			continue;
		if (q < end && is_separator(*q))
			q++;
		scan_number(&q, end, ret);
		*p = q;
		return i;
	}
	return -1;
}

static bool scan_release(const char **p, const char *end, struct parts *parts)
{
	const char *q = *p + (*p < end && to_lower(**p) == 'v');
	struct number n;

	const char *first = q;
	if (!scan_number(&q, end, &n))
		return false;
	if (q < end && *q == '!') {
		parts->epoch = n;
		first = ++q;
		if (!scan_number(&q, end, &n))
			return false;
	}
	while (end - q >= 2 && q[0] == '.' && is_digit(q[1])) {
		q++;
		scan_number(&q, end, &n);
	}
	parts->release = first;
	parts->release_end = q;
	*p = q;
	return true;
}

static void scan_pre(const char **p, const char *end, struct parts *parts)
{
	/* the longer word first: none of the shorter ones can go on where it matched */
	static const char *const words[] = {"alpha", "a", "beta", "b", "preview", "pre", "c", "rc", NULL};
	static const enum pre kinds[] = {PRE_A, PRE_A, PRE_B, PRE_B, PRE_RC, PRE_RC, PRE_RC, PRE_RC};

	int i = scan_labelled(p, end, words, &parts->pre_n);
	parts->pre = i < 0 ? PRE_FINAL : kinds[i];
}

static void scan_post(const char **p, const char *end, struct parts *parts)
{
	static const char *const words[] = {"post", "rev", "r", NULL};

	if (end - *p >= 2 && **p == '-' && is_digit((*p)[1])) {
		++*p;
		parts->post = scan_number(p, end, &parts->post_n);
	} else {
		parts->post = scan_labelled(p, end, words, &parts->post_n) >= 0;
	}
}

static void scan_local(const char **p, const char *end, struct parts *parts)
{
	const char *q = *p;

	if (end - q < 2 || *q != '+' || !is_alnum(q[1]))
		return;
	parts->local = ++q;
	while (q < end && (is_alnum(*q) || (is_separator(*q) && end - q >= 2 && is_alnum(q[1]))))
		q++;
	parts->local_end = q;
	*p = q;
}

static bool scan_parts(const char **p, const char *end, struct parts *parts)
{
	static const char *const dev[] = {"dev", NULL};

	*parts = (struct parts){0};
	if (!scan_release(p, end, parts))
		return false;
	scan_pre(p, end, parts);
	scan_post(p, end, parts);
	parts->dev = scan_labelled(p, end, dev, &parts->dev_n) >= 0;
	scan_local(p, end, parts);
	return true;
}

/* Numbers keep their order as bytes, and none starts with 0: one byte up to 238, else 0xf0 plus length less one and a
   big-endian number, else 0xf8, the count of digits and the digits. */
static unsigned char *put_number(unsigned char *out, const struct number *number)
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
	struct number n;

	*ret_last = *ret_trimmed = out;
	while (scan_number(&p, end, &n)) {
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

		for (; q < end && !is_separator(*q); q++)
			digits = digits && is_digit(*q);
		if (digits) {
			struct number n = {0};

			*out++ = 2;
			scan_number(&p, q, &n);
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

static struct eg_version_key *make_key(struct eg_version_room *room, const struct parts *parts)
{
	struct eg_version_key *key = (struct eg_version_key *)(void *)room->bytes;
	unsigned char *bytes = key->bytes, *out, *last;

	key->dev = parts->dev;
	out = put_number(bytes, &parts->epoch);
	put_release(out, parts->release, parts->release_end, &last, &out);
	key->release = (uint16_t)(out - bytes);
	*out++ = 0;
	/* 1.0.dev1 sorts below 1.0a1, 1.0.post1.dev1 does not */
	*out++ = parts->pre == PRE_FINAL && !parts->post && parts->dev ? PRE_DEV_ONLY : parts->pre;
	if (parts->pre != PRE_FINAL)
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
	key->head[0] = load64(bytes);
	key->head[1] = load64(bytes + 8);
	return key;
}

static char *text_number(char *out, const struct number *number)
{
	if (!number->n) {
		*out = '0';
		return out + 1;
	}
	memcpy(out, number->s, number->n);
	return out + number->n;
}

static char *text_dotted(char *out, const char *p, const char *end)
{
	while (p < end) {
		const char *q = p;
		bool digits = true;

		for (; q < end && !is_separator(*q); q++)
			digits = digits && is_digit(*q);
		if (digits) {
			struct number n = {0};

			scan_number(&p, q, &n);
			out = text_number(out, &n);
		}
		while (p < q)
			*out++ = to_lower(*p++);
		if (q < end)
			*out++ = '.';
		p = q + (q < end);
	}
	return out;
}

static char *text_labelled(char *out, const char *label, const struct number *number)
{
	return text_number(stpcpy(out, label), number);
}

/* No part grows by more than ".post0" against "r". */
enum { TEXT_ROOM = EG_MAX_NAME + 32 };

/* Writes the normal form; returns where its local label starts, NULL without one. */
static char *canonical_text(char *out, const struct parts *parts)
{
	static const char *const pre[] = {[PRE_A] = "a", [PRE_B] = "b", [PRE_RC] = "rc"};
	char *local = NULL;

	if (parts->epoch.n) {
		out = text_number(out, &parts->epoch);
		*out++ = '!';
	}
	out = text_dotted(out, parts->release, parts->release_end);
	if (parts->pre != PRE_FINAL)
		out = text_labelled(out, pre[parts->pre], &parts->pre_n);
	if (parts->post)
		out = text_labelled(out, ".post", &parts->post_n);
	if (parts->dev)
		out = text_labelled(out, ".dev", &parts->dev_n);
	if (parts->local) {
		*out++ = '+';
		local = out;
		out = text_dotted(out, parts->local, parts->local_end);
	}
	*out = 0;
	return local;
}

/* All of a version but its texts. */
static bool scan_version(struct eg_version_room *room, const char **p, const char *end, struct parts *parts,
			 struct eg_version *ret)
{
	const char *q = *p;

	/* room for what the buffers hold; pip has no such limit, nor a version of that length */
	if (end - q > EG_MAX_NAME)
		end = q + EG_MAX_NAME + 1;
	if (!scan_parts(&q, end, parts) || q - *p > EG_MAX_NAME)
		return false;
	*ret = (struct eg_version){
		.prerelease = parts->pre != PRE_FINAL || parts->dev,
		.postrelease = parts->post,
		.local = parts->local,
		.key = make_key(room, parts),
	};
	*p = q;
	return true;
}

bool eg_version_scan(struct eg_arena *arena, const char **p, const char *end, struct eg_version *ret)
{
	struct eg_version_room room;
	struct eg_version version;
	struct parts parts;
	const char *start = *p;
	char text[TEXT_ROOM];

	if (!scan_version(&room, p, end, &parts, &version))
		return false;

	const char *local = canonical_text(text, &parts);
	if (strlen(text) > EG_MAX_NAME)
		return false;
	const char *written = eg_strndup(arena, start, (size_t)(*p - start));
	const struct eg_version_key *key = version.key;
	size_t size = sizeof(*key) + key->n;

	version.text = written;
	version.canonical = strcmp(text, written) ? eg_strdup(arena, text) : written;
	version.local = local ? version.canonical + (local - text) : NULL;
	version.key = memcpy(eg_alloc(arena, size), key, size);
	*ret = version;
	return true;
}

static const char *trim(const char *s, const char **end)
{
	while (s < *end && is_blank(*s))
		s++;
	while (s < *end && is_blank((*end)[-1]))
		--*end;
	return s;
}

bool eg_version_parse(struct eg_arena *arena, const char *s, size_t n, struct eg_version *ret)
{
	const char *end = s + n;
	struct eg_version version;

	s = trim(s, &end);
	if (!eg_version_scan(arena, &s, end, &version) || s != end)
		return false;
	*ret = version;
	return true;
}

bool eg_version_parse_in(struct eg_version_room *room, const char *s, size_t n, struct eg_version *ret)
{
	const char *end = s + n;
	struct eg_version version;
	struct parts parts;

	s = trim(s, &end);
	if (!scan_version(room, &s, end, &parts, &version) || s != end)
		return false;
	*ret = version;
	return true;
}

const struct eg_release_prefix *eg_release_prefix_in(struct eg_version_room *room, const char *text, bool drop_last)
{
	struct eg_release_prefix *prefix = (struct eg_release_prefix *)(void *)room->bytes;
	unsigned char *first, *out, *last, *trimmed;
	const char *end = text + strlen(text);
	struct parts parts = {0};

	if (end - text > EG_MAX_NAME || !scan_release(&text, end, &parts))
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

int eg_version_cmp(const struct eg_version *a, const struct eg_version *b)
{
	const struct eg_version_key *x = a->key, *y = b->key;

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
