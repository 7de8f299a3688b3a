#include "matches.h"

static bool excluded(const struct eg_matches *matches, const struct eg_candidate *candidate)
{
	for (const struct eg_exclusions *e = matches->excluded; e; e = e->next)
		if (e->candidate == candidate)
			return true;
	return false;
}

struct candidates {
	struct eg_candidate **v;
	size_t n, cap;
};

static void add_once(struct eg_arena *arena, struct candidates *list, struct eg_candidate *candidate)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i] == candidate)
			return;
	eg_vec_push(arena, list, candidate);
}

/* Explicit candidates: those of the requirements, of the base's requirements with the extras put on, of URL constraints. */
static void explicit_candidates(struct eg_factory *factory, struct eg_identifier *id, const struct eg_infos *infos,
				const struct eg_infos *base_infos, bool specifiers, struct candidates *ret)
{
	struct eg_arena *arena = factory->run->arena;

	for (const struct eg_infos *i = infos; i; i = i->next)
		if (i->info->req->only)
			add_once(arena, ret, i->info->req->only);
	for (const struct eg_infos *i = base_infos; i; i = i->next)
		if (i->info->req->only)
			add_once(arena, ret, eg_factory_extras(factory, i->info->req->only, id));
	if (!id->constraint || !specifiers)
		return;
	for (size_t i = 0; i < id->constraint->links.n; i++) {
		struct eg_link *link = id->constraint->links.v[i];
		struct eg_version *version = EG_NEW(arena, struct eg_version);
		const struct eg_metadata *metadata = eg_factory_metadata(factory, link, id->project, NULL);
		bool skip;

		if (!metadata || !metadata->version ||
		    !eg_version_parse(arena, metadata->version, strlen(metadata->version), version))
			continue;
		struct eg_candidate *candidate = eg_factory_link(factory, link, id->project, version, NULL, &skip);
		if (candidate)
			add_once(arena, ret, id->n_extras ? eg_factory_extras(factory, candidate, id) : candidate);
	}
}

static bool satisfies_all(const struct eg_infos *infos, const struct eg_candidate *candidate)
{
	for (; infos; infos = infos->next)
		if (!eg_req_satisfied(infos->info->req, candidate))
			return false;
	return true;
}

/* Hashes.__and__ over lines and constraints: both say some → those in both */
static void and_hashes(struct eg_arena *arena, const struct eg_strs **hashes, const struct eg_strs *more)
{
	if (!more || !more->n)
		return;
	if (!*hashes) {
		*hashes = more;
		return;
	}
	struct eg_strs *both = EG_NEW(arena, struct eg_strs);
	for (size_t i = 0; i < (*hashes)->n; i++)
		for (size_t j = 0; j < more->n; j++)
			if (!strcmp((*hashes)->v[i], more->v[j]))
				eg_vec_push(arena, both, more->v[j]);
	*hashes = both;
}

static size_t count_specifiers(const struct eg_infos *infos)
{
	size_t n = 0;

	for (; infos; infos = infos->next)
		n += infos->info->req->kind == EG_REQ_SPECIFIER;
	return n;
}

static void collect(struct eg_arena *arena, const struct eg_infos *infos, const struct eg_specset **sets, size_t *n,
		    struct eg_filter *filter)
{
	for (; infos; infos = infos->next) {
		const struct eg_req *req = infos->info->req;

		if (req->kind != EG_REQ_SPECIFIER)
			continue;
		if (req->set->n)
			sets[(*n)++] = req->set;
		and_hashes(arena, &filter->hashes, req->hashes);
	}
}

static void filter_of(struct eg_factory *factory, const struct eg_identifier *id, const struct eg_infos *infos,
		      const struct eg_infos *base_infos, size_t n_specifiers, struct eg_filter *ret)
{
	struct eg_arena *arena = factory->run->arena;
	const struct eg_constraint *constraint = id->constraint;
	size_t room = n_specifiers + (constraint ? constraint->specs.n : 0), n = 0;
	const struct eg_specset **sets = EG_ARRAY(arena, const struct eg_specset *, room);

	if (constraint) {
		for (size_t i = 0; i < constraint->specs.n; i++)
			sets[n++] = constraint->specs.v[i];
		and_hashes(arena, &ret->hashes, &constraint->hashes);
	}
	collect(arena, infos, sets, &n, ret);
	collect(arena, base_infos, sets, &n, ret);
	ret->specs = sets;
	ret->n_specs = n;
}

struct eg_matches *eg_matches_find(struct eg_factory *factory, struct eg_identifier *id, const struct eg_infos *infos,
				   const struct eg_infos *base_infos, const struct eg_exclusions *exclusions)
{
	struct eg_matches *matches = EG_NEW(factory->run->arena, struct eg_matches);
	const struct eg_infos *base_specs = eg_since(factory->release, 23, 3) ? base_infos : NULL;
	size_t n_specifiers = count_specifiers(infos) + count_specifiers(base_specs);
	struct candidates candidates = {0};

	matches->id = id;
	matches->excluded = exclusions;
	matches->any = -1;
	explicit_candidates(factory, id, infos, base_infos, n_specifiers > 0, &candidates);
	for (size_t i = 0; i < candidates.n; i++) {
		struct eg_candidate *candidate = candidates.v[i];

		if (!excluded(matches, candidate) && eg_constraint_satisfied(id->constraint, candidate) &&
		    satisfies_all(infos, candidate))
			candidates.v[matches->n_only++] = candidate;
	}
	matches->only = candidates.v;
	matches->from_index = !candidates.n && n_specifiers;
	if (!matches->from_index)
		return matches;
	filter_of(factory, id, infos, base_specs, n_specifiers, &matches->filter);
	struct eg_candidate *installed = eg_factory_installed(factory, id->project);
	if (installed && eg_filter_contains(&matches->filter, installed->version)) {
		if (id->n_extras)
			installed = eg_factory_extras(factory, installed, id);
		if (!excluded(matches, installed))
			matches->installed = installed;
	}
	return matches;
}

void eg_walk_start(struct eg_walk *walk, struct eg_factory *factory, const struct eg_matches *matches)
{
	*walk = (struct eg_walk){.factory = factory, .matches = matches};
}

static bool seen(const struct eg_walk *walk, const struct eg_version *version)
{
	for (size_t i = walk->seen.n; i-- > 0;)
		if (!eg_version_cmp(walk->seen.v[i], version))
			return true;
	return false;
}

static void see(struct eg_walk *walk, const struct eg_version *version)
{
	eg_vec_push(walk->factory->run->arena, &walk->seen, version);
}

/* The next link of a version that was not given yet. */
static struct eg_link *next_link(struct eg_walk *walk, const struct eg_version **ret_version)
{
	struct eg_link *link;

	if (!walk->started) {
		const struct eg_project *project = eg_factory_project(walk->factory, walk->matches->id->project);

		if (!project)
			return NULL;
		eg_found_start(&walk->found, walk->factory->finder, project, &walk->matches->filter);
		walk->started = true;
	}
	do
		link = eg_found_next(&walk->found, ret_version);
	while (link && seen(walk, *ret_version));
	return link;
}

static struct eg_candidate *build(struct eg_walk *walk, struct eg_link *link, const struct eg_version *version)
{
	struct eg_identifier *id = walk->matches->id;
	bool skip;

	struct eg_candidate *candidate =
		eg_factory_link(walk->factory, link, id->project, version, &walk->found, &skip);
	if (candidate || skip)
		see(walk, version);
	if (candidate && id->n_extras)
		candidate = eg_factory_extras(walk->factory, candidate, id);
	return candidate;
}

/* _iter_built, _iter_built_with_prepended, _iter_built_with_inserted */
static struct eg_candidate *next_built(struct eg_walk *walk)
{
	struct eg_candidate *installed = walk->matches->installed;
	const struct eg_version *version;
	struct eg_link *link;

	if (installed && !walk->matches->id->upgradable && !walk->installed_done) {
		walk->installed_done = true;
		see(walk, installed->version);
		return installed;
	}
	for (;;) {
		link = walk->held;
		version = walk->held_version;
		walk->held = NULL;
		if (!link) {
			link = next_link(walk, &version);
			if (!link)
				break;
			/* like pip, again before each older version: the attempts count (conflict promotion) */
			if (installed && walk->matches->id->upgradable && eg_version_cmp(installed->version, version) >= 0) {
				walk->installed_done = true;
				see(walk, installed->version);
				walk->held = link;
				walk->held_version = version;
				return installed;
			}
		}
		struct eg_candidate *candidate = build(walk, link, version);
		if (candidate || walk->factory->stopped)
			return candidate;
	}
	if (installed && !walk->installed_done && !walk->factory->stopped) {
		walk->installed_done = true;
		return installed;
	}
	return NULL;
}

struct eg_candidate *eg_walk_next(struct eg_walk *walk)
{
	const struct eg_matches *matches = walk->matches;
	struct eg_candidate *candidate;

	if (!matches->from_index)
		return walk->i < matches->n_only ? matches->only[walk->i++] : NULL;
	do
		candidate = next_built(walk);
	while (candidate && excluded(matches, candidate));
	return candidate;
}

bool eg_matches_any(struct eg_factory *factory, struct eg_matches *matches)
{
	if (matches->any < 0 && matches->installed && !matches->id->upgradable)
		matches->any = 1;
	if (matches->any < 0) {
		struct eg_walk walk;

		eg_walk_start(&walk, factory, matches);
		matches->any = eg_walk_next(&walk) != NULL;
	}
	return matches->any;
}
