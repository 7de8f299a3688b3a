/* resolvelib's search (0.8.1, 1.0.1, 1.1.0, 1.2.x) with the preference of pip's provider: which of them by the pip release.
   It is pip's own order of trying, so that the first solution found is pip's. */
#ifndef EG_SEARCH_H
#define EG_SEARCH_H

#include "matches.h"

/* All that is known of one identifier at some point of the search. Never changed once made. */
struct eg_criterion {
	struct eg_identifier *id;
	const struct eg_infos *infos;
	const struct eg_exclusions *excluded;
	struct eg_matches *matches;
	const struct eg_candidate *checked; /* the pin that `satisfied` speaks of */
	bool satisfied;
};

struct eg_causes {
	const struct eg_info **v;
	size_t n, cap;
};

enum eg_search_status { EG_FOUND, EG_CONFLICT, EG_TOO_DEEP, EG_STOPPED };

struct eg_search_result {
	enum eg_search_status status;
	struct eg_criterion **criteria; /* of the last state, whatever the status */
	size_t n_criteria;
	struct eg_candidate **pins;     /* by identifier number; NULL: not pinned, or (found) nothing asks for it any more */
	size_t n_pins;                  /* length of that array */
	struct eg_causes causes;        /* of a conflict */
	struct eg_strs proof;           /* of a conflict that libsolv proved: the requirements that exclude each other */
	size_t rounds;
};

void eg_search(struct eg_factory *factory, const struct eg_reqs *roots, struct eg_search_result *ret);

#endif
