/* The partial solution: decisions, and what was derived from them, in the order in which it came about. */
#include "pubgrub_private.h"

static struct eg_assignment *assignment_of(const struct eg_pubgrub *pg, unsigned package)
{
	return &pg->packages.v[package].assignment;
}

/* ---- terms ---- */

struct eg_term eg_term_and(struct eg_arena *arena, struct eg_term a, struct eg_term b)
{
	if (a.positive && b.positive)
		return (struct eg_term){true, eg_range_and(arena, a.range, b.range)};
	if (!a.positive && !b.positive)
		return (struct eg_term){false, eg_range_or(arena, a.range, b.range)};
	const struct eg_range *in = a.positive ? a.range : b.range, *out = a.positive ? b.range : a.range;
	return (struct eg_term){true, eg_range_and(arena, eg_range_not(arena, out), in)};
}

static bool terms_disjoint(struct eg_term a, struct eg_term b)
{
	if (a.positive && b.positive)
		return eg_range_disjoint(a.range, b.range);
	if (!a.positive && !b.positive)
		return false;
	return a.positive ? eg_range_subset(a.range, b.range) : eg_range_subset(b.range, a.range);
}

/* What holding KNOWN says about TERM. */
static enum eg_relation term_relation(struct eg_term term, struct eg_term known)
{
	if (!known.positive) {
		if (!eg_range_subset(term.range, known.range))
			return EG_INCONCLUSIVE;
		return term.positive ? EG_CONTRADICTED : EG_SATISFIED;
	}
	if (eg_range_is_empty(known.range))
		return EG_SATISFIED; /* a package that must be but cannot satisfies everything */
	switch (eg_range_relation(known.range, term.range)) {
	case EG_RANGE_SUBSET:
		return term.positive ? EG_SATISFIED : EG_CONTRADICTED;
	case EG_RANGE_DISJOINT:
		return term.positive ? EG_CONTRADICTED : EG_SATISFIED;
	case EG_RANGE_OVERLAPPING:
		break;
	}
	return EG_INCONCLUSIVE;
}

enum eg_relation eg_solution_relation(const struct eg_pubgrub *pg, const struct eg_incompat *incompat,
				      const struct eg_package_term *with, unsigned *ret_almost)
{
	enum eg_relation relation = EG_SATISFIED;

	for (size_t i = 0; i < incompat->n; i++) {
		unsigned package = incompat->terms[i].package;
		const struct eg_assignment *a = assignment_of(pg, package);
		enum eg_relation one = EG_INCONCLUSIVE;

		if (with && with->package == package)
			one = term_relation(incompat->terms[i].term, with->term);
		else if (a->present)
			one = term_relation(incompat->terms[i].term, a->term);
		if (one == EG_CONTRADICTED)
			return EG_CONTRADICTED;
		if (one == EG_SATISFIED)
			continue;
		if (relation != EG_SATISFIED)
			return EG_INCONCLUSIVE;
		relation = EG_ALMOST_SATISFIED;
		*ret_almost = package;
	}
	return relation;
}

/* ---- what was contradicted stays so until the decisions behind it are taken back ---- */

bool eg_solution_contradicted(const struct eg_pubgrub *pg, const struct eg_incompat *incompat)
{
	if (!incompat->generation)
		return false;
	return incompat->generation >= pg->valid_levels.n || incompat->level <= pg->valid_levels.v[incompat->generation];
}

void eg_solution_mark_contradicted(const struct eg_pubgrub *pg, struct eg_incompat *incompat)
{
	incompat->level = (unsigned)pg->decided.n;
	incompat->generation = (unsigned)pg->valid_levels.n;
}

/* ---- assignments ---- */

static bool is_open(const struct eg_assignment *a)
{
	return a->present && !a->version && a->term.positive;
}

void eg_solution_derive(struct eg_pubgrub *pg, unsigned package, const struct eg_incompat *cause)
{
	struct eg_assignment *a = assignment_of(pg, package);
	const struct eg_term term = eg_term_not(*eg_incompat_term(cause, package));
	unsigned level = (unsigned)pg->decided.n;

	if (!a->present) {
		a->present = true;
		a->version = NULL;
		a->term = term;
		a->derivations.n = 0;
		a->first_level = level;
	} else {
		a->term = eg_term_and(pg->arena, a->term, term);
	}
	a->last_level = level;
	a->outdated |= a->term.positive;
	eg_vec_push(pg->arena, &a->derivations, (struct eg_derivation){pg->next_index++, level, cause, a->term});
}

void eg_pubgrub_decide(struct eg_pubgrub *pg, unsigned package, const struct eg_version *version)
{
	struct eg_assignment *a = assignment_of(pg, package);

	eg_vec_push(pg->arena, &pg->decided, package);
	a->last_level = (unsigned)pg->decided.n;
	a->version = version;
	a->decision_index = pg->next_index++;
	a->term = (struct eg_term){true, eg_range_one(pg->arena, version)};
}

static void restore(struct eg_assignment *a, unsigned level)
{
	while (a->derivations.n && a->derivations.v[a->derivations.n - 1].level > level)
		a->derivations.n--;
	const struct eg_derivation *last = &a->derivations.v[a->derivations.n - 1];

	a->version = NULL;
	a->last_level = last->level;
	a->term = last->term;
	a->queued = false;
	a->outdated |= a->term.positive;
}

void eg_solution_backtrack(struct eg_pubgrub *pg, unsigned level)
{
	pg->decided.n = level;
	for (size_t i = 0; i < pg->packages.n; i++) {
		struct eg_assignment *a = assignment_of(pg, (unsigned)i);

		if (!a->present)
			continue;
		if (a->first_level > level) {
			a->present = false;
			a->version = NULL;
		} else if (a->last_level > level) {
			restore(a, level);
		} else if (is_open(a) && !a->queued) {
			a->outdated = true;
		}
	}
	eg_vec_push(pg->arena, &pg->valid_levels, ~0u);
	for (size_t i = pg->valid_levels.n; i-- > 0 && pg->valid_levels.v[i] > level;)
		pg->valid_levels.v[i] = level;
}

void eg_pubgrub_take_back(struct eg_pubgrub *pg, unsigned package)
{
	for (size_t i = 0; i < pg->decided.n; i++)
		if (pg->decided.v[i] == package)
			eg_solution_backtrack(pg, (unsigned)i);
}

const struct eg_range *eg_pubgrub_range(const struct eg_pubgrub *pg, unsigned package)
{
	const struct eg_assignment *a = assignment_of(pg, package);

	return is_open(a) ? a->term.range : NULL;
}

const struct eg_version *eg_pubgrub_version(const struct eg_pubgrub *pg, unsigned package)
{
	const struct eg_assignment *a = assignment_of(pg, package);

	return a->present ? a->version : NULL;
}

/* ---- the next one ---- */

static bool is_before(const struct eg_priority *a, const struct eg_priority *b)
{
	for (int i = 0; i < 3; i++)
		if (a->word[i] != b->word[i])
			return a->word[i] > b->word[i];
	return false;
}

bool eg_pubgrub_pick(struct eg_pubgrub *pg, struct eg_priority (*priority)(void *ctx, unsigned package), void *ctx,
		     unsigned *ret)
{
	struct eg_assignment *best = NULL;

	for (size_t i = 0; i < pg->packages.n; i++) {
		struct eg_assignment *a = assignment_of(pg, (unsigned)i);

		if (a->outdated && is_open(a)) {
			a->priority = priority(ctx, (unsigned)i);
			a->queued = true;
		}
		a->outdated = false;
		if (!a->queued || !is_open(a)) /* uv takes one that is decided from its queue and passes over it */
			continue;
		if (!best || is_before(&a->priority, &best->priority)) {
			best = a;
			*ret = (unsigned)i;
		}
	}
	if (best)
		best->queued = false;
	return best != NULL;
}

/* ---- satisfiers ---- */

struct satisfaction {
	const struct eg_incompat *cause; /* NULL: the decision */
	unsigned index, level;
};

/* The first assignment of the package after which nothing of TERM is left. */
static struct satisfaction satisfied_by(const struct eg_assignment *a, struct eg_term term)
{
	size_t low = 0, high = a->derivations.n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (terms_disjoint(a->derivations.v[middle].term, term))
			high = middle;
		else
			low = middle + 1;
	}
	if (low == a->derivations.n)
		return (struct satisfaction){NULL, a->decision_index, a->last_level};
	const struct eg_derivation *d = &a->derivations.v[low];
	return (struct satisfaction){d->cause, d->index, d->level};
}

struct eg_satisfier eg_solution_satisfier(struct eg_pubgrub *pg, const struct eg_incompat *incompat)
{
	struct satisfaction last = {0}, previous = {0};
	struct eg_satisfier ret = {0};
	const struct eg_term *term = NULL;

	for (size_t i = 0; i < incompat->n; i++) {
		const struct eg_package_term *t = &incompat->terms[i];
		struct satisfaction s = satisfied_by(assignment_of(pg, t->package), eg_term_not(t->term));

		if (term && s.index < last.index) {
			if (s.index >= previous.index)
				previous = s;
			continue;
		}
		previous = last;
		last = s;
		term = &t->term;
		ret.package = t->package;
		ret.cause = s.cause;
	}
	/* without the last one, what else has to be there for the same package? */
	const struct eg_assignment *a = assignment_of(pg, ret.package);
	struct eg_term alone = last.cause ? eg_term_not(*eg_incompat_term(last.cause, ret.package)) : a->term;
	struct satisfaction rest = satisfied_by(a, eg_term_and(pg->arena, alone, eg_term_not(*term)));
	if (rest.index >= previous.index)
		previous = rest;
	ret.previous_level = previous.level > 1 ? previous.level : 1;
	ret.same_level = ret.previous_level >= last.level;
	return ret;
}
