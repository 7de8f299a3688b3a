/* The index that one environment's commands ask: opened with the first that needs it, kept for those that ask the same. */
#ifndef EG_OPEN_INDEX_H
#define EG_OPEN_INDEX_H

#include "python/index.h"
#include "python/resolve.h"

struct eg_open_index {
	struct eg_cache *cache;
	const char *user_agent;
	bool prefer_html; /* as a pip does that knows no JSON pages (PEP 691) */
	struct eg_fetch *fetch;
	struct eg_index *index;             /* of the latest command … */
	struct eg_strs indexes, find_links; /* … which named these */
};

/* The index of REQUEST's addresses, asked as from INTERPRETER. */
struct eg_index *eg_open_index_for(struct eg_run *run, struct eg_open_index *open, const struct eg_pip_request *request,
				   const struct eg_interpreter *interpreter);

void eg_open_index_close(struct eg_open_index *open);

/* PEP 668: PLAN is that the environment belongs to the operating system. */
void eg_plan_externally_managed(struct eg_plan *plan);

#endif
