#include "open_index.h"

#include "python/pipfetch.h"
#include "strs.h"

struct eg_index *eg_open_index_for(struct eg_run *run, struct eg_open_index *open, const struct eg_pip_request *request,
				   const struct eg_interpreter *interpreter)
{
	const struct eg_index_options options = {
		.indexes = request->indexes.v,
		.n_indexes = request->indexes.n,
		.find_links = request->find_links.v,
		.n_find_links = request->find_links.n,
		.prefer_html = open->prefer_html,
	};

	if (open->index && eg_strs_same(&open->indexes, &request->indexes) &&
	    eg_strs_same(&open->find_links, &request->find_links))
		return open->index;
	if (!open->fetch) {
		struct eg_fetch_options fetch = eg_pip_fetch_options(run, request, interpreter);

		fetch.user_agent = open->user_agent;
		open->fetch = eg_fetch_new(run, &fetch);
	}
	open->indexes = request->indexes;
	open->find_links = request->find_links;
	open->index = eg_index_new(run, request->no_cache ? NULL : open->cache, open->fetch, &options);
	return open->index;
}

void eg_open_index_close(struct eg_open_index *open)
{
	if (open->fetch)
		eg_fetch_free(open->fetch);
}

void eg_plan_externally_managed(struct eg_plan *plan)
{
	plan->status = EG_IMPOSSIBLE;
	plan->error_kind = "externally-managed-environment";
	plan->error = "this environment is managed by the operating system's package manager; make a virtual "
		      "environment, or say --break-system-packages";
}
