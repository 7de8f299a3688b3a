#include "tags.h"

#include "tags_private.h"

#include "ascii.h"

/* The names that occur in one place of the triples, numbered. */
struct names {
	const char **v;
	size_t n, cap;
	uint16_t *slots; /* number plus one; 0: free */
	size_t n_slots;
};

struct triple {
	uint16_t python, abi, platform;
};

struct eg_tags {
	struct eg_arena *arena;
	struct names pythons, abis, platforms;
	EG_VEC(struct triple) list;
	int32_t *ranks; /* by python, abi and platform; -1: not supported */
};

static uint32_t hash(const char *s, size_t n)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)to_lower(s[i])) * 16777619u;
	return h;
}

static bool same(const char *name, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name[i] != to_lower(s[i])) /* the NUL at the end of NAME differs as well */
			return false;
	return !name[n];
}

static uint16_t *slot(const struct names *names, const char *s, size_t n)
{
	size_t mask = names->n_slots - 1;

	for (size_t i = hash(s, n) & mask;; i = (i + 1) & mask)
		if (!names->slots[i] || same(names->v[names->slots[i] - 1], s, n))
			return &names->slots[i];
}

/* The number of S, -1 where it is unknown. */
static int find(const struct names *names, const char *s, size_t n)
{
	return *slot(names, s, n) - 1;
}

static void grow(struct eg_arena *arena, struct names *names)
{
	names->n_slots *= 2;
	names->slots = EG_ARRAY(arena, uint16_t, names->n_slots);
	for (size_t i = 0; i < names->n; i++)
		*slot(names, names->v[i], strlen(names->v[i])) = (uint16_t)(i + 1);
}

enum { MAX_NAMES = UINT16_MAX - 1 };

static uint16_t intern(struct eg_arena *arena, struct names *names, const char *s)
{
	size_t n = strlen(s);
	uint16_t *known = slot(names, s, n);

	if (!*known && names->n < MAX_NAMES) {
		char *copy = eg_strndup(arena, s, n);

		for (char *c = copy; *c; c++)
			*c = to_lower(*c);
		eg_vec_push(arena, names, copy);
		*known = (uint16_t)names->n;
		if (2 * names->n > names->n_slots)
			grow(arena, names);
		return (uint16_t)(names->n - 1);
	}
	return *known ? *known - 1u : 0;
}

static void names_start(struct eg_arena *arena, struct names *names)
{
	names->n_slots = 32;
	names->slots = EG_ARRAY(arena, uint16_t, names->n_slots);
}

struct eg_tags *eg_tags_new(struct eg_arena *arena)
{
	struct eg_tags *tags = EG_NEW(arena, struct eg_tags);

	tags->arena = arena;
	names_start(arena, &tags->pythons);
	names_start(arena, &tags->abis);
	names_start(arena, &tags->platforms);
	return tags;
}

void eg_tags_add(struct eg_tags *tags, const char *python, const char *abi, const struct eg_strs *platforms)
{
	struct triple triple = {
		.python = intern(tags->arena, &tags->pythons, python),
		.abi = intern(tags->arena, &tags->abis, abi),
	};

	for (size_t i = 0; i < platforms->n; i++) {
		triple.platform = intern(tags->arena, &tags->platforms, platforms->v[i]);
		eg_vec_push(tags->arena, &tags->list, triple);
	}
}

static int32_t *rank_of(const struct eg_tags *tags, size_t python, size_t abi, size_t platform)
{
	return &tags->ranks[(python * tags->abis.n + abi) * tags->platforms.n + platform];
}

void eg_tags_finish(struct eg_tags *tags)
{
	size_t n = tags->pythons.n * tags->abis.n * tags->platforms.n;

	tags->ranks = EG_ARRAY(tags->arena, int32_t, n);
	for (size_t i = 0; i < n; i++)
		tags->ranks[i] = -1;
	/* pip keeps the later place of a tag that is listed twice, as with --implementation py */
	for (size_t i = 0; i < tags->list.n; i++) {
		const struct triple *t = &tags->list.v[i];

		*rank_of(tags, t->python, t->abi, t->platform) = (int32_t)i;
	}
}

struct eg_strs eg_tags_list(struct eg_arena *arena, const struct eg_tags *tags)
{
	struct eg_strs list = {0};

	for (size_t i = 0; i < tags->list.n; i++) {
		const struct triple *t = &tags->list.v[i];

		eg_vec_push(arena, &list,
			    eg_strf(arena, "%s-%s-%s", tags->pythons.v[t->python], tags->abis.v[t->abi],
				    tags->platforms.v[t->platform]));
	}
	return list;
}

/* The length of the first name of a compressed set. */
static size_t first(const char *set)
{
	return strcspn(set, ".");
}

static const char *next(const char *set)
{
	set += first(set);
	return *set ? set + 1 : NULL;
}

static int best_platform(const struct eg_tags *tags, int python, int abi, const char *platforms, int best)
{
	for (const char *l = platforms; l; l = next(l)) {
		int platform = find(&tags->platforms, l, first(l));

		if (platform >= 0) {
			int rank = *rank_of(tags, (size_t)python, (size_t)abi, (size_t)platform);

			if (rank >= 0 && (best < 0 || rank < best))
				best = rank;
		}
	}
	return best;
}

int eg_tags_rank(const struct eg_tags *tags, const struct eg_wheel_name *wheel)
{
	int best = -1;

	for (const char *p = wheel->python; p; p = next(p)) {
		int python = find(&tags->pythons, p, first(p));

		for (const char *a = python < 0 ? NULL : wheel->abi; a; a = next(a)) {
			int abi = find(&tags->abis, a, first(a));

			if (abi >= 0)
				best = best_platform(tags, python, abi, wheel->platform, best);
		}
	}
	return best;
}
