/* Which identifier is pinned next: pip's PipProvider (resolution/resolvelib/provider.py) from 22.3 to 26.3. */
#ifndef EG_PREFERENCE_H
#define EG_PREFERENCE_H

#include "search.h"

struct eg_unsatisfied {
	struct eg_criterion **v;
	size_t n, cap;
};

/* One of UNSATISFIED (not empty). PINS by identifier number. */
struct eg_identifier *eg_prefer(struct eg_factory *factory, const struct eg_unsatisfied *unsatisfied,
				const struct eg_causes *causes, struct eg_candidate *const *pins, size_t n_pins);

#endif
