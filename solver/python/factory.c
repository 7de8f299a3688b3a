#include "factory.h"

#include <limits.h>
#include <stdlib.h>

static const char python_name[] = "<Python from Requires-Python>";

/* ---- identifiers ---- */

static const char *identifier_name(struct eg_arena *arena, const char *project, const char *const *extras, size_t n)
{
	const char *name = project;

	for (size_t i = 0; i < n; i++)
		name = eg_strf(arena, i ? "%s,%s" : "%s[%s", name, extras[i]);
	return n ? eg_strf(arena, "%s]", name) : name;
}

struct eg_identifier *eg_identifier_get(struct eg_factory *factory, const char *project, const char *const *extras,
					size_t n_extras)
{
	struct eg_arena *arena = factory->run->arena;
	const char *name = identifier_name(arena, project, extras, n_extras);
	struct eg_identifier *id = eg_map_get(&factory->identifiers, name);

	if (id)
		return id;
	id = EG_NEW(arena, struct eg_identifier);
	id->name = name;
	id->project = project;
	id->extras = extras;
	id->n_extras = n_extras;
	id->number = (unsigned)factory->identifiers.n;
	id->order = LONG_MAX;
	id->depth = LONG_MAX;
	id->upgradable = factory->request->upgrade == EG_EAGER;
	id->constraint = eg_map_get(&factory->constraints, project);
	eg_map_put(&factory->identifiers, name, id);
	id->base = n_extras ? eg_identifier_get(factory, project, NULL, 0) : id;
	if (n_extras && id->base->upgradable)
		id->upgradable = true;
	return id;
}

/* ---- waiting for the index ---- */

static void wait_for_index(struct eg_factory *factory)
{
	eg_prefetch_waiting(factory->prefetch);
	factory->stopped = eg_index_run(factory->index);
}

static enum eg_error_kind page_failed(struct eg_factory *factory, const char *project)
{
	enum eg_error_kind kind = EG_NET;
	const char *why = eg_index_error(factory->index, project, &kind);

	return eg_fail(factory->run, kind, "cannot read the index page of '%s'%s%s", project, why ? ": " : "",
		       why ? why : "");
}

const struct eg_project *eg_factory_project(struct eg_factory *factory, const char *project)
{
	const struct eg_project *ret = NULL;

	while (!factory->stopped) {
		switch (eg_finder_project(factory->finder, project, &ret)) {
		case EG_WANTED:
			wait_for_index(factory);
			break;
		case EG_FAILED:
			factory->stopped = page_failed(factory, project);
			return NULL;
		default:
			return ret;
		}
	}
	return NULL;
}

static void unknown(struct eg_factory *factory, enum eg_error_kind kind, const char *message)
{
	if (!factory->unknown) {
		factory->unknown_kind = kind;
		factory->unknown = message;
	}
}

const struct eg_metadata *eg_factory_metadata(struct eg_factory *factory, struct eg_link *link, const char *project,
					      const struct eg_found *ahead)
{
	const struct eg_metadata *metadata = NULL;
	enum eg_error_kind kind = EG_NET;
	const char *error = NULL;

	while (!factory->stopped) {
		switch (eg_index_metadata(factory->index, link, &metadata, &kind, &error)) {
		case EG_WANTED:
			if (project)
				eg_prefetch_waiting_for(factory->prefetch, project, link, ahead);
			wait_for_index(factory);
			break;
		case EG_KNOWN:
			return metadata;
		default:
			unknown(factory, kind, error ? error : eg_strf(factory->run->arena, "no metadata for '%s'", link->file.filename));
			return NULL;
		}
	}
	return NULL;
}

/* ---- candidates ---- */

/* MetadataInconsistent: what the metadata says must be what the file name says */
static bool consistent(struct eg_factory *factory, const struct eg_metadata *metadata, const char *project,
		       const struct eg_version *version)
{
	struct eg_arena *arena = factory->run->arena;
	struct eg_version said;

	if (project && metadata->name && strcmp(eg_normalize(arena, metadata->name, strlen(metadata->name)), project))
		return false;
	if (!version || !metadata->version)
		return true;
	return eg_version_parse(arena, metadata->version, strlen(metadata->version), &said) &&
	       !eg_version_cmp(&said, version);
}

struct eg_candidate *eg_factory_link(struct eg_factory *factory, struct eg_link *link, const char *project,
				     const struct eg_version *version, const struct eg_found *ahead, bool *ret_skip)
{
	const struct eg_metadata *metadata;

	*ret_skip = false;
	if (link->candidate && link->candidate->factory == factory)
		return link->candidate == &factory->passed_over ? NULL : link->candidate;
	metadata = eg_factory_metadata(factory, link, project, ahead);
	if (factory->stopped)
		return NULL;
	if (metadata && !consistent(factory, metadata, project, version)) {
		link->candidate = &factory->passed_over;
		return NULL;
	}
	if (metadata && metadata->invalid && eg_since(factory->release, 24, 1)) {
		eg_note(factory->run, "%s %s is passed over: its metadata is invalid (%s)", project, version->canonical,
			metadata->invalid);
		*ret_skip = true;
		return NULL;
	}
	struct eg_candidate *candidate = EG_NEW(factory->run->arena, struct eg_candidate);
	candidate->kind = EG_CAND_LINK;
	candidate->id = eg_identifier_get(factory, project, NULL, 0);
	candidate->version = version;
	candidate->metadata = metadata;
	candidate->link = link;
	candidate->factory = factory;
	link->candidate = candidate;
	if (metadata && metadata->assumed)
		eg_vec_push(factory->run->arena, &factory->assumed, project);
	return candidate;
}

struct eg_candidate *eg_factory_installed(struct eg_factory *factory, const char *project)
{
	struct eg_candidate *candidate = eg_map_get(&factory->installed_candidates, project);

	if (candidate || factory->request->force_reinstall || factory->request->ignore_installed)
		return candidate;
	struct eg_dist *dist = eg_map_get(&factory->installed->by_project, project);
	if (!dist || !dist->version.key)
		return NULL;
	candidate = EG_NEW(factory->run->arena, struct eg_candidate);
	candidate->kind = EG_CAND_INSTALLED;
	candidate->id = eg_identifier_get(factory, dist->project, NULL, 0);
	candidate->version = &dist->version;
	candidate->dist = dist;
	eg_map_put(&factory->installed_candidates, dist->project, candidate);
	return candidate;
}

struct eg_candidate *eg_factory_extras(struct eg_factory *factory, struct eg_candidate *base, struct eg_identifier *id)
{
	struct eg_arena *arena = factory->run->arena;
	const char *key = eg_strf(arena, "%p %u", (void *)base, id->number);
	struct eg_candidate *candidate = eg_map_get(&factory->extras_candidates, key);

	if (candidate)
		return candidate;
	candidate = EG_NEW(arena, struct eg_candidate);
	candidate->kind = EG_CAND_EXTRAS;
	candidate->id = id;
	candidate->version = base->version;
	candidate->base = base;
	eg_map_put(&factory->extras_candidates, key, candidate);
	return candidate;
}

/* ---- requirements ---- */

static struct eg_req *new_req(struct eg_factory *factory, enum eg_req_kind kind, struct eg_identifier *id)
{
	struct eg_req *req = EG_NEW(factory->run->arena, struct eg_req);

	req->kind = kind;
	req->id = id;
	return req;
}

const char *eg_req_text(struct eg_arena *arena, const struct eg_req *req)
{
	return req->spec ? eg_requirement_text(arena, req->spec) : req->text;
}

static struct eg_req *push_explicit(struct eg_factory *factory, struct eg_reqs *reqs, struct eg_candidate *candidate)
{
	struct eg_req *req = new_req(factory, EG_REQ_EXPLICIT, candidate->id);

	req->only = candidate;
	eg_vec_push(factory->run->arena, reqs, req);
	return req;
}

static void push_specifier(struct eg_factory *factory, struct eg_reqs *reqs, const struct eg_requirement *spec,
			   size_t n_extras, const struct eg_strs *hashes)
{
	struct eg_identifier *id = eg_identifier_get(factory, spec->project, spec->extras, n_extras);
	struct eg_req *req = new_req(factory, EG_REQ_SPECIFIER, id);

	req->spec = spec;
	req->set = &spec->spec;
	req->hashes = hashes && hashes->n ? hashes : NULL;
	eg_vec_push(factory->run->arena, reqs, req);
}

/* A candidate for a URL or path: its name and version are what its metadata says. */
static struct eg_candidate *explicit_candidate(struct eg_factory *factory, const struct eg_requirement *spec, bool vcs)
{
	struct eg_arena *arena = factory->run->arena;
	struct eg_link *link = eg_index_direct(factory->index, spec->url);
	struct eg_version *version = EG_NEW(arena, struct eg_version);
	const struct eg_metadata *metadata = NULL;
	const char *project = spec->project;

	if (link->candidate && link->candidate->factory == factory)
		return link->candidate;
	if (vcs)
		unknown(factory, EG_UNSUPPORTED, eg_strf(arena, "'%s': what a repository holds can be told only by fetching it", eg_url_public(arena, spec->url)));
	else
		metadata = eg_factory_metadata(factory, link, project, NULL);
	if (factory->stopped || (metadata && !consistent(factory, metadata, project, NULL)))
		return NULL;
	if (!project)
		project = metadata && metadata->name ? eg_normalize(arena, metadata->name, strlen(metadata->name))
						     : link->file.filename;
	const char *text = metadata && metadata->version ? metadata->version : "0";
	if (!eg_version_parse(arena, text, strlen(text), version))
		eg_version_parse(arena, "0", 1, version);
	struct eg_candidate *candidate = EG_NEW(arena, struct eg_candidate);
	candidate->kind = EG_CAND_LINK;
	candidate->id = eg_identifier_get(factory, project, NULL, 0);
	candidate->version = version;
	candidate->metadata = metadata;
	candidate->link = link;
	candidate->factory = factory;
	candidate->explicit = true;
	link->candidate = candidate;
	return candidate;
}

static void push_url(struct eg_factory *factory, struct eg_reqs *reqs, const struct eg_requirement *spec, bool vcs,
		     bool editable)
{
	const struct eg_link *link = eg_index_direct(factory->index, spec->url);
	size_t from = reqs->n;

	if (!vcs && !eg_finder_supports(factory->finder, link->file.filename)) {
		if (!factory->refused)
			factory->refused = eg_strf(factory->run->arena, "%s is not a supported wheel on this platform",
						   link->file.filename);
		return;
	}
	struct eg_candidate *candidate = explicit_candidate(factory, spec, vcs);
	if (candidate) {
		candidate->editable |= editable;
		if (!spec->n_extras || eg_since(factory->release, 23, 3))
			push_explicit(factory, reqs, candidate);
		if (spec->n_extras)
			push_explicit(factory, reqs,
				      eg_factory_extras(factory, candidate,
							eg_identifier_get(factory, candidate->id->project, spec->extras,
									  spec->n_extras)));
	} else if (spec->project) {
		eg_vec_push(factory->run->arena, reqs,
			    new_req(factory, EG_REQ_UNAVAILABLE, eg_identifier_get(factory, spec->project, NULL, 0)));
	}
	for (size_t i = from; i < reqs->n; i++)
		reqs->v[i]->text = eg_url_public(factory->run->arena, spec->text ? spec->text : spec->url);
}

/* _make_requirements_from_install_req, for a requirement whose marker holds */
static void push_requirement(struct eg_factory *factory, struct eg_reqs *reqs, const struct eg_requirement *spec,
			     const struct eg_strs *hashes)
{
	if (spec->url) {
		push_url(factory, reqs, spec, false, false);
		return;
	}
	if (spec->n_extras && spec->spec.n && eg_since(factory->release, 23, 3))
		push_specifier(factory, reqs, spec, 0, hashes);
	push_specifier(factory, reqs, spec, spec->n_extras, hashes);
}

static void take_constraints(struct eg_factory *factory)
{
	struct eg_arena *arena = factory->run->arena;

	for (size_t i = 0; i < factory->request->constraints.n; i++) {
		const struct eg_pip_line *line = &factory->request->constraints.v[i];
		struct eg_constraint *constraint;

		if (!line->holds || !line->req.project)
			continue;
		constraint = eg_map_get(&factory->constraints, line->req.project);
		if (!constraint) {
			constraint = EG_NEW(arena, struct eg_constraint);
			eg_map_put(&factory->constraints, line->req.project, constraint);
		}
		if (line->req.spec.n)
			eg_vec_push(arena, &constraint->specs, &line->req.spec);
		if (line->req.url)
			eg_vec_push(arena, &constraint->links, eg_index_direct(factory->index, line->req.url));
		for (size_t j = 0; j < line->hashes.n; j++)
			eg_vec_push(arena, &constraint->hashes, line->hashes.v[j]);
	}
}

static void name_as_requested(struct eg_factory *factory, struct eg_identifier *id, long order)
{
	if (id->order == LONG_MAX)
		id->order = order;
	if (factory->request->upgrade == EG_ONLY_IF_NEEDED)
		id->upgradable = true;
}

void eg_factory_roots(struct eg_factory *factory, struct eg_reqs *ret)
{
	struct eg_arena *arena = factory->run->arena;
	const struct eg_pip_lines *roots = &factory->request->roots;
	struct eg_reqs with_extras = {0};

	take_constraints(factory);
	for (size_t i = 0; i < roots->n && !factory->stopped; i++) {
		const struct eg_pip_line *line = &roots->v[i];
		struct eg_reqs reqs = {0};

		if (!line->holds)
			continue;
		if (line->req.url)
			push_url(factory, &reqs, &line->req, line->vcs, line->editable);
		else
			push_requirement(factory, &reqs, &line->req, &line->hashes);
		if (reqs.n)
			name_as_requested(factory, reqs.v[0]->id, (long)i);
		for (size_t j = 0; j < reqs.n; j++) {
			bool later = reqs.v[j]->id->n_extras && eg_since(factory->release, 23, 3);

			eg_vec_push(arena, later ? &with_extras : ret, reqs.v[j]);
		}
	}
	for (size_t i = 0; i < with_extras.n; i++)
		eg_vec_push(arena, ret, with_extras.v[i]);
}

/* ---- dependencies ---- */

static void push_python(struct eg_factory *factory, struct eg_reqs *reqs, const struct eg_candidate *candidate)
{
	const char *text = candidate->metadata ? candidate->metadata->requires_python : NULL;
	struct eg_specset *set = EG_NEW(factory->run->arena, struct eg_specset);

	if (!text || factory->request->ignore_requires_python ||
	    !eg_specset_parse(factory->run->arena, text, strlen(text), set, NULL) || !set->n)
		return;
	struct eg_req *req = new_req(factory, EG_REQ_PYTHON, factory->python_id);
	req->text = eg_strf(factory->run->arena, "Python %s", text);
	req->set = set;
	if (eg_specset_contains(set, factory->python->version))
		req->only = factory->python;
	eg_vec_push(factory->run->arena, reqs, req);
}

static bool provides(const struct eg_metadata *metadata, const char *extra)
{
	for (size_t i = 0; i < metadata->provides_extra.n; i++)
		if (!strcmp(metadata->provides_extra.v[i], extra))
			return true;
	return false;
}

/* BaseDistribution.iter_dependencies(extras): those without a marker, and those whose marker holds for one of the extras */
static void push_requires(struct eg_factory *factory, struct eg_reqs *reqs, const struct eg_metadata *metadata,
			  const struct eg_identifier *id)
{
	const struct eg_marker_env *env = &factory->interpreter->markers;
	struct eg_strs extras = {0};

	for (size_t i = 0; i < id->n_extras; i++) {
		if (provides(metadata, id->extras[i]))
			eg_vec_push(factory->run->arena, &extras, id->extras[i]);
		else
			eg_note(factory->run, "%s %s does not provide the extra '%s'", id->project,
				metadata->version ? metadata->version : "", id->extras[i]);
	}
	if (!extras.n)
		eg_vec_push(factory->run->arena, &extras, "");
	for (size_t i = 0; i < metadata->n_requires_dist; i++) {
		const struct eg_requirement *spec = &metadata->requires_dist[i];
		bool holds = false;

		for (size_t j = 0; j < extras.n && !holds; j++)
			holds = eg_marker_holds(spec->marker, env, extras.v[j]);
		if (holds)
			push_requirement(factory, reqs, spec, NULL);
	}
}

static const struct eg_metadata *installed_metadata(struct eg_factory *factory, struct eg_candidate *candidate)
{
	if (!candidate->metadata) {
		eg_dist_load(factory->run, eg_map_get(&factory->installed->by_project, candidate->dist->project));
		candidate->metadata = candidate->dist->metadata;
	}
	return candidate->metadata;
}

const struct eg_reqs *eg_factory_dependencies(struct eg_factory *factory, struct eg_candidate *candidate)
{
	bool python_first = eg_since(factory->release, 25, 1);
	const struct eg_metadata *metadata = candidate->metadata;
	const struct eg_candidate *base = candidate->base;

	if (candidate->dependencies)
		return candidate->dependencies;
	struct eg_reqs *reqs = candidate->dependencies = EG_NEW(factory->run->arena, struct eg_reqs);
	switch (candidate->kind) {
	case EG_CAND_PYTHON:
		return reqs;
	case EG_CAND_EXTRAS:
		push_explicit(factory, reqs, candidate->base)->text =
			eg_strf(factory->run->arena, "%s==%s", base->id->name, base->version->canonical);
		metadata = base->kind == EG_CAND_INSTALLED ? installed_metadata(factory, candidate->base) : base->metadata;
		break;
	case EG_CAND_INSTALLED:
		metadata = installed_metadata(factory, candidate);
		break;
	case EG_CAND_LINK:
		if (python_first)
			push_python(factory, reqs, candidate);
		break;
	}
	if (metadata && !factory->request->no_deps)
		push_requires(factory, reqs, metadata, candidate->id);
	if (candidate->kind == EG_CAND_LINK && !python_first)
		push_python(factory, reqs, candidate);
	return reqs;
}

bool eg_req_satisfied(const struct eg_req *req, const struct eg_candidate *candidate)
{
	switch (req->kind) {
	case EG_REQ_SPECIFIER:
		return eg_specset_contains(req->set, candidate->version);
	case EG_REQ_EXPLICIT:
		return candidate == req->only;
	case EG_REQ_PYTHON:
		return eg_specset_contains(req->set, candidate->version);
	case EG_REQ_UNAVAILABLE:
		break;
	}
	return false;
}

bool eg_constraint_satisfied(const struct eg_constraint *constraint, const struct eg_candidate *candidate)
{
	if (!constraint)
		return true;
	for (size_t i = 0; i < constraint->links.n; i++)
		if (candidate->link != constraint->links.v[i])
			return false;
	for (size_t i = 0; i < constraint->specs.n; i++)
		if (!eg_specset_contains(constraint->specs.v[i], candidate->version))
			return false;
	return true;
}

void eg_factory_init(struct eg_factory *factory)
{
	struct eg_arena *arena = factory->run->arena;

	factory->identifiers.arena = factory->installed_candidates.arena = arena;
	factory->extras_candidates.arena = factory->constraints.arena = arena;
	factory->python_id = eg_identifier_get(factory, python_name, NULL, 0);
	factory->passed_over.factory = factory;
	factory->python = EG_NEW(arena, struct eg_candidate);
	factory->python->kind = EG_CAND_PYTHON;
	factory->python->id = factory->python_id;
	factory->python->version = eg_finder_python(factory->finder);
}
