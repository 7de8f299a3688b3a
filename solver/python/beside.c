#include "beside.h"

#include "ceilings.h"
#include "finder.h"

enum { AT_ONCE = 16 }; /* metadata files asked for together: one round trip */

struct search {
	const struct eg_beside *wanted;
	struct eg_requirement project;
	EG_VEC(struct eg_requirement) held;
};

static const struct eg_project *links_of(const struct search *s, struct eg_finder *finder)
{
	const struct eg_project *project = NULL;
	enum eg_known known = eg_finder_project(finder, s->project.project, &project);

	if (known == EG_WANTED) {
		eg_index_run(s->wanted->index);
		known = eg_finder_project(finder, s->project.project, &project);
	}
	return known == EG_KNOWN ? project : NULL;
}

static bool is_in_force(const struct search *s, const struct eg_requirement *req)
{
	if (eg_marker_holds(req->marker, &s->wanted->interpreter->markers, ""))
		return true;
	for (size_t i = 0; i < s->project.n_extras; i++)
		if (eg_marker_holds(req->marker, &s->wanted->interpreter->markers, s->project.extras[i]))
			return true;
	return false;
}

static bool accepts(const struct search *s, const struct eg_metadata *metadata)
{
	for (size_t i = 0; i < metadata->n_requires_dist; i++) {
		const struct eg_requirement *req = &metadata->requires_dist[i];

		for (size_t k = 0; k < s->held.n; k++)
			if (!strcmp(req->project, s->held.v[k].project) && is_in_force(s, req) &&
			    (req->url || !eg_specset_contains(&req->spec, &s->held.v[k].spec.v[0].version)))
				return false;
	}
	return true;
}

/* The metadata of LINK, where it can be had; WAIT: until it is here. */
static const struct eg_metadata *metadata_of(struct search *s, struct eg_link *link, bool wait)
{
	const struct eg_metadata *metadata = NULL;
	enum eg_error_kind kind;
	const char *error;
	enum eg_known known = eg_index_metadata(s->wanted->index, link, &metadata, &kind, &error);

	if (known == EG_WANTED && wait) {
		eg_index_run(s->wanted->index);
		known = eg_index_metadata(s->wanted->index, link, &metadata, &kind, &error);
	}
	return known == EG_KNOWN ? metadata : NULL;
}

static bool read_words(struct eg_arena *arena, const char *project, const struct eg_strs *held, struct search *ret)
{
	struct eg_requirement req;
	const char *error;

	for (size_t i = 0; i < held->n; i++)
		if (eg_requirement_parse(arena, held->v[i], strlen(held->v[i]), &req, &error) &&
		    eg_specset_pinned(&req.spec))
			eg_vec_push(arena, &ret->held, req);
	return eg_requirement_parse(arena, project, strlen(project), &ret->project, &error);
}

/* The next releases, one file of each, their metadata asked for. */
static size_t next_batch(struct search *s, struct eg_found *found, struct eg_link **links,
			 const struct eg_version **versions)
{
	size_t n = 0;

	while (n < AT_ONCE && (links[n] = eg_found_next(found, &versions[n]))) {
		const char *label = s->wanted->label, *local = versions[n]->local;
		if ((n && !strcmp(versions[n]->canonical, versions[n - 1]->canonical)) ||
		    (label && (!local || strcmp(label, local))))
			continue;
		if (s->held.n)
			metadata_of(s, links[n], false);
		n++;
	}
	return n;
}

const char *eg_pip_release_beside(struct eg_run *run, const struct eg_beside *wanted, const char *project,
				  const struct eg_strs *held, bool *ret_none)
{
	struct search s = {.wanted = wanted};
	struct eg_link *links[AT_ONCE];
	const struct eg_version *versions[AT_ONCE];
	const struct eg_specset *specs[] = {&s.project.spec};
	const struct eg_filter filter = {.specs = specs, .n_specs = 1};
	struct eg_found found;
	bool told = true;
	size_t n = AT_ONCE;

	*ret_none = false;
	if (!read_words(run->arena, project, held, &s))
		return NULL;
	struct eg_finder *finder =
		eg_finder_new(run, wanted->request, wanted->interpreter, wanted->index, wanted->release);
	const struct eg_project *all = links_of(&s, finder);
	if (!all)
		return NULL;
	eg_found_start(&found, finder, all, &filter);
	for (size_t looked_at = 0; n == AT_ONCE && looked_at < EG_MAX_BESIDE; looked_at += n) {
		n = next_batch(&s, &found, links, versions);
		for (size_t i = 0; i < n; i++) {
			const struct eg_metadata *metadata = s.held.n ? metadata_of(&s, links[i], true) : NULL;

			told = told && metadata;
			if (!s.held.n || (metadata && accepts(&s, metadata)))
				return versions[i]->canonical;
		}
	}
	*ret_none = told && n < AT_ONCE;
	return NULL;
}
