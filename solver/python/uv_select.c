/* Which version of a project uv tries (uv-resolver: candidate_selector.rs). */
#include "uv_resolver.h"

#include "strs.h"

bool eg_uv_chosen(const struct eg_uv_choice *choice, const char *project)
{
	return choice->all || eg_strs_has(&choice->names, project);
}

enum releases { ALL, STABLE, PRERELEASES };

struct selection {
	struct eg_uv *uv;
	struct eg_uv_name *name;
	const struct eg_uv_project *project;
	const struct eg_range *range;
	bool highest;
};

static bool is_direct(const struct eg_uv *uv, const char *project)
{
	const struct eg_pip_lines *roots = &uv->request->pip.roots;

	for (size_t i = 0; i < roots->n; i++)
		if (roots->v[i].holds && roots->v[i].req.project && !strcmp(roots->v[i].req.project, project))
			return true;
	return false;
}

/* Does the user's own requirement on it name a pre-release? */
static bool names_prerelease(const struct eg_uv *uv, const char *project)
{
	const struct eg_pip_lines *const lists[] = {&uv->request->pip.roots, &uv->request->pip.constraints};

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < lists[k]->n; i++) {
			const struct eg_pip_line *line = &lists[k]->v[i];

			if (line->holds && line->req.project && !strcmp(line->req.project, project) &&
			    eg_specset_prereleases(&line->req.spec))
				return true;
		}
	return false;
}

static struct eg_uv_candidate *candidate_of(struct eg_uv *uv, struct eg_uv_name *name, const struct eg_version *version,
					    struct eg_dist *dist)
{
	struct eg_uv_candidate *candidate;

	for (size_t i = 0; i < name->candidates.n; i++) {
		candidate = name->candidates.v[i];
		if (candidate->dist == dist && candidate->version == version)
			return candidate;
	}
	candidate = EG_NEW(uv->run->arena, struct eg_uv_candidate);
	candidate->version = version;
	candidate->dist = dist;
	eg_vec_push(uv->run->arena, &name->candidates, candidate);
	return candidate;
}

static struct eg_uv_candidate *candidate_of_version(const struct selection *s, struct eg_uv_version *version)
{
	struct eg_uv_candidate *candidate = candidate_of(s->uv, s->name, &version->version, NULL);

	candidate->link = version->link;
	candidate->described = version->described;
	candidate->unusable = version->unusable;
	return candidate;
}

static bool is_wanted(const struct selection *s, struct eg_uv_version *version, enum releases releases)
{
	if (releases != ALL && version->version.prerelease != (releases == PRERELEASES))
		return false;
	if (!eg_range_contains(s->range, &version->version))
		return false;
	eg_uv_evaluate(s->uv->versions, s->project->name, version);
	return !version->missing;
}

/* The best version of one index. One that cannot be had is an answer too: the resolver wants to know. */
static struct eg_uv_version *best_of_map(const struct selection *s, const struct eg_uv_map *map, enum releases releases)
{
	for (size_t i = 0; i < map->n; i++) {
		struct eg_uv_version *version = &map->v[s->highest ? map->n - 1 - i : i];

		if (is_wanted(s, version, releases))
			return version;
	}
	return NULL;
}

/* The best version over all indexes; of equal ones the first that can be had. */
static struct eg_uv_version *best_of_all(const struct selection *s, enum releases releases)
{
	struct eg_uv_version *best = NULL;

	for (size_t i = 0; i < s->project->n_maps; i++) {
		struct eg_uv_version *one = best_of_map(s, &s->project->maps[i], releases);
		int cmp = one && best ? eg_version_cmp(&one->version, &best->version) : 1;

		if (one && (!best || (s->highest ? cmp > 0 : cmp < 0) || (!cmp && !best->link && one->link)))
			best = one;
	}
	return best;
}

static struct eg_uv_version *best(const struct selection *s, enum releases releases)
{
	struct eg_uv_version *version = NULL;

	if (s->uv->request->index_strategy == EG_UNSAFE_BEST_MATCH)
		return best_of_all(s, releases);
	for (size_t i = 0; i < s->project->n_maps && !version; i++)
		version = best_of_map(s, &s->project->maps[i], releases);
	return version;
}

/* PrereleaseSelection::PreferStable: final releases, else pre-releases; index by index where the first match counts */
static struct eg_uv_version *prefer_stable(const struct selection *s)
{
	struct eg_uv_version *version = NULL;

	if (s->uv->request->index_strategy != EG_UNSAFE_FIRST_MATCH) {
		version = best(s, STABLE);
		return version ? version : best(s, PRERELEASES);
	}
	for (size_t i = 0; i < s->project->n_maps && !version; i++) {
		version = best_of_map(s, &s->project->maps[i], STABLE);
		if (!version)
			version = best_of_map(s, &s->project->maps[i], PRERELEASES);
	}
	return version;
}

static struct eg_uv_version *from_indexes(const struct selection *s)
{
	switch (s->uv->request->prerelease) {
	case EG_UV_ALLOW:
		return best(s, ALL);
	case EG_UV_DISALLOW:
		return best(s, STABLE);
	case EG_UV_EXPLICIT:
		return names_prerelease(s->uv, s->name->name) ? prefer_stable(s) : best(s, STABLE);
	case EG_UV_IF_NECESSARY:
		break;
	}
	return prefer_stable(s);
}

static struct eg_dist *installed_in_range(struct eg_uv *uv, const struct eg_uv_name *name, const struct eg_range *range)
{
	struct eg_dist *dist = eg_map_get(&uv->installed->by_project, name->name);

	if (!dist || !dist->version.key || uv->request->stateless || eg_uv_chosen(&uv->request->reinstall, name->name))
		return NULL;
	return eg_range_contains(range, &dist->version) ? dist : NULL;
}

/* The version that the lock has, or a local one of it, where it is still in range (get_preferred_from_iter). */
static struct eg_uv_version *preferred(const struct selection *s)
{
	const struct eg_version *locked =
		s->uv->request->preferred ? eg_map_get(s->uv->request->preferred, s->name->name) : NULL;

	if (!locked || !eg_range_contains(s->range, locked) || eg_uv_chosen(&s->uv->request->upgrade, s->name->name))
		return NULL;
	for (size_t i = 0; i < s->project->n_maps; i++)
		for (size_t k = 0; k < s->project->maps[i].n; k++) {
			struct eg_uv_version *version = &s->project->maps[i].v[k];

			if (eg_version_cmp(&version->version, locked))
				continue;
			eg_uv_evaluate(s->uv->versions, s->project->name, version);
			return version->missing ? NULL : version;
		}
	return NULL;
}

struct eg_uv_candidate *eg_uv_select(struct eg_uv *uv, struct eg_uv_name *name, const struct eg_range *range)
{
	struct eg_dist *dist = installed_in_range(uv, name, range);
	struct selection s = {uv, name, eg_uv_project_get(uv->versions, name->name), range, true};

	if (dist && !eg_uv_chosen(&uv->request->upgrade, name->name))
		return candidate_of(uv, name, &dist->version, dist);
	if (uv->request->resolution == EG_UV_LOWEST)
		s.highest = false;
	else if (uv->request->resolution == EG_UV_LOWEST_DIRECT)
		s.highest = !is_direct(uv, name->name);
	struct eg_uv_version *version = preferred(&s);
	if (!version)
		version = from_indexes(&s);
	if (dist) {
		int cmp = version ? eg_version_cmp(&dist->version, &version->version) : 0;

		if (s.highest ? cmp >= 0 : cmp <= 0)
			return candidate_of(uv, name, &dist->version, dist);
	}
	return version ? candidate_of_version(&s, version) : NULL;
}
