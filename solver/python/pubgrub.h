/* PubGrub, the algorithm of uv's resolver, decision for decision as uv's fork of it (astral-pubgrub 0.7) takes them: the first
   solution found depends on that order. What a package is, in which order they are decided and which versions there are
   is the caller's. See dart-lang/pub, doc/solver.md for the algorithm. */
#ifndef EG_PUBGRUB_H
#define EG_PUBGRUB_H

#include "uv_range.h"

/* What is said of a package's version: it is selected and within RANGE, or (not positive) it is not. */
struct eg_term {
	bool positive;
	const struct eg_range *range;
};

struct eg_package_term {
	unsigned package;
	struct eg_term term;
};

enum eg_incompat_kind {
	EG_INCOMPAT_ROOT,
	EG_INCOMPAT_DEPENDENCY,  /* terms: who depends, then (unless nothing can satisfy it) on what */
	EG_INCOMPAT_NO_VERSIONS,
	EG_INCOMPAT_UNAVAILABLE, /* .reason says why */
	EG_INCOMPAT_DERIVED,     /* from .causes */
};

/* Terms that must never hold all together. */
struct eg_incompat {
	enum eg_incompat_kind kind;
	const struct eg_package_term *terms;
	size_t n;
	const struct eg_incompat *causes[2];
	const char *reason;

	/* when it was last found contradicted, so that it needs no look until that is taken back */
	unsigned level, generation;
};

/* Package 0 is the root; its version is any, and only one. */
struct eg_pubgrub;

struct eg_pubgrub *eg_pubgrub_new(struct eg_arena *arena, const struct eg_version *root);

/* The next number. */
unsigned eg_pubgrub_package(struct eg_pubgrub *pg);

struct eg_dependency {
	unsigned package;
	const struct eg_range *range;
};

/* PACKAGE in VERSIONS needs DEPENDENCY. */
void eg_pubgrub_depend(struct eg_pubgrub *pg, unsigned package, const struct eg_range *versions,
		       const struct eg_dependency *dependency);

/* VERSION and what it needs: it is decided on, unless a dependency excludes that, which is returned then. VERSIONS are
   all that have these dependencies, whether they exist or not. */
const struct eg_incompat *eg_pubgrub_try(struct eg_pubgrub *pg, unsigned package, const struct eg_version *version,
					 const struct eg_range *versions, const struct eg_dependency *dependencies,
					 size_t n);

void eg_pubgrub_decide(struct eg_pubgrub *pg, unsigned package, const struct eg_version *version);

/* None of VERSIONS can be had. REASON NULL: there are none. */
void eg_pubgrub_exclude(struct eg_pubgrub *pg, unsigned package, const struct eg_range *versions, const char *reason);

struct eg_conflict {
	unsigned package; /* whose term was satisfied last */
	const struct eg_incompat *incompat;
};

struct eg_conflicts {
	struct eg_conflict *v;
	size_t n, cap;
};

/* Draws all conclusions from what changed for PACKAGE. NULL, or the incompatibility that proves that there is no solution.
   ret: the conflicts met on the way. */
const struct eg_incompat *eg_pubgrub_propagate(struct eg_pubgrub *pg, unsigned package, struct eg_conflicts *ret);

/* Larger is earlier; compared word by word. */
struct eg_priority {
	unsigned word[3];
};

/* The undecided package of the highest priority; false: all are decided. PRIORITY is asked where a range has changed since. */
bool eg_pubgrub_pick(struct eg_pubgrub *pg, struct eg_priority (*priority)(void *ctx, unsigned package), void *ctx,
		     unsigned *ret);

/* What is allowed of an undecided package; NULL: it is decided, or nothing asks for it. */
const struct eg_range *eg_pubgrub_range(const struct eg_pubgrub *pg, unsigned package);

/* NULL: not decided. */
const struct eg_version *eg_pubgrub_version(const struct eg_pubgrub *pg, unsigned package);

/* Takes back the decision on PACKAGE, if there is one, and all later ones. */
void eg_pubgrub_take_back(struct eg_pubgrub *pg, unsigned package);

#endif
