/* Waiting for the index, with everything wanted at once that the resolver will most likely ask next. */
#include "uv_resolver.h"

enum { MAX_AHEAD = 16 };

static void want_metadata(struct eg_uv *uv, struct eg_link *link)
{
	const struct eg_metadata *metadata;
	enum eg_error_kind kind;
	const char *error;

	if (link)
		eg_index_metadata(uv->index, link, &metadata, &kind, &error);
}

/* Pages of all projects that are in sight, and the metadata of what would be taken of them now (pre_visit). */
static void want_ahead(struct eg_uv *uv)
{
	for (size_t i = 0; i < uv->by_number.n; i++) {
		struct eg_uv_package *package = uv->by_number.v[i];
		struct eg_uv_candidate *candidate;

		if (package->kind != EG_UV_PACKAGE || package->extra || *package->marker || package->name->url)
			continue;
		const struct eg_range *range = eg_pubgrub_range(uv->pg, package->number);
		if (!range)
			continue;
		if (eg_uv_project_get(uv->versions, package->name->name)->state != EG_KNOWN)
			continue;
		candidate = eg_uv_select(uv, package->name, range);
		if (candidate && !candidate->dist && !uv->request->pip.no_deps)
			want_metadata(uv, candidate->described);
	}
}

static void wait_for_index(struct eg_uv *uv)
{
	want_ahead(uv);
	uv->waits++;
	if (eg_index_waiting(uv->index))
		uv->stopped = eg_index_run(uv->index);
}

const struct eg_uv_project *eg_uv_project_wait(struct eg_uv *uv, const char *project)
{
	while (!uv->stopped) {
		const struct eg_uv_project *p = eg_uv_project_get(uv->versions, project);
		enum eg_error_kind kind = EG_NET;
		const char *why;

		switch (p->state) {
		case EG_WANTED:
			wait_for_index(uv);
			break;
		case EG_FAILED:
			why = eg_index_error(uv->index, project, &kind);
			uv->stopped = eg_fail(uv->run, kind, "cannot read the index page of '%s'%s%s", project,
					      why ? ": " : "", why ? why : "");
			break;
		default:
			return p;
		}
	}
	return NULL;
}

/* The resolver goes down the versions of this project one by one: look ahead, further each time (batch_prefetch.rs). */
static void want_older(struct eg_uv *uv, const struct eg_uv_name *name, const struct eg_version *version)
{
	const struct eg_uv_project *p = eg_uv_project_get(uv->versions, name->name);
	size_t left = name->candidates.n > 3 ? name->candidates.n < MAX_AHEAD ? name->candidates.n : MAX_AHEAD : 0;

	for (size_t i = 0; i < p->n_maps; i++)
		for (size_t j = p->maps[i].n; j-- > 0 && left;) {
			struct eg_uv_version *v = &p->maps[i].v[j];

			if (v->version.prerelease || eg_version_cmp(&v->version, version) >= 0)
				continue;
			eg_uv_evaluate(uv->versions, name->name, v);
			want_metadata(uv, v->described);
			left--;
		}
}

static const struct eg_metadata *link_metadata(struct eg_uv *uv, struct eg_uv_name *name, struct eg_uv_candidate *candidate,
					       struct eg_link *link)
{
	const struct eg_metadata *metadata = NULL;
	enum eg_error_kind kind = EG_NET;
	const char *error = NULL;

	while (!uv->stopped) {
		switch (eg_index_metadata(uv->index, link, &metadata, &kind, &error)) {
		case EG_WANTED:
			if (candidate->version && !name->url)
				want_older(uv, name, candidate->version);
			wait_for_index(uv);
			break;
		case EG_KNOWN:
			if (metadata->assumed)
				eg_vec_push(uv->run->arena, &uv->assumed, name->name);
			return metadata;
		default:
			if (!uv->unknown) {
				uv->unknown_kind = kind;
				uv->unknown = error ? error
						    : eg_strf(uv->run->arena, "no metadata for '%s'", link->file.filename);
			}
			return NULL;
		}
	}
	return NULL;
}

const struct eg_metadata *eg_uv_metadata(struct eg_uv *uv, struct eg_uv_name *name, struct eg_uv_candidate *candidate)
{
	if (candidate->metadata)
		return candidate->metadata;
	if (candidate->dist) {
		eg_dist_load(uv->run, candidate->dist);
		candidate->metadata = candidate->dist->metadata;
	} else {
		candidate->metadata = link_metadata(uv, name, candidate, candidate->described);
	}
	return candidate->metadata;
}

struct eg_uv_candidate *eg_uv_direct(struct eg_uv *uv, struct eg_uv_name *name)
{
	struct eg_version *version = EG_NEW(uv->run->arena, struct eg_version);
	struct eg_uv_candidate *candidate;

	if (name->candidates.n)
		return name->candidates.v[0];
	candidate = EG_NEW(uv->run->arena, struct eg_uv_candidate);
	candidate->link = candidate->described = name->url;
	eg_uv_metadata(uv, name, candidate);
	const char *text = candidate->metadata ? candidate->metadata->version : NULL;
	if (!text || !eg_version_parse(uv->run->arena, text, strlen(text), version))
		eg_version_parse(uv->run->arena, "0", 1, version);
	candidate->version = version;
	eg_vec_push(uv->run->arena, &name->candidates, candidate);
	return candidate;
}
