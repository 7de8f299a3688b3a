/* A project's versions on each index, and which file of a version uv takes (uv-resolver: version_map.rs,
   prioritized_distribution.rs). Files are looked at only for the versions that are reached. */
#ifndef EG_UV_VERSIONS_H
#define EG_UV_VERSIONS_H

#include "uv.h"
#include "uv_range.h"

struct eg_uv_version {
	struct eg_version version;
	EG_VEC(struct eg_link *) links;
	bool evaluated;
	bool missing;              /* all its files are newer than --exclude-newer: it does not exist */
	struct eg_link *link;      /* what would be installed; NULL: nothing can be */
	struct eg_link *described; /* whose metadata tells the requirements: a wheel for elsewhere where .link is an sdist */
	const char *unusable;      /* why .link is NULL */
};

struct eg_uv_map {
	struct eg_uv_version *v; /* oldest first */
	size_t n;
	bool has_local;
};

struct eg_uv_project {
	const char *name;
	enum eg_known state;
	struct eg_uv_map *maps; /* of the indexes that count for it, in order */
	size_t n_maps;
	const struct eg_version **known; /* all versions, the installed one too, oldest first */
	size_t n_known;
};

struct eg_uv_versions; /* all projects of one resolution */

struct eg_uv_versions *eg_uv_versions_new(struct eg_run *run, const struct eg_uv_request *request,
					  const struct eg_interpreter *interpreter, struct eg_installed *installed,
					  struct eg_index *index);

/* .state is EG_WANTED until the index has been run; never NULL. */
const struct eg_uv_project *eg_uv_project_get(struct eg_uv_versions *versions, const char *project);

/* Chooses among the version's files, the first time it is asked. */
void eg_uv_evaluate(struct eg_uv_versions *versions, const char *project, struct eg_uv_version *version);

/* Does the wheel of that name fit the interpreter? True for anything that is no wheel. */
bool eg_uv_supports(const struct eg_uv_versions *versions, const char *filename);

/* TEXT with what uv mends in a specifier: ">=1.9.*" is ">=1.9". False where that does not help. */
bool eg_uv_specs(struct eg_arena *arena, const char *text, struct eg_specset *ret);

#endif
