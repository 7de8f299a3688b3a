#include "pubgrub.h"

#include "pubgrub_private.h"

static struct eg_incompat *new_incompat(struct eg_pubgrub *pg, enum eg_incompat_kind kind, size_t n)
{
	struct eg_incompat *incompat = EG_NEW(pg->arena, struct eg_incompat);

	incompat->kind = kind;
	incompat->n = n;
	incompat->terms = EG_ARRAY(pg->arena, struct eg_package_term, n ? n : 1);
	return incompat;
}

static struct eg_incompat *one_term(struct eg_pubgrub *pg, enum eg_incompat_kind kind, unsigned package,
				    struct eg_term term)
{
	struct eg_incompat *incompat = new_incompat(pg, kind, 1);

	((struct eg_package_term *)incompat->terms)[0] = (struct eg_package_term){package, term};
	return incompat;
}

static struct eg_incompat *dependency(struct eg_pubgrub *pg, unsigned package, const struct eg_range *versions,
				      const struct eg_dependency *on)
{
	bool possible = !eg_range_is_empty(on->range);
	struct eg_incompat *incompat = new_incompat(pg, EG_INCOMPAT_DEPENDENCY, possible ? 2 : 1);
	struct eg_package_term *terms = (struct eg_package_term *)incompat->terms;

	terms[0] = (struct eg_package_term){package, {true, versions}};
	if (possible)
		terms[1] = (struct eg_package_term){on->package, {false, on->range}};
	return incompat;
}

/* ---- adding them ---- */

static void remember(struct eg_pubgrub *pg, struct eg_incompat *incompat)
{
	for (size_t i = 0; i < incompat->n; i++)
		eg_vec_push(pg->arena, &pg->packages.v[incompat->terms[i].package].incompats, incompat);
}

static void forget(struct eg_pubgrub *pg, const struct eg_incompat *incompat)
{
	for (size_t i = 0; i < incompat->n; i++) {
		struct eg_pubgrub_package *package = &pg->packages.v[incompat->terms[i].package];
		size_t n = 0;

		for (size_t j = 0; j < package->incompats.n; j++)
			if (package->incompats.v[j] != incompat)
				package->incompats.v[n++] = package->incompats.v[j];
		package->incompats.n = n;
	}
}

/* Versions with the same dependency share one incompatibility. */
static struct eg_incompat *merged(struct eg_pubgrub *pg, struct eg_incompat *incompat)
{
	unsigned package = incompat->terms[0].package;
	struct eg_pubgrub_package *p = &pg->packages.v[package];
	const struct eg_package_term *on = incompat->n > 1 ? &incompat->terms[1] : NULL;

	if (!on || on->package == package)
		return incompat;
	for (size_t i = 0; i < p->dependencies.n; i++) {
		const struct eg_incompat *past = p->dependencies.v[i];

		if (past->terms[1].package != on->package ||
		    !eg_range_same(past->terms[1].term.range, on->term.range))
			continue;
		const struct eg_dependency same = {on->package, on->term.range};
		struct eg_incompat *both = dependency(pg, package,
						      eg_range_or(pg->arena, incompat->terms[0].term.range,
								  past->terms[0].term.range),
						      &same);
		forget(pg, past);
		p->dependencies.v[i] = both;
		return both;
	}
	eg_vec_push(pg->arena, &p->dependencies, incompat);
	return incompat;
}

void eg_pubgrub_depend(struct eg_pubgrub *pg, unsigned package, const struct eg_range *versions,
		       const struct eg_dependency *on)
{
	remember(pg, merged(pg, dependency(pg, package, versions, on)));
}

void eg_pubgrub_exclude(struct eg_pubgrub *pg, unsigned package, const struct eg_range *versions, const char *reason)
{
	const struct eg_term term = {true, versions};
	struct eg_incompat *incompat =
		one_term(pg, reason ? EG_INCOMPAT_UNAVAILABLE : EG_INCOMPAT_NO_VERSIONS, package, term);

	incompat->reason = reason;
	remember(pg, incompat);
}

const struct eg_incompat *eg_pubgrub_try(struct eg_pubgrub *pg, unsigned package, const struct eg_version *version,
					 const struct eg_range *versions, const struct eg_dependency *dependencies,
					 size_t n)
{
	const struct eg_package_term self = {package, {true, eg_range_one(pg->arena, version)}};
	struct eg_incompat **made = EG_ARRAY(pg->arena, struct eg_incompat *, n ? n : 1);
	unsigned almost;

	for (size_t i = 0; i < n; i++) {
		made[i] = dependency(pg, package, versions, &dependencies[i]);
		remember(pg, merged(pg, made[i]));
	}
	/* before the first conflict it is taken for granted that there is none */
	for (size_t i = 0; i < n && pg->valid_levels.n > 1; i++)
		if (eg_solution_relation(pg, made[i], &self, &almost) == EG_SATISFIED)
			return made[i];
	eg_pubgrub_decide(pg, package, version);
	return NULL;
}

/* ---- conclusions ---- */

static struct eg_term term_or(struct eg_arena *arena, struct eg_term a, struct eg_term b)
{
	return eg_term_not(eg_term_and(arena, eg_term_not(a), eg_term_not(b)));
}

/* The rule of resolution: what follows from INCOMPAT and CAUSE, whatever PACKAGE is. */
static struct eg_incompat *prior_cause(struct eg_pubgrub *pg, const struct eg_incompat *incompat,
				       const struct eg_incompat *cause, unsigned package)
{
	struct eg_incompat *ret = new_incompat(pg, EG_INCOMPAT_DERIVED, incompat->n + cause->n);
	struct eg_package_term *terms = (struct eg_package_term *)ret->terms;
	size_t n = 0;

	for (size_t i = 0; i < incompat->n; i++)
		if (incompat->terms[i].package != package)
			terms[n++] = incompat->terms[i];
	for (size_t i = 0; i < cause->n; i++) {
		size_t j = 0;

		if (cause->terms[i].package == package)
			continue;
		while (j < n && terms[j].package != cause->terms[i].package)
			j++;
		if (j < n)
			terms[j].term = eg_term_and(pg->arena, terms[j].term, cause->terms[i].term);
		else
			terms[n++] = cause->terms[i];
	}
	const struct eg_term term =
		term_or(pg->arena, *eg_incompat_term(incompat, package), *eg_incompat_term(cause, package));
	if (term.positive || !eg_range_is_empty(term.range))
		terms[n++] = (struct eg_package_term){package, term};
	ret->n = n;
	ret->causes[0] = incompat;
	ret->causes[1] = cause;
	return ret;
}

static bool is_terminal(const struct eg_pubgrub *pg, const struct eg_incompat *incompat)
{
	if (!incompat->n)
		return true;
	return incompat->n == 1 && !incompat->terms[0].package &&
	       eg_range_contains(incompat->terms[0].term.range, pg->root) == incompat->terms[0].term.positive;
}

/* Back to where INCOMPAT need not have happened. *ret_package: whose term then follows from the incompatibility that is
   returned; NULL: there is no solution, for the reason *ret_terminal. */
static struct eg_incompat *resolve_conflict(struct eg_pubgrub *pg, struct eg_incompat *incompat, unsigned *ret_package,
					    struct eg_conflicts *conflicts, const struct eg_incompat **ret_terminal)
{
	bool changed = false;

	for (;;) {
		if (is_terminal(pg, incompat)) {
			*ret_terminal = incompat;
			return NULL;
		}
		const struct eg_satisfier satisfier = eg_solution_satisfier(pg, incompat);
		*ret_package = satisfier.package;
		if (!satisfier.same_level) {
			eg_solution_backtrack(pg, satisfier.previous_level);
			if (changed)
				remember(pg, incompat);
			eg_vec_push(pg->arena, conflicts, (struct eg_conflict){satisfier.package, incompat});
			return incompat;
		}
		incompat = prior_cause(pg, incompat, satisfier.cause, satisfier.package);
		eg_vec_push(pg->arena, conflicts, (struct eg_conflict){satisfier.package, incompat});
		changed = true;
	}
}

struct work {
	EG_VEC(unsigned) packages;
};

static void work_add(struct eg_pubgrub *pg, struct work *work, unsigned package)
{
	for (size_t i = 0; i < work->packages.n; i++)
		if (work->packages.v[i] == package)
			return;
	eg_vec_push(pg->arena, &work->packages, package);
}

/* All incompatibilities of PACKAGE, newest first: the first one that is satisfied is returned. */
static struct eg_incompat *examine(struct eg_pubgrub *pg, unsigned package, struct work *work)
{
	for (size_t i = pg->packages.v[package].incompats.n; i-- > 0;) {
		struct eg_incompat *incompat = pg->packages.v[package].incompats.v[i];
		unsigned almost = 0;

		if (eg_solution_contradicted(pg, incompat))
			continue;
		switch (eg_solution_relation(pg, incompat, NULL, &almost)) {
		case EG_SATISFIED:
			return incompat;
		case EG_ALMOST_SATISFIED:
			work_add(pg, work, almost);
			eg_solution_derive(pg, almost, incompat);
			eg_solution_mark_contradicted(pg, incompat);
			break;
		case EG_CONTRADICTED:
			eg_solution_mark_contradicted(pg, incompat);
			break;
		case EG_INCONCLUSIVE:
			break;
		}
	}
	return NULL;
}

const struct eg_incompat *eg_pubgrub_propagate(struct eg_pubgrub *pg, unsigned package, struct eg_conflicts *ret)
{
	struct work work = {0};

	eg_vec_push(pg->arena, &work.packages, package);
	while (work.packages.n) {
		const struct eg_incompat *terminal;
		unsigned almost = 0;
		struct eg_incompat *conflict = examine(pg, work.packages.v[--work.packages.n], &work);

		if (!conflict)
			continue;
		struct eg_incompat *cause = resolve_conflict(pg, conflict, &almost, ret, &terminal);
		if (!cause)
			return terminal;
		work.packages.n = 0;
		eg_vec_push(pg->arena, &work.packages, almost);
		eg_solution_derive(pg, almost, cause);
		eg_solution_mark_contradicted(pg, cause);
	}
	return NULL;
}

unsigned eg_pubgrub_package(struct eg_pubgrub *pg)
{
	eg_vec_push(pg->arena, &pg->packages, (struct eg_pubgrub_package){0});
	return (unsigned)pg->packages.n - 1;
}

struct eg_pubgrub *eg_pubgrub_new(struct eg_arena *arena, const struct eg_version *root)
{
	struct eg_pubgrub *pg = EG_NEW(arena, struct eg_pubgrub);

	pg->arena = arena;
	pg->root = root;
	eg_vec_push(arena, &pg->valid_levels, 0);
	eg_pubgrub_package(pg);
	remember(pg, one_term(pg, EG_INCOMPAT_ROOT, 0, (struct eg_term){false, eg_range_one(arena, root)}));
	return pg;
}
