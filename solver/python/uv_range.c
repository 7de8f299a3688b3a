#include "uv_range.h"

#include "pep440_private.h"

const struct eg_range eg_range_full = {.from_start = true, .hash = 1};
const struct eg_range eg_range_empty = {.from_start = false, .hash = 0};

static int cut_cmp(const struct eg_cut *a, const struct eg_cut *b)
{
	int cmp = a->key == b->key ? 0 : eg_version_key_cmp(a->key, b->key);

	return cmp ? cmp : a->after - b->after;
}

static unsigned cuts_hash(bool from_start, const struct eg_cut *cuts, size_t n)
{
	unsigned hash = from_start;

	for (size_t i = 0; i < n; i++) {
		const struct eg_version_key *key = cuts[i].key;
		uint64_t mixed = (key->head[0] ^ (key->head[1] >> 7) ^ key->n) * 0x9e3779b97f4a7c15u;

		hash = hash * 31 + (unsigned)(mixed >> 32) + cuts[i].after;
	}
	return hash;
}

static const struct eg_range *new_range(struct eg_arena *arena, bool from_start, const struct eg_cut *cuts, size_t n)
{
	struct eg_range *range;

	if (!n)
		return from_start ? &eg_range_full : &eg_range_empty;
	range = EG_NEW(arena, struct eg_range);
	*range = (struct eg_range){from_start, n, cuts, cuts_hash(from_start, cuts, n)};
	return range;
}

bool eg_range_is_empty(const struct eg_range *range)
{
	return !range->n && !range->from_start;
}

bool eg_range_same(const struct eg_range *a, const struct eg_range *b)
{
	if (a == b)
		return true;
	if (a->hash != b->hash || a->n != b->n || a->from_start != b->from_start)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (cut_cmp(&a->cuts[i], &b->cuts[i]))
			return false;
	return true;
}

bool eg_range_contains(const struct eg_range *range, const struct eg_version *version)
{
	size_t low = 0, high = range->n;

	while (low < high) { /* how many cuts lie before the version */
		size_t middle = (low + high) / 2;
		int cmp = eg_version_key_cmp(range->cuts[middle].key, version->key);

		if (cmp < 0 || (!cmp && !range->cuts[middle].after))
			low = middle + 1;
		else
			high = middle;
	}
	return range->from_start != (low % 2 == 1);
}

/* ---- making them ---- */

/* From LOW (NULL: the start) to HIGH (NULL: without end). */
static const struct eg_range *interval(struct eg_arena *arena, const struct eg_cut *low, const struct eg_cut *high)
{
	struct eg_cut *cuts = EG_ARRAY(arena, struct eg_cut, 2);
	size_t n = 0;

	if (low && high && cut_cmp(low, high) >= 0)
		return &eg_range_empty;
	if (low)
		cuts[n++] = *low;
	if (high)
		cuts[n++] = *high;
	return new_range(arena, !low, cuts, n);
}

const struct eg_range *eg_range_one(struct eg_arena *arena, const struct eg_version *version)
{
	const struct eg_cut low = {version->key, false}, high = {version->key, true};

	return interval(arena, &low, &high);
}

const struct eg_range *eg_range_between(struct eg_arena *arena, const struct eg_version *below,
					const struct eg_version *above)
{
	const struct eg_cut low = {below ? below->key : NULL, true}, high = {above ? above->key : NULL, false};

	return interval(arena, below ? &low : NULL, above ? &high : NULL);
}

const struct eg_range *eg_range_not(struct eg_arena *arena, const struct eg_range *range)
{
	return new_range(arena, !range->from_start, range->cuts, range->n);
}

/* Cuts of both in order, those kept where the combination changes sides. */
static const struct eg_range *combine(struct eg_arena *arena, const struct eg_range *a, const struct eg_range *b,
				      bool all)
{
	struct eg_cut *cuts = EG_ARRAY(arena, struct eg_cut, a->n + b->n);
	bool in_a = a->from_start, in_b = b->from_start;
	bool from_start = all ? in_a && in_b : in_a || in_b, in = from_start;
	size_t n = 0, i = 0, j = 0;

	while (i < a->n || j < b->n) {
		int cmp = i == a->n ? 1 : j == b->n ? -1 : cut_cmp(&a->cuts[i], &b->cuts[j]);
		struct eg_cut cut = cmp <= 0 ? a->cuts[i] : b->cuts[j];

		if (cmp <= 0) {
			in_a = !in_a;
			i++;
		}
		if (cmp >= 0) {
			in_b = !in_b;
			j++;
		}
		if ((all ? in_a && in_b : in_a || in_b) != in) {
			in = !in;
			cuts[n++] = cut;
		}
	}
	return new_range(arena, from_start, cuts, n);
}

const struct eg_range *eg_range_and(struct eg_arena *arena, const struct eg_range *a, const struct eg_range *b)
{
	if (a == b || b == &eg_range_full)
		return a;
	return a == &eg_range_full ? b : combine(arena, a, b, true);
}

const struct eg_range *eg_range_or(struct eg_arena *arena, const struct eg_range *a, const struct eg_range *b)
{
	if (a == b || b == &eg_range_empty)
		return a;
	return a == &eg_range_empty ? b : combine(arena, a, b, false);
}

enum eg_range_relation eg_range_relation(const struct eg_range *a, const struct eg_range *b)
{
	bool in_a = a->from_start, in_b = b->from_start;
	bool subset = !in_a || in_b, disjoint = !in_a || !in_b;
	size_t i = 0, j = 0;

	while ((i < a->n || j < b->n) && (subset || disjoint)) {
		int cmp = i == a->n ? 1 : j == b->n ? -1 : cut_cmp(&a->cuts[i], &b->cuts[j]);

		if (cmp <= 0) {
			in_a = !in_a;
			i++;
		}
		if (cmp >= 0) {
			in_b = !in_b;
			j++;
		}
		subset = subset && (!in_a || in_b);
		disjoint = disjoint && (!in_a || !in_b);
	}
	return subset ? EG_RANGE_SUBSET : disjoint ? EG_RANGE_DISJOINT : EG_RANGE_OVERLAPPING;
}

bool eg_range_subset(const struct eg_range *a, const struct eg_range *b)
{
	return eg_range_relation(a, b) == EG_RANGE_SUBSET;
}

bool eg_range_disjoint(const struct eg_range *a, const struct eg_range *b)
{
	return eg_range_is_empty(a) || eg_range_relation(a, b) == EG_RANGE_DISJOINT;
}

/* ---- specifiers ---- */

/* The first N bytes of KEY and one byte more: a place that no version takes. */
static const struct eg_version_key *sentinel(struct eg_arena *arena, const struct eg_version_key *key, size_t n,
					     unsigned char byte)
{
	struct eg_version_key *made = eg_alloc(arena, sizeof(*made) + n + 1 + EG_KEY_HEAD);

	*made = *key;
	memcpy(made->bytes, key->bytes, n);
	made->bytes[n] = byte;
	made->n = (uint16_t)(n + 1);
	eg_version_key_set_head(made);
	return made;
}

/* Above all local versions of the public version. */
static struct eg_cut above_locals(struct eg_arena *arena, const struct eg_version *version)
{
	const struct eg_version_key *key = version->key;

	return (struct eg_cut){sentinel(arena, key, key->public_n, 3), false};
}

/* Above all post-releases and local versions. */
static struct eg_cut above_posts(struct eg_arena *arena, const struct eg_version *version)
{
	const struct eg_version_key *key = version->key;

	return (struct eg_cut){sentinel(arena, key, key->pre, 2), false};
}

static struct eg_cut before_text(struct eg_arena *arena, const char *text)
{
	struct eg_version version = {0};

	eg_version_parse(arena, text, strlen(text), &version);
	return (struct eg_cut){version.key, false};
}

/* The public version up to its release: "1!2.3" of "1!2.3rc1.post2". */
static char *release_text(struct eg_arena *arena, const struct eg_version *version)
{
	return eg_strndup(arena, version->canonical, strspn(version->canonical, "0123456789.!"));
}

/* A digit string plus one. */
static char *plus_one(struct eg_arena *arena, const char *digits)
{
	char *text = eg_strf(arena, "0%s", digits);
	size_t i = strlen(text) - 1;

	while (text[i] == '9')
		text[i--] = '0';
	text[i]++;
	return text;
}

/* The last component of the release one higher, after DROP components are taken from its end. */
static char *next_release(struct eg_arena *arena, const struct eg_version *version, int drop)
{
	char *text = release_text(arena, version);
	size_t n = strlen(text);

	if (n && text[n - 1] == '.') /* ".post1" begins with a dot */
		text[n - 1] = 0;
	for (char *dot; drop && (dot = strrchr(text, '.')); drop--)
		*dot = 0;
	char *last = strrchr(text, '.');
	char *start = last ? last + 1 : strchr(text, '!') ? strchr(text, '!') + 1 : text;
	char *next = plus_one(arena, start);
	*start = 0;
	return eg_strf(arena, "%s%s.dev0", text, next);
}

static const struct eg_range *range_equal(struct eg_arena *arena, const struct eg_specifier *spec)
{
	const struct eg_version *version = &spec->version;
	const struct eg_cut low = {version->key, false};

	if (spec->wildcard) {
		const struct eg_cut from = before_text(arena, eg_strf(arena, "%s.dev0", version->canonical));
		const struct eg_cut to = before_text(arena, next_release(arena, version, 0));

		return interval(arena, &from, &to);
	}
	if (version->local)
		return eg_range_one(arena, version);
	const struct eg_cut high = above_locals(arena, version);
	return interval(arena, &low, &high);
}

static const struct eg_range *range_less(struct eg_arena *arena, const struct eg_version *version)
{
	struct eg_cut high = {version->key, false};

	/* <V excludes the pre-releases of V unless V is one */
	if (!version->prerelease)
		high = before_text(arena, eg_strf(arena, "%s.dev0", version->postrelease
							? eg_strndup(arena, version->canonical, strcspn(version->canonical, "+"))
							: release_text(arena, version)));
	return interval(arena, NULL, &high);
}

static const struct eg_range *range_greater(struct eg_arena *arena, const struct eg_version *version)
{
	const char *dev = strstr(version->canonical, ".dev");
	struct eg_cut low;

	if (dev) {
		size_t n = strspn(dev + 4, "0123456789");
		const char *head = eg_strndup(arena, version->canonical, (size_t)(dev - version->canonical));

		low = before_text(arena, eg_strf(arena, "%s.dev%s", head, plus_one(arena, eg_strndup(arena, dev + 4, n))));
	} else if (version->postrelease) {
		low = above_locals(arena, version);
	} else {
		low = above_posts(arena, version);
	}
	return interval(arena, &low, NULL);
}

static const struct eg_range *range_compatible(struct eg_arena *arena, const struct eg_version *version)
{
	const struct eg_cut low = {version->key, false};
	const struct eg_cut high = before_text(arena, next_release(arena, version, 1));

	return interval(arena, &low, &high);
}

static const struct eg_range *range_of(struct eg_arena *arena, const struct eg_specifier *spec)
{
	struct eg_cut cut = {spec->version.key, false};

	if (!spec->version.key)
		return &eg_range_empty; /* === with something that is no version */
	switch (spec->op) {
	case EG_OP_EQ:
		return range_equal(arena, spec);
	case EG_OP_NE:
		return eg_range_not(arena, range_equal(arena, spec));
	case EG_OP_LE:
		cut = above_locals(arena, &spec->version);
		return interval(arena, NULL, &cut);
	case EG_OP_GE:
		return interval(arena, &cut, NULL);
	case EG_OP_LT:
		return range_less(arena, &spec->version);
	case EG_OP_GT:
		return range_greater(arena, &spec->version);
	case EG_OP_COMPATIBLE:
		return range_compatible(arena, &spec->version);
	case EG_OP_ARBITRARY:
		return eg_range_one(arena, &spec->version);
	}
	return &eg_range_empty;
}

const struct eg_range *eg_range_of_specs(struct eg_arena *arena, const struct eg_specset *set)
{
	const struct eg_range *range = &eg_range_full;

	for (size_t i = 0; i < set->n; i++)
		range = eg_range_and(arena, range, range_of(arena, &set->v[i]));
	return range;
}

bool eg_range_is_pin(const struct eg_range *range)
{
	const struct eg_version_key *low, *high;

	if (range->from_start || range->n != 2 || range->cuts[0].after)
		return false;
	low = range->cuts[0].key;
	high = range->cuts[1].key;
	if (range->cuts[1].after)
		return !eg_version_key_cmp(low, high);
	return high->n == low->public_n + 1 && high->bytes[low->public_n] == 3 && low->n == low->public_n + 1 &&
	       !memcmp(low->bytes, high->bytes, low->public_n);
}

bool eg_range_starts_by(const struct eg_range *range, const struct eg_version *version)
{
	const struct eg_cut at = {version->key, false};

	return range->from_start || !range->n || cut_cmp(&range->cuts[0], &at) <= 0;
}
