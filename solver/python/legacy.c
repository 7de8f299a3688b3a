#include "pep440_private.h"

#include "ascii.h"

#include <strings.h>

/* packaging 21.3's LegacyVersion and LegacySpecifier, with which pip up to 24.0 read what PEP 440 does not know:
   "torch (>=1.9.*)", "torchvision (>=0.7<0.9)". The order is setuptools' of old. */

/* Parts of at most 8 digits are padded to 8; each of the others starts with "*". */
enum { LEGACY_ROOM = 9 * EG_MAX_NAME + 32 };

struct legacy_key {
	size_t n; /* bytes: the parts, a NUL behind each */
	size_t parts;
	char bytes[LEGACY_ROOM];
	uint16_t start[EG_MAX_NAME + 2];
};

static bool last_is(const struct legacy_key *key, const char *part)
{
	return key->parts && !strcmp(key->bytes + key->start[key->parts - 1], part);
}

static void pop(struct legacy_key *key)
{
	key->n = key->start[--key->parts];
}

static bool below_final(const char *s, size_t n)
{
	int cmp = strncasecmp(s, "final", n < 5 ? n : 5);

	return cmp < 0 || (!cmp && n < 5);
}

/* Zeros before "final" and dashes before what sorts below it mean nothing. */
static void push(struct legacy_key *key, const char *prefix, const char *s, size_t n)
{
	size_t prefix_n = strlen(prefix);

	if (*prefix == '*') {
		if (below_final(s, n))
			while (last_is(key, "*final-"))
				pop(key);
		while (last_is(key, "00000000"))
			pop(key);
	}
	key->start[key->parts++] = (uint16_t)key->n;
	memcpy(key->bytes + key->n, prefix, prefix_n);
	key->n += prefix_n;
	for (size_t i = 0; i < n; i++)
		key->bytes[key->n++] = to_lower(s[i]);
	key->bytes[key->n++] = 0;
}

static bool is(const char *s, size_t n, const char *w)
{
	return strlen(w) == n && !strncasecmp(s, w, n);
}

static void push_word(struct legacy_key *key, const char *s, size_t n)
{
	if (is(s, n, "pre") || is(s, n, "preview") || is(s, n, "rc"))
		push(key, "*", "c", 1);
	else if (is(s, n, "dev"))
		push(key, "*", "@", 1);
	else if (is(s, n, "-"))
		push(key, "*", "final-", 6);
	else
		push(key, "*", s, n);
}

/* Runs of digits and of letters, single dots and dashes, and whatever lies between. */
static size_t part_length(const char *s, const char *end)
{
	const char *p = s + 1;

	if (*s == '.' || *s == '-')
		return 1;
	if (is_digit(*s))
		while (p < end && is_digit(*p))
			p++;
	else if (is_letter(*s))
		while (p < end && is_letter(*p))
			p++;
	else
		while (p < end && !is_alnum(*p) && *p != '.' && *p != '-')
			p++;
	return (size_t)(p - s);
}

static bool make_key(struct legacy_key *key, const char *s)
{
	static const char zeros[] = "00000000";
	size_t n = strlen(s);
	const char *end = s + n;

	if (n > EG_MAX_NAME)
		return false;
	key->n = key->parts = 0;
	for (; s < end; s += n) {
		n = part_length(s, end);
		if (is_digit(*s))
			push(key, n < 8 ? zeros + n : "", s, n);
		else if (*s != '.')
			push_word(key, s, n);
	}
	push(key, "*", "final", 5);
	return true;
}

bool eg_legacy_contains(const struct eg_specifier *spec, const char *version)
{
	struct legacy_key a, b;

	if (!make_key(&a, version) || !make_key(&b, spec->text))
		return false;
	int cmp = memcmp(a.bytes, b.bytes, a.n < b.n ? a.n : b.n);
	if (!cmp)
		cmp = (a.n > b.n) - (a.n < b.n);
	switch (spec->op) {
	case EG_OP_EQ:
		return cmp == 0;
	case EG_OP_NE:
		return cmp != 0;
	case EG_OP_LE:
		return cmp <= 0;
	case EG_OP_GE:
		return cmp >= 0;
	case EG_OP_LT:
		return cmp < 0;
	case EG_OP_GT:
		return cmp > 0;
	case EG_OP_COMPATIBLE:
	case EG_OP_ARBITRARY:
		break; /* never legacy */
	}
	return false;
}

bool eg_legacy_scan(struct eg_arena *arena, const char **p, const char *end, struct eg_specifier *ret)
{
	struct eg_specifier spec = {.legacy = true};
	const char *q = eg_op_scan(*p, end, &spec.op);

	if (!q || spec.op == EG_OP_COMPATIBLE || spec.op == EG_OP_ARBITRARY)
		return false;
	while (q < end && is_blank(*q))
		q++;
	const char *start = q;
	while (q < end && !is_blank(*q) && *q != ',' && *q != ';' && *q != ')')
		q++;
	spec.text = eg_strndup(arena, start, (size_t)(q - start));
	*p = q;
	*ret = spec;
	return true;
}
