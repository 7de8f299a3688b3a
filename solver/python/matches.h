/* The candidates that satisfy what is known of one identifier: find_matches and FoundCandidates
   (resolution/resolvelib/{factory,found_candidates}.py). Lazy: the index is asked when a walk reaches it. */
#ifndef EG_MATCHES_H
#define EG_MATCHES_H

#include "factory.h"

/* A requirement and who made it; PARENT NULL: the user. Lists are shared and never changed: newest first. */
struct eg_info {
	struct eg_req *req;
	struct eg_candidate *parent;
};

struct eg_infos {
	const struct eg_info *info;
	const struct eg_infos *next;
};

struct eg_exclusions {
	const struct eg_candidate *candidate;
	const struct eg_exclusions *next;
};

struct eg_matches {
	struct eg_identifier *id;
	const struct eg_exclusions *excluded;
	struct eg_candidate **only; /* the explicit ones, filtered; NULL: those of the index */
	size_t n_only;
	bool from_index;
	struct eg_filter filter;
	struct eg_candidate *installed; /* takes part; NULL: not installed or not allowed */
	int any;                        /* eg_matches_any's memory: -1 not asked yet */
};

/* INFOS: what is asked of ID, BASE_INFOS: of ID without its extras (NULL where ID has none). */
struct eg_matches *eg_matches_find(struct eg_factory *factory, struct eg_identifier *id, const struct eg_infos *infos,
				   const struct eg_infos *base_infos, const struct eg_exclusions *excluded);

/* Is there one? Like pip, looks at the best candidate's metadata unless the installed one is preferred. */
bool eg_matches_any(struct eg_factory *factory, struct eg_matches *matches);

struct eg_walk {
	struct eg_factory *factory;
	const struct eg_matches *matches;
	size_t i;
	bool started, installed_done;
	struct eg_found found;
	struct eg_link *held;               /* the link behind an installed candidate that was inserted before it */
	const struct eg_version *held_version;
	EG_VEC(const struct eg_version *) seen;
};

void eg_walk_start(struct eg_walk *walk, struct eg_factory *factory, const struct eg_matches *matches);

/* The next candidate, best first; NULL at the end, or when factory->stopped. */
struct eg_candidate *eg_walk_next(struct eg_walk *walk);

#endif
