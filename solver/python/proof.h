/* Can a request be satisfied at all? libsolv answers over everything that the search has seen so far, while pip's own way of
   finding out, one version after the other, can take hours. What was not seen counts as fitting, so that a no is a proof. */
#ifndef EG_PROOF_H
#define EG_PROOF_H

#include "search.h"

/* True when no choice of versions satisfies ROOTS; *ret_conflict then names the requirements that exclude each other, one
   line each. */
bool eg_proof_impossible(struct eg_factory *factory, const struct eg_reqs *roots, struct eg_strs *ret_conflict);

#endif
