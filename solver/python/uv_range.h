/* Sets of versions as uv's resolver sees them: intervals over the whole order of PEP 440, not over the versions that happen
   to exist (version-ranges, and uv-pep440/src/version_ranges.rs for specifiers). Immutable, in the run's arena. */
#ifndef EG_UV_RANGE_H
#define EG_UV_RANGE_H

#include "pep440.h"

/* A place between versions: right before the version KEY, or right after it. */
struct eg_cut {
	const void *key; /* as eg_version.key */
	bool after;
};

/* The set begins outside (or, with FROM_START, inside) and changes sides at every cut. */
struct eg_range {
	bool from_start;
	size_t n;
	const struct eg_cut *cuts; /* ascending, no two alike */
	unsigned hash;
};

extern const struct eg_range eg_range_full, eg_range_empty;

bool eg_range_is_empty(const struct eg_range *range);
bool eg_range_same(const struct eg_range *a, const struct eg_range *b);
bool eg_range_contains(const struct eg_range *range, const struct eg_version *version);

const struct eg_range *eg_range_one(struct eg_arena *arena, const struct eg_version *version);

/* Everything between BELOW and ABOVE, both excluded; NULL: no bound on that side. */
const struct eg_range *eg_range_between(struct eg_arena *arena, const struct eg_version *below,
					const struct eg_version *above);

const struct eg_range *eg_range_not(struct eg_arena *arena, const struct eg_range *range);
const struct eg_range *eg_range_and(struct eg_arena *arena, const struct eg_range *a, const struct eg_range *b);
const struct eg_range *eg_range_or(struct eg_arena *arena, const struct eg_range *a, const struct eg_range *b);

enum eg_range_relation { EG_RANGE_SUBSET, EG_RANGE_DISJOINT, EG_RANGE_OVERLAPPING };

/* Of A to B: is A within B, are they disjoint (where A is empty: a subset), or neither? */
enum eg_range_relation eg_range_relation(const struct eg_range *a, const struct eg_range *b);
bool eg_range_subset(const struct eg_range *a, const struct eg_range *b);
bool eg_range_disjoint(const struct eg_range *a, const struct eg_range *b);

/* What the specifiers allow. */
const struct eg_range *eg_range_of_specs(struct eg_arena *arena, const struct eg_specset *set);

/* Is one public version left, with its local ones, or one version? */
bool eg_range_is_pin(const struct eg_range *range);

/* Is the range's lower bound VERSION or below? True for an empty one. */
bool eg_range_starts_by(const struct eg_range *range, const struct eg_version *version);

#endif
