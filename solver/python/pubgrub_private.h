/* What the two halves of PubGrub share: incompatibilities (pubgrub.c) and the partial solution (pubgrub_solution.c). */
#ifndef EG_PUBGRUB_PRIVATE_H
#define EG_PUBGRUB_PRIVATE_H

#include "pubgrub.h"
#include "vec.h"

struct eg_derivation {
	unsigned index; /* position in the history of all assignments */
	unsigned level; /* decisions made by then */
	const struct eg_incompat *cause;
	struct eg_term term; /* of all derivations up to this one */
};

/* All that is concluded about one package. */
struct eg_assignment {
	bool present, outdated, queued;
	const struct eg_version *version; /* decided; NULL: not */
	unsigned decision_index;
	struct eg_term term;              /* of the decision, or of all derivations */
	EG_VEC(struct eg_derivation) derivations;
	unsigned first_level, last_level;
	struct eg_priority priority;      /* while queued */
};

struct eg_pubgrub_package {
	struct eg_assignment assignment;
	EG_VEC(struct eg_incompat *) incompats;    /* that have a term of it, oldest first */
	EG_VEC(struct eg_incompat *) dependencies; /* of it, merged */
};

struct eg_pubgrub {
	struct eg_arena *arena;
	const struct eg_version *root;
	EG_VEC(struct eg_pubgrub_package) packages;
	EG_VEC(unsigned) decided;      /* in order: the level is their number */
	unsigned next_index;
	EG_VEC(unsigned) valid_levels; /* by generation: up to which level its conclusions still hold */
};

enum eg_relation { EG_SATISFIED, EG_ALMOST_SATISFIED, EG_CONTRADICTED, EG_INCONCLUSIVE };

struct eg_satisfier {
	unsigned package;
	const struct eg_incompat *cause; /* NULL: a decision */
	unsigned previous_level;
	bool same_level;                 /* no decision lies between it and what came before */
};

static inline const struct eg_term *eg_incompat_term(const struct eg_incompat *incompat, unsigned package)
{
	for (size_t i = 0; i < incompat->n; i++)
		if (incompat->terms[i].package == package)
			return &incompat->terms[i].term;
	return NULL;
}

static inline struct eg_term eg_term_not(struct eg_term term)
{
	return (struct eg_term){!term.positive, term.range};
}

struct eg_term eg_term_and(struct eg_arena *arena, struct eg_term a, struct eg_term b);

/* WITH, of WITH_PACKAGE, stands for what is assigned to that package; NULL: nothing does. *ret_almost: the one open term. */
enum eg_relation eg_solution_relation(const struct eg_pubgrub *pg, const struct eg_incompat *incompat,
				      const struct eg_package_term *with, unsigned *ret_almost);

void eg_solution_derive(struct eg_pubgrub *pg, unsigned package, const struct eg_incompat *cause);
struct eg_satisfier eg_solution_satisfier(struct eg_pubgrub *pg, const struct eg_incompat *incompat);
void eg_solution_backtrack(struct eg_pubgrub *pg, unsigned level);
bool eg_solution_contradicted(const struct eg_pubgrub *pg, const struct eg_incompat *incompat);
void eg_solution_mark_contradicted(const struct eg_pubgrub *pg, struct eg_incompat *incompat);

#endif
