#include "pep440_private.h"

#include "ascii.h"
#include "ceilings.h"

#include <stdlib.h>
#include <strings.h>

static const char *const op_texts[] = {
	[EG_OP_EQ] = "==", [EG_OP_NE] = "!=", [EG_OP_LE] = "<=",         [EG_OP_GE] = ">=",
	[EG_OP_LT] = "<",  [EG_OP_GT] = ">",  [EG_OP_COMPATIBLE] = "~=", [EG_OP_ARBITRARY] = "===",
};

const char *eg_op_text(enum eg_op op)
{
	return op_texts[op];
}

const char *eg_op_scan(const char *p, const char *end, enum eg_op *ret)
{
	bool equals = end - p >= 2 && p[1] == '=';

	switch (p < end ? *p : 0) {
	case '<':
		*ret = equals ? EG_OP_LE : EG_OP_LT;
		return p + 1 + equals;
	case '>':
		*ret = equals ? EG_OP_GE : EG_OP_GT;
		return p + 1 + equals;
	case '=':
		*ret = end - p >= 3 && p[2] == '=' ? EG_OP_ARBITRARY : EG_OP_EQ;
		break;
	case '!':
		*ret = EG_OP_NE;
		break;
	case '~':
		*ret = EG_OP_COMPATIBLE;
		break;
	default:
		return NULL;
	}
	return equals ? p + (*ret == EG_OP_ARBITRARY ? 3 : 2) : NULL;
}

static bool scan_arbitrary(struct eg_arena *arena, const char **p, const char *end, struct eg_specifier *spec)
{
	const char *start = *p, *q = start;

	while (q < end && !is_blank(*q) && *q != ';' && *q != ')')
		q++;
	spec->text = eg_strndup(arena, start, (size_t)(q - start));
	eg_version_parse(arena, start, (size_t)(q - start), &spec->version);
	*p = q;
	return true;
}

/* What each operator allows besides a public version (PEP 440, "Version specifiers"). */
static bool complete(struct eg_arena *arena, const char **p, const char *end, struct eg_specifier *spec,
		     const char **ret_error)
{
	const struct eg_version *v = &spec->version;
	bool equality = spec->op == EG_OP_EQ || spec->op == EG_OP_NE;
	const char *q = *p;

	spec->text = v->text;
	if (end - q >= 2 && q[0] == '.' && q[1] == '*') {
		if (!equality)
			*ret_error = ".* suffix can only be used with == or !=";
		else if (v->prerelease || v->postrelease || v->local)
			*ret_error = ".* suffix cannot be used with pre-release, post-release, dev or local versions";
		if (*ret_error)
			return false;
		spec->wildcard = true;
		spec->text = eg_strf(arena, "%s.*", v->text);
		spec->prefix = eg_release_prefix(arena, v->text, false);
		*p = q + 2;
	}
	if (v->local && !equality)
		*ret_error = "local version label can only be used with == or !=";
	if (spec->op == EG_OP_COMPATIBLE && !(spec->prefix = eg_release_prefix(arena, v->text, true)))
		*ret_error = "~= needs a version with two components at least";
	return !*ret_error;
}

bool eg_specifier_scan(struct eg_arena *arena, const char **p, const char *end, struct eg_specifier *ret,
		       const char **ret_error)
{
	struct eg_specifier spec = {0};
	const char *error = NULL, *q = eg_op_scan(*p, end, &spec.op);
	bool ok;

	if (!q) {
		*ret_error = "expected a version specifier";
		return false;
	}
	while (q < end && is_blank(*q))
		q++;
	if (spec.op == EG_OP_ARBITRARY)
		ok = scan_arbitrary(arena, &q, end, &spec);
	else if ((ok = eg_version_scan(arena, &q, end, &spec.version)))
		ok = complete(arena, &q, end, &spec, &error);
	else
		error = "expected a version after the operator";
	if (!ok) {
		*ret_error = error;
		return false;
	}
	*p = q;
	*ret = spec;
	return true;
}

/* Room for as many specifiers as the text can hold: one more than it has commas. */
static bool make_room(struct eg_arena *arena, const char *p, const char *end, struct eg_specifier **ret,
		      const char **ret_error)
{
	size_t n = 1;

	for (const char *q = p; (q = memchr(q, ',', (size_t)(end - q))); q++)
		n++;
	if (n > EG_MAX_SPECIFIERS) {
		*ret_error = "too many version specifiers";
		return false;
	}
	*ret = EG_ARRAY(arena, struct eg_specifier, n);
	return true;
}

/* One specifier and nothing else from P to END. */
static bool whole_specifier(struct eg_arena *arena, const char *p, const char *end, struct eg_specifier *ret,
			    const char **ret_error)
{
	const char *start = p, *error = "unexpected text after the version";

	if (eg_specifier_scan(arena, &p, end, ret, &error)) {
		while (p < end && is_blank(*p))
			p++;
		if (p == end)
			return true;
	}
	*ret_error = eg_strf(arena, "%s: '%.*s'", error, (int)(end - start < 80 ? end - start : 80), start);
	return false;
}

/* The comma separates whatever stands around it, in === too, and empty parts are passed over. */
static bool fill(struct eg_arena *arena, const char *s, const char *end, struct eg_specifier *v, size_t *n,
		 const char **ret_error)
{
	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s)), *part_end = comma ? comma : end;

		while (s < part_end && is_blank(*s))
			s++;
		if (s < part_end && !whole_specifier(arena, s, part_end, &v[(*n)++], ret_error))
			return false;
		s = part_end + (comma ? 1 : 0);
	}
	return true;
}

bool eg_specset_parse(struct eg_arena *arena, const char *s, size_t n, struct eg_specset *ret, const char **ret_error)
{
	struct eg_specifier *v = NULL;
	const char *unasked;
	size_t count = 0;

	ret_error = ret_error ? ret_error : &unasked;
	while (n && is_blank(*s))
		s++, n--;
	if (n && (!make_room(arena, s, s + n, &v, ret_error) || !fill(arena, s, s + n, v, &count, ret_error)))
		return false;
	*ret = (struct eg_specset){v, count};
	return true;
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

bool eg_specset_scan(struct eg_arena *arena, const char **p, const char *end, struct eg_specset *ret,
		     const char **ret_error)
{
	struct eg_specifier *v = NULL;
	const char *q = *p;
	size_t n = 0;
	enum eg_op op;

	if (eg_op_scan(q, end, &op)) {
		const char *marker = memchr(q, ';', (size_t)(end - q));

		if (!make_room(arena, q, marker ? marker : end, &v, ret_error))
			return false;
	}
	while (eg_op_scan(q, end, &op)) {
		if (op == EG_OP_ARBITRARY) {
			/* takes all but blanks and what can follow it; commas in there still separate (SpecifierSet) */
			const char *start = q;

			for (q = skip_blanks(q + 3, end); q < end && !is_blank(*q) && *q != ';' && *q != ')'; q++)
				;
			if (!fill(arena, start, q, v, &n, ret_error))
				return false;
		} else if (!eg_specifier_scan(arena, &q, end, &v[n++], ret_error)) {
			return false;
		}
		*p = q;
		q = skip_blanks(q, end);
		if (q == end || *q != ',')
			break;
		q = *p = skip_blanks(q + 1, end);
	}
	*ret = (struct eg_specset){v, n};
	return true;
}

static bool same_start(const struct eg_version_key *a, const struct eg_version_key *b, size_t n)
{
	return n <= a->n && n <= b->n && !memcmp(a->bytes, b->bytes, n);
}

/* Versions that differ at most in their local label. */
static bool same_public(const struct eg_version_key *a, const struct eg_version_key *b)
{
	return a->public_n == b->public_n && same_start(a, b, a->public_n);
}

/* The release of KEY starts with PREFIX; missing components count as 0. */
static bool has_prefix(const struct eg_version_key *key, const struct eg_release_prefix *prefix)
{
	size_t i = 0;

	while (i < prefix->n && i < key->release && key->bytes[i] == prefix->bytes[i])
		i++;
	if (i < key->release)
		return i == prefix->n;
	while (i < prefix->n && prefix->bytes[i] == 1)
		i++;
	return i == prefix->n;
}

static bool equal(const struct eg_specifier *spec, const struct eg_version *version)
{
	if (spec->wildcard)
		return has_prefix(version->key, spec->prefix);
	if (spec->version.local)
		return eg_version_cmp(version, &spec->version) == 0;
	return same_public(version->key, spec->version.key);
}

/* <V: not the pre-releases of V, unless V is one. */
static bool less(const struct eg_specifier *spec, const struct eg_version *version)
{
	const struct eg_version_key *v = spec->version.key;

	if (eg_version_cmp(version, &spec->version) >= 0)
		return false;
	if (spec->version.prerelease)
		return true;
	return !same_start(version->key, v, spec->version.postrelease ? v->post : v->release + 1u);
}

/* >V: not V's local versions, and not its post-releases unless V is one. */
static bool greater(const struct eg_specifier *spec, const struct eg_version *version)
{
	const struct eg_version_key *v = spec->version.key;

	if (eg_version_cmp(version, &spec->version) <= 0)
		return false;
	if (v->dev || spec->version.postrelease)
		return !same_public(version->key, v);
	return !same_start(version->key, v, v->pre);
}

/* As packaging/_ranges.py (26.1 and later). Up to 26.0, `<V.postN` also refused V's own pre-releases, and `>V` any
   post-release or local version of V's release even where V is a pre-release. */
bool eg_specifier_contains(const struct eg_specifier *spec, const struct eg_version *version)
{
	if (spec->op == EG_OP_ARBITRARY)
		return !strcasecmp(spec->text, version->canonical ? version->canonical : version->text);
	if (spec->legacy)
		return eg_legacy_contains(spec, version->canonical ? version->canonical : version->text);
	if (!version->key)
		return false;
	switch (spec->op) {
	case EG_OP_EQ:
		return equal(spec, version);
	case EG_OP_NE:
		return !equal(spec, version);
	case EG_OP_LE:
		return eg_version_cmp(version, &spec->version) <= 0 || same_public(version->key, spec->version.key);
	case EG_OP_GE:
		return eg_version_cmp(version, &spec->version) >= 0;
	case EG_OP_LT:
		return less(spec, version);
	case EG_OP_GT:
		return greater(spec, version);
	case EG_OP_COMPATIBLE:
		return eg_version_cmp(version, &spec->version) >= 0 && has_prefix(version->key, spec->prefix);
	case EG_OP_ARBITRARY:
		break;
	}
	return false;
}

bool eg_specset_contains(const struct eg_specset *set, const struct eg_version *version)
{
	for (size_t i = 0; i < set->n; i++)
		if (!eg_specifier_contains(&set->v[i], version))
			return false;
	return true;
}

bool eg_specset_prereleases(const struct eg_specset *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->v[i].op != EG_OP_NE && set->v[i].version.prerelease)
			return true;
	return false;
}

bool eg_specset_pinned(const struct eg_specset *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->v[i].op == EG_OP_ARBITRARY || (set->v[i].op == EG_OP_EQ && !set->v[i].wildcard))
			return true;
	return false;
}

/* Equal for packaging: the same operator and, but for === and wildcards, an equal version (~= minds trailing zeros). */
static bool same_specifier(const struct eg_specifier *a, const struct eg_specifier *b)
{
	if (a->op != b->op || a->wildcard != b->wildcard || a->legacy != b->legacy)
		return false;
	if (a->op == EG_OP_ARBITRARY || a->wildcard || a->legacy)
		return !strcmp(a->text, b->text);
	if (a->op == EG_OP_COMPATIBLE)
		return !strcmp(a->version.canonical, b->version.canonical);
	return !eg_version_cmp(&a->version, &b->version);
}

static char *specifier_text(struct eg_arena *arena, const struct eg_specifier *spec)
{
	return eg_strf(arena, "%s%s", eg_op_text(spec->op), spec->text);
}

struct named {
	const char *text;
	const struct eg_specifier *spec;
};

static int by_text(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return strcmp(x->text, y->text);
}

char *eg_specset_text(struct eg_arena *arena, const struct eg_specset *set)
{
	struct named *v = EG_ARRAY(arena, struct named, set->n);
	size_t n = 0, room = 1;

	for (size_t i = 0; i < set->n; i++) {
		v[i] = (struct named){specifier_text(arena, &set->v[i]), &set->v[i]};
		room += strlen(v[i].text) + 1;
	}
	qsort(v, set->n, sizeof(*v), by_text);

	char *text = eg_alloc(arena, room), *out = text;
	for (size_t i = 0; i < set->n; i++) {
		bool seen = false;

		for (size_t k = 0; k < n && !seen; k++)
			seen = same_specifier(v[k].spec, v[i].spec);
		if (seen)
			continue;
		out = stpcpy(stpcpy(out, n ? "," : ""), v[i].text);
		v[n++] = v[i];
	}
	return text;
}
