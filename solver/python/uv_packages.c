#include "uv_resolver.h"

enum { CONFLICT_THRESHOLD = 5 };

struct eg_uv_name *eg_uv_name_get(struct eg_uv *uv, const char *project)
{
	struct eg_uv_name *name = eg_map_get(&uv->names, project);

	if (!name) {
		name = EG_NEW(uv->run->arena, struct eg_uv_name);
		name->name = project;
		eg_map_put(&uv->names, project, name);
	}
	return name;
}

struct eg_uv_package *eg_uv_package_get(struct eg_uv *uv, enum eg_uv_kind kind, const char *project, const char *extra,
					const char *marker)
{
	const char *key = eg_strf(uv->run->arena, "%d %s[%s]%s", kind, project ? project : "", extra ? extra : "", marker);
	struct eg_uv_package *package = eg_map_get(&uv->packages, key);

	if (package)
		return package;
	package = EG_NEW(uv->run->arena, struct eg_uv_package);
	package->kind = kind;
	package->name = project ? eg_uv_name_get(uv, project) : NULL;
	package->extra = extra;
	package->marker = marker;
	package->number = kind == EG_UV_ROOT ? 0 : eg_pubgrub_package(uv->pg);
	eg_map_put(&uv->packages, key, package);
	eg_vec_push(uv->run->arena, &uv->by_number, package);
	return package;
}

struct eg_uv_package *eg_uv_base(struct eg_uv *uv, const struct eg_uv_package *package)
{
	if (package->kind != EG_UV_EXTRA && package->kind != EG_UV_MARKER)
		return NULL;
	return eg_uv_package_get(uv, EG_UV_PACKAGE, package->name->name, NULL, "");
}

void eg_uv_rank(struct eg_uv *uv, struct eg_uv_package *package, bool pinned)
{
	struct eg_uv_name *name = package->name;
	enum eg_uv_rank rank = EG_UV_UNSPECIFIED;

	if (!package->known) {
		package->known = true;
		package->order = uv->n_known++;
	}
	if (!name)
		return;
	if (!name->ranked) {
		name->ranked = true;
		name->order = uv->n_ranked++;
		name->rank = EG_UV_UNSPECIFIED;
	}
	if (name->url)
		rank = EG_UV_DIRECT_URL;
	else if (pinned)
		rank = EG_UV_SINGLETON;
	if (rank > name->rank)
		name->rank = rank;
}

struct eg_priority eg_uv_priority(void *ctx, unsigned number)
{
	const struct eg_uv *uv = ctx;
	const struct eg_uv_package *package = uv->by_number.v[number];

	if (!package->name)
		return (struct eg_priority){{EG_UV_FIXED, ~0u, ~package->number}};
	return (struct eg_priority){{package->name->rank, ~package->name->order, ~package->order}};
}

void eg_uv_record(struct eg_uv *uv, struct eg_uv_package *next, struct eg_uv_package *affected,
		  const struct eg_incompat *conflict)
{
	bool real = false;

	for (size_t i = 0; i < conflict->n; i++) {
		struct eg_uv_package *other = uv->by_number.v[conflict->terms[i].package];

		/* a package and what stands for it conflict by construction */
		if (other == affected || other->name == affected->name)
			continue;
		real = true;
		if (++other->culprit == CONFLICT_THRESHOLD)
			eg_vec_push(uv->run->arena, &uv->demote, other);
	}
	if (real && ++next->affected == CONFLICT_THRESHOLD)
		eg_vec_push(uv->run->arena, &uv->promote, next);
}

void eg_uv_reorder(struct eg_uv *uv)
{
	for (size_t i = 0; i < uv->promote.n; i++)
		if (uv->promote.v[i]->name)
			uv->promote.v[i]->name->rank = EG_UV_CONFLICT_EARLY;
	uv->promote.n = 0;
	for (size_t i = 0; i < uv->demote.n; i++) {
		struct eg_uv_name *name = uv->demote.v[i]->name;

		if (!name || name->rank == EG_UV_CONFLICT_LATE || name->rank == EG_UV_CONFLICT_EARLY)
			continue;
		name->rank = EG_UV_CONFLICT_LATE;
		eg_pubgrub_take_back(uv->pg, uv->demote.v[i]->number);
	}
	uv->demote.n = 0;
}
