#include "conda_version.h"

#include <ctype.h>
#include <string.h>

#include "ceilings.h"
#include "vec.h"

enum atom_kind { ATOM_TEXT, ATOM_NUMBER, ATOM_POST }; /* in their order */

struct atom {
	enum atom_kind kind;
	const char *s; /* of a number: its digits, no leading zero */
	size_t n;
};

struct component {
	struct atom *v;
	size_t n;
};

struct components {
	struct component *v;
	size_t n;
};

struct eg_conda_version {
	struct components version, local; /* the epoch is the version's first component */
};

static const struct atom zero = {ATOM_NUMBER, "0", 1};

static struct atom number_atom(const char *s, size_t n)
{
	while (n > 1 && *s == '0') {
		s++;
		n--;
	}
	return (struct atom){ATOM_NUMBER, s, n};
}

static struct atom text_atom(const char *s, size_t n)
{
	if (n == 4 && !strncmp(s, "post", 4))
		return (struct atom){ATOM_POST, s, n};
	if (n == 3 && !strncmp(s, "dev", 3))
		return (struct atom){ATOM_TEXT, "DEV", 3}; /* before all lower-case texts */
	return (struct atom){ATOM_TEXT, s, n};
}

/* version_split_re: runs of digits, of stars, and of anything else. */
static size_t run_length(const char *s, size_t n)
{
	size_t i = 1;
	int digit = isdigit((unsigned char)*s) != 0, star = *s == '*';

	while (i < n && (isdigit((unsigned char)s[i]) != 0) == digit && (s[i] == '*') == star)
		i++;
	return i;
}

static bool split_component(struct eg_arena *arena, const char *s, size_t n, struct component *ret)
{
	EG_VEC(struct atom) atoms = {0};

	if (!n)
		return false;
	if (!isdigit((unsigned char)*s)) /* numbers and texts stay in phase */
		eg_vec_push(arena, &atoms, zero);
	while (n) {
		size_t m = run_length(s, n);

		eg_vec_push(arena, &atoms, isdigit((unsigned char)*s) ? number_atom(s, m) : text_atom(s, m));
		s += m;
		n -= m;
	}
	*ret = (struct component){atoms.v, atoms.n};
	return true;
}

/* Components between "." and "_"; a last "_" belongs to the component before it where KEEP. */
static bool split(struct eg_arena *arena, const char *s, size_t n, bool keep, struct components *ret)
{
	EG_VEC(struct component) parts = {0};

	for (size_t i = 0; i < ret->n; i++)
		eg_vec_push(arena, &parts, ret->v[i]);
	for (;;) {
		size_t m = 0;
		struct component part;

		while (m < n && s[m] != '.' && (s[m] != '_' || (keep && m + 1 == n)))
			m++;
		if (!split_component(arena, s, m, &part))
			return false;
		eg_vec_push(arena, &parts, part);
		if (m == n)
			break;
		s += m + 1;
		n -= m + 1;
	}
	*ret = (struct components){parts.v, parts.n};
	return true;
}

/* Lower case, without blanks around, "-" for "_" where that makes it one; NULL: characters that no version has. */
static const char *normalise(struct eg_arena *arena, const char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	size_t n = strlen(text);
	while (n && isspace((unsigned char)text[n - 1]))
		n--;
	if (!n || n > EG_MAX_NAME)
		return NULL;
	char *s = eg_strndup(arena, text, n);
	bool underscore = strchr(s, '_');
	for (char *p = s; *p; p++) {
		*p = (char)tolower((unsigned char)*p);
		if (*p == '-' && !underscore)
			*p = '_';
		if (!strchr("*.+!_", *p) && !isdigit((unsigned char)*p) && !(*p >= 'a' && *p <= 'z'))
			return NULL;
	}
	return s;
}

struct eg_conda_version *eg_conda_version_parse(struct eg_arena *arena, const char *text)
{
	struct eg_conda_version version = {0};
	const char *s = normalise(arena, text);
	const char *epoch = "0";
	size_t epoch_n = 1;

	if (!s)
		return NULL;
	const char *bang = strchr(s, '!');
	if (bang) {
		epoch = s;
		epoch_n = (size_t)(bang - s);
		s = bang + 1;
		if (!epoch_n || strspn(epoch, "0123456789") != epoch_n || strchr(s, '!'))
			return NULL;
	}
	const char *plus = strchr(s, '+');
	size_t n = plus ? (size_t)(plus - s) : strlen(s);
	if (!n || (plus && strchr(plus + 1, '+')) || !split(arena, epoch, epoch_n, false, &version.version))
		return NULL;
	if (!split(arena, s, n, true, &version.version))
		return NULL;
	if (plus && !split(arena, plus + 1, strlen(plus + 1), false, &version.local))
		return NULL;
	struct eg_conda_version *ret = EG_NEW(arena, struct eg_conda_version);
	*ret = version;
	return ret;
}

static int compare_bytes(const char *a, size_t na, const char *b, size_t nb)
{
	int order = memcmp(a, b, na < nb ? na : nb);

	return order ? order : (na > nb) - (na < nb);
}

static int compare_atoms(const struct atom *a, const struct atom *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == ATOM_POST)
		return 0;
	if (a->kind == ATOM_NUMBER && a->n != b->n)
		return a->n < b->n ? -1 : 1;
	return compare_bytes(a->s, a->n, b->s, b->n);
}

static int compare_components(const struct component *a, const struct component *b)
{
	for (size_t i = 0; i < a->n || i < b->n; i++) {
		int order = compare_atoms(i < a->n ? &a->v[i] : &zero, i < b->n ? &b->v[i] : &zero);

		if (order)
			return order;
	}
	return 0;
}

static int compare_lists(const struct components *a, const struct components *b)
{
	static const struct component none;

	for (size_t i = 0; i < a->n || i < b->n; i++) {
		int order = compare_components(i < a->n ? &a->v[i] : &none, i < b->n ? &b->v[i] : &none);

		if (order)
			return order;
	}
	return 0;
}

int eg_conda_version_cmp(const struct eg_conda_version *a, const struct eg_conda_version *b)
{
	int order = compare_lists(&a->version, &b->version);

	return order ? order : compare_lists(&a->local, &b->local);
}

static struct components head(const struct components *list, size_t n)
{
	return (struct components){list->v, list->n < n ? list->n : n};
}

bool eg_conda_version_starts_with(const struct eg_conda_version *version, const struct eg_conda_version *prefix)
{
	static const struct component none;
	const struct components *t1 = &version->version, *t2 = &prefix->version;

	if (prefix->local.n) {
		if (compare_lists(&version->version, &prefix->version))
			return false;
		t1 = &version->local;
		t2 = &prefix->local;
	}
	size_t last = t2->n - 1;
	struct components h1 = head(t1, last), h2 = head(t2, last);
	if (compare_lists(&h1, &h2))
		return false;
	const struct component *v1 = last < t1->n ? &t1->v[last] : &none, *v2 = &t2->v[last];
	size_t end = v2->n - 1;
	struct component e1 = {v1->v, v1->n < end ? v1->n : end}, e2 = {v2->v, end};
	if (compare_components(&e1, &e2))
		return false;
	const struct atom *c1 = end < v1->n ? &v1->v[end] : &zero, *c2 = &v2->v[end];
	if (c2->kind == ATOM_TEXT)
		return c1->kind == ATOM_TEXT && c1->n >= c2->n && !strncmp(c1->s, c2->s, c2->n);
	return !compare_atoms(c1, c2);
}
