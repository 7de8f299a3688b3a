#include "preference.h"

#include <limits.h>

enum { CONFLICTS_TO_PROMOTE = 5, KEYS = 8 };

/* Smaller is pinned sooner; compared in order, then by name. */
struct key {
	long v[KEYS];
	const char *name;
};

static int compare(const struct key *a, const struct key *b)
{
	for (size_t i = 0; i < KEYS; i++)
		if (a->v[i] != b->v[i])
			return a->v[i] < b->v[i] ? -1 : 1;
	return strcmp(a->name, b->name);
}

struct operators {
	bool any, pinned, pinned_or_wildcard, upper_bounded, direct;
};

static struct operators operators_of(const struct eg_infos *infos)
{
	struct operators ret = {0};

	for (; infos; infos = infos->next) {
		const struct eg_req *req = infos->info->req;

		ret.direct |= req->kind == EG_REQ_EXPLICIT;
		if (req->kind != EG_REQ_SPECIFIER)
			continue;
		for (size_t i = 0; i < req->set->n; i++) {
			const struct eg_specifier *spec = &req->set->v[i];
			bool equal = spec->op == EG_OP_EQ || spec->op == EG_OP_ARBITRARY;

			ret.any = true;
			ret.pinned |= equal && !spec->wildcard;
			ret.pinned_or_wildcard |= equal;
			ret.upper_bounded |= spec->op == EG_OP_LT || spec->op == EG_OP_LE ||
					     spec->op == EG_OP_COMPATIBLE || (spec->op == EG_OP_EQ && spec->wildcard);
		}
	}
	return ret;
}

static bool is_cause(const struct eg_causes *causes, const struct eg_identifier *id)
{
	for (size_t i = 0; i < causes->n; i++)
		if (causes->v[i]->req->id == id || (causes->v[i]->parent && causes->v[i]->parent->id == id))
			return true;
	return false;
}

/* 22.3 to 25.0: one more than the depth of the nearest parent that is known; the user's own are 1 */
static long infer_depth(struct eg_identifier *id, const struct eg_infos *infos)
{
	long depth = LONG_MAX;

	if (id->order != LONG_MAX)
		return 1;
	for (; infos; infos = infos->next) {
		long parent = infos->info->parent ? infos->info->parent->id->depth : 0;

		if (parent != LONG_MAX && parent + 1 < depth)
			depth = parent + 1;
	}
	return depth;
}

static struct key old_key(struct eg_factory *factory, const struct eg_criterion *criterion, const struct eg_causes *causes)
{
	struct eg_identifier *id = criterion->id;
	struct operators operators = operators_of(criterion->infos);
	bool setuptools_last = !eg_since(factory->release, 23, 1) && !strcmp(id->name, "setuptools");

	id->depth = infer_depth(id, criterion->infos);
	/* what these releases call direct is true of whatever somebody asks for */
	return (struct key){{id != factory->python_id, setuptools_last, !criterion->infos, !operators.pinned_or_wildcard,
			     !is_cause(causes, id), id->depth, id->order, !operators.any},
			    id->name};
}

static struct key new_key(const struct eg_criterion *criterion)
{
	const struct eg_identifier *id = criterion->id;
	struct operators operators = operators_of(criterion->infos);

	return (struct key){{!id->promoted, !operators.direct, !operators.pinned, !operators.upper_bounded, id->order,
			     !operators.any},
			    id->name};
}

/* 26.1 and later: what is often in a conflict while it is unpinned is pinned sooner */
static void count_conflicts(const struct eg_causes *causes, struct eg_candidate *const *pins, size_t n_pins)
{
	for (size_t i = 0; i < causes->n; i++) {
		struct eg_identifier *ids[] = {causes->v[i]->req->id,
					       causes->v[i]->parent ? causes->v[i]->parent->id : NULL};

		for (size_t j = 0; j < 2; j++)
			if (ids[j] && !(ids[j]->number < n_pins && pins[ids[j]->number]) &&
			    ++ids[j]->conflicts >= CONFLICTS_TO_PROMOTE)
				ids[j]->promoted = true;
	}
}

enum narrow { TO_ALL, TO_CAUSES, TO_PROMOTED };

/* narrow_requirement_selection, but for Requires-Python */
static enum narrow narrowed(const struct eg_unsatisfied *unsatisfied, const struct eg_causes *causes)
{
	enum narrow narrow = TO_ALL;

	for (size_t i = 0; i < unsatisfied->n; i++) {
		if (is_cause(causes, unsatisfied->v[i]->id))
			return TO_CAUSES;
		if (unsatisfied->v[i]->id->promoted)
			narrow = TO_PROMOTED;
	}
	return narrow;
}

struct eg_identifier *eg_prefer(struct eg_factory *factory, const struct eg_unsatisfied *unsatisfied,
				const struct eg_causes *causes, struct eg_candidate *const *pins, size_t n_pins)
{
	bool old = !eg_since(factory->release, 25, 1);
	enum narrow narrow = TO_ALL;
	const struct eg_criterion *best = NULL;
	struct key best_key = {0};

	if (unsatisfied->n == 1 && !old)
		return unsatisfied->v[0]->id;
	if (!old) {
		if (eg_since(factory->release, 26, 1))
			count_conflicts(causes, pins, n_pins);
		for (size_t i = 0; i < unsatisfied->n; i++)
			if (unsatisfied->v[i]->id == factory->python_id)
				return factory->python_id;
		narrow = narrowed(unsatisfied, causes);
	}
	for (size_t i = 0; i < unsatisfied->n; i++) {
		const struct eg_criterion *criterion = unsatisfied->v[i];

		if ((narrow == TO_CAUSES && !is_cause(causes, criterion->id)) ||
		    (narrow == TO_PROMOTED && !criterion->id->promoted))
			continue;
		struct key key = old ? old_key(factory, criterion, causes) : new_key(criterion);
		if (!best || compare(&key, &best_key) < 0) {
			best = criterion;
			best_key = key;
		}
	}
	return best->id;
}
