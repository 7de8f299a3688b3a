/* Why the answer stays the same: let B stand in for A. In whatever list of providers A is, so is B; what rules B out (another
   build of the name, a dependency that cannot be met, a constraint, a job) rules A out as well; and of two that are still
   possible libsolv chooses the better one (policy.c, prune_to_best_version). So A is never chosen. What libsolv learns from
   conflicts may name A: of made-up requests full of conflicts, one in 60,000 was answered otherwise, as well as before. */
#include "dominated.h"

#include <solv/evr.h>
#include <solv/pool.h>
#include <solv/repo.h>
#include <solv/solver.h>
#include <solv/util.h>

#include "ceilings.h"

enum { WORD = 64 };

struct candidate {
	Id id, name;
	uint64_t needs; /* hash of what must be the same */
};

struct search {
	struct eg_conda_pool *pool;
	Pool *solv;
	struct eg_arena *arena;
	EG_VEC(Id) deps; /* of relations: a bare name takes all */
	size_t n_plain;  /* those behind are jobs */
	EG_VEC(struct candidate) candidates;
	uint32_t *bits;  /* of each name: how many lists tell its candidates apart */
	size_t *sets;    /* of each candidate: where in .words the lists are in which it is */
	uint64_t *words;
	Map seen, gone;
};

static bool is_candidate(const struct search *search, Id p)
{
	const Solvable *s = pool_id2solvable(search->solv, p);

	return s->repo && s->repo != search->pool->installed;
}

static void add_dep(struct search *search, Id dep)
{
	if (!ISRELDEP(dep))
		return;
	if (!MAPTST(&search->seen, GETRELID(dep)))
		eg_vec_push(search->arena, &search->deps, dep);
	MAPSET(&search->seen, GETRELID(dep));
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static const Id *requires_of(const Solvable *s)
{
	static const Id none;

	return s->requires ? s->repo->idarraydata + s->requires : &none;
}

/* Everything that depends on or constrains, and a hash of it for each candidate. */
static void read_needs(struct search *search)
{
	Pool *pool = search->solv;
	Queue constrains;
	Id p;

	queue_init(&constrains);
	FOR_POOL_SOLVABLES(p) {
		Solvable *s = pool_id2solvable(pool, p);
		uint64_t hash = (uint64_t)s->repo->repoid;

		for (const Id *dep = requires_of(s); *dep; dep++) {
			hash = mix(hash, (uint64_t)*dep);
			add_dep(search, *dep);
		}
		solvable_lookup_idarray(s, SOLVABLE_CONSTRAINS, &constrains);
		for (int i = 0; i < constrains.count; i++) {
			hash = mix(hash, ~(uint64_t)constrains.elements[i]);
			add_dep(search, constrains.elements[i]);
		}
		if (is_candidate(search, p))
			eg_vec_push(search->arena, &search->candidates, (struct candidate){p, s->name, hash});
	}
	queue_free(&constrains);
}

static void read_jobs(struct search *search, const Queue *jobs)
{
	search->n_plain = search->deps.n;
	map_empty(&search->seen); /* again, as jobs */
	for (int i = 0; jobs && i < jobs->count; i += 2)
		if ((jobs->elements[i] & SOLVER_SELECTMASK) != SOLVER_SOLVABLE_ALL)
			add_dep(search, jobs->elements[i + 1]);
}

/* A list tells the candidates of each name in it apart by a bit. What a job takes may be what is to be removed, so that being
   left out of it counts as much: a second bit. */
static void count_bits(struct search *search)
{
	search->bits = EG_ARRAY(search->arena, uint32_t, (size_t)search->solv->ss.nstrings);
	for (size_t i = 0; i < search->deps.n; i++) {
		Id name = 0;

		for (const Id *p = pool_whatprovides_ptr(search->solv, search->deps.v[i]); *p; p++) {
			Id other = pool_id2solvable(search->solv, *p)->name;

			if (other != name)
				search->bits[other] += i < search->n_plain ? 1 : 2;
			name = other;
		}
	}
}

static size_t words_of(const struct search *search, Id name)
{
	return (search->bits[name] + WORD - 1) / WORD;
}

static bool make_sets(struct search *search)
{
	size_t n = 0;

	search->sets = EG_ARRAY(search->arena, size_t, (size_t)search->solv->nsolvables);
	for (size_t i = 0; i < search->candidates.n; i++) {
		search->sets[search->candidates.v[i].id] = n;
		n += words_of(search, search->candidates.v[i].name);
	}
	if (n > EG_MAX_CANDIDATE_SETS / sizeof(*search->words))
		return false;
	search->words = EG_ARRAY(search->arena, uint64_t, n);
	return true;
}

static void set_bit(struct search *search, Id p, uint32_t bit)
{
	search->words[search->sets[p] + bit / WORD] |= UINT64_C(1) << bit % WORD;
}

static void set_bit_of_others(struct search *search, Id name, uint32_t bit)
{
	const Id *all = pool_whatprovides_ptr(search->solv, name);

	for (; *all; all++)
		if (is_candidate(search, *all) &&
		    !(search->words[search->sets[*all] + (bit - 1) / WORD] >> (bit - 1) % WORD & 1))
			set_bit(search, *all, bit);
}

static void fill_sets(struct search *search)
{
	uint32_t *next = EG_ARRAY(search->arena, uint32_t, (size_t)search->solv->ss.nstrings);

	for (size_t i = 0; i < search->deps.n; i++) {
		const Id *p = pool_whatprovides_ptr(search->solv, search->deps.v[i]);

		while (*p) {
			Id name = pool_id2solvable(search->solv, *p)->name;
			uint32_t bit = next[name]++;

			for (; *p && pool_id2solvable(search->solv, *p)->name == name; p++)
				if (is_candidate(search, *p))
					set_bit(search, *p, bit);
			if (i >= search->n_plain)
				set_bit_of_others(search, name, next[name]++);
		}
	}
}

static bool same_ids(const Id *a, const Id *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static bool same_texts(const struct eg_strs *a, const struct eg_strs *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; i < a->n && same; i++)
		same = !strcmp(a->v[i], b->v[i]);
	return same;
}

static bool same_needs(const struct search *search, Id a, Id b)
{
	const struct eg_conda_record *x = search->pool->by_id[a], *y = search->pool->by_id[b];
	const Solvable *s = pool_id2solvable(search->solv, a), *t = pool_id2solvable(search->solv, b);

	return s->repo == t->repo && x->track_features.n == y->track_features.n &&
	       same_ids(requires_of(s), requires_of(t)) && same_texts(&x->constrains, &y->constrains);
}

/* libsolv's own order: version, build number, build; then what came first. */
static bool is_better(const struct search *search, Id a, Id b)
{
	const struct eg_conda_record *x = search->pool->by_id[a], *y = search->pool->by_id[b];
	Id v = pool_id2solvable(search->solv, a)->evr, w = pool_id2solvable(search->solv, b)->evr;
	int order = v == w ? 0 : pool_evrcmp(search->solv, v, w, EVRCMP_COMPARE);

	if (!order)
		order = (x->build_number > y->build_number) - (x->build_number < y->build_number);
	if (!order)
		order = pool_evrcmp_str(search->solv, x->build, y->build, EVRCMP_COMPARE);
	return order ? order > 0 : a < b;
}

static bool stands_in(const struct search *search, const struct candidate *a, const struct candidate *b)
{
	const uint64_t *x = search->words + search->sets[a->id], *y = search->words + search->sets[b->id];

	for (size_t n = words_of(search, a->name), i = 0; i < n; i++)
		if (y[i] & ~x[i])
			return false;
	return same_needs(search, a->id, b->id) && is_better(search, a->id, b->id);
}

/* Of candidates of one name that need the same. */
static size_t choose(struct search *search, struct candidate *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		size_t left = 0, k = 0;

		while (k < kept && !stands_in(search, &v[k], &v[i]))
			k++;
		if (k < kept) {
			MAPSET(&search->gone, v[i].id);
			continue;
		}
		for (k = 0; k < kept; k++) {
			if (stands_in(search, &v[i], &v[k]))
				MAPSET(&search->gone, v[k].id);
			else
				v[left++] = v[k];
		}
		v[left++] = v[i];
		kept = left;
	}
	return n - kept;
}

static int by_needs(const void *a, const void *b, void *context)
{
	const struct candidate *x = a, *y = b;

	(void)context;
	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if (x->needs != y->needs)
		return x->needs < y->needs ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static uint64_t pairs(uint64_t n)
{
	return n ? n * (n - 1) / 2 : 0;
}

/* How many pairs that saves. */
static uint64_t choose_all(struct search *search)
{
	struct candidate *v = search->candidates.v;
	uint64_t saved = 0;
	size_t n = search->candidates.n;

	solv_sort(v, n, sizeof(*v), by_needs, NULL);
	for (size_t i = 0; i < n;) {
		size_t first = i, dropped = 0;

		while (i < n && v[i].name == v[first].name) {
			size_t end = i + 1;

			while (end < n && v[end].name == v[i].name && v[end].needs == v[i].needs)
				end++;
			dropped += choose(search, v + i, end - i);
			i = end;
		}
		saved += pairs(i - first) - pairs(i - first - dropped);
	}
	return saved;
}

static void shorten(const struct search *search, Id dep)
{
	Id *to = pool_whatprovides_ptr(search->solv, dep);

	for (const Id *from = to; *from; from++)
		if (!MAPTST(&search->gone, *from))
			*to++ = *from;
	if (*to)
		*to = 0;
}

/* Lists may be one and the same: to be shortened again does no harm. */
static void shorten_all(struct search *search)
{
	Pool *pool = search->solv;
	Id p;

	for (size_t i = 0; i < search->deps.n; i++)
		shorten(search, search->deps.v[i]);
	map_empty(&search->seen);
	map_grow(&search->seen, pool->ss.nstrings);
	FOR_POOL_SOLVABLES(p) {
		Id name = pool_id2solvable(pool, p)->name;

		if (MAPTST(&search->gone, p) && !MAPTST(&search->seen, name)) {
			MAPSET(&search->seen, name);
			shorten(search, name);
		}
	}
}

uint64_t eg_conda_drop_dominated(struct eg_conda_pool *pool, const struct s_Queue *jobs)
{
	struct search search = {.pool = pool, .solv = pool->pool, .arena = eg_arena_scratch(pool->run->arena)};
	uint64_t saved = 0;

	if (!pool->pool->whatprovides)
		pool_createwhatprovides(pool->pool);
	map_init(&search.seen, pool->pool->nrels);
	map_init(&search.gone, pool->pool->nsolvables);
	read_needs(&search);
	read_jobs(&search, jobs);
	count_bits(&search);
	if (make_sets(&search)) {
		fill_sets(&search);
		saved = choose_all(&search);
	}
	if (saved)
		shorten_all(&search);
	map_free(&search.seen);
	map_free(&search.gone);
	eg_arena_free(search.arena);
	return saved;
}
