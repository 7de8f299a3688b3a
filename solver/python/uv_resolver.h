/* uv's resolver (uv-resolver/src/resolver): what is a package to PubGrub, in which order packages are decided, which candidate
   is tried, what it requires. Private to the resolution. */
#ifndef EG_UV_RESOLVER_H
#define EG_UV_RESOLVER_H

#include "pubgrub.h"
#include "uv_versions.h"

/* PubGrubPackage: extras and markers are packages of their own, which depend on the same version of their base. */
enum eg_uv_kind {
	EG_UV_ROOT,
	EG_UV_PYTHON,
	EG_UV_SYSTEM,  /* a CUDA version that all builds of it must share; .extra names it */
	EG_UV_PACKAGE, /* a project, or what one of its extras requires */
	EG_UV_EXTRA,   /* project[extra]: the project and the extra, of one version */
	EG_UV_MARKER,  /* a project that is asked for under a marker */
};

/* PubGrubPriority; larger is earlier. */
enum eg_uv_rank {
	EG_UV_UNSPECIFIED,
	EG_UV_CONFLICT_LATE,
	EG_UV_CONFLICT_EARLY,
	EG_UV_SINGLETON,
	EG_UV_DIRECT_URL,
	EG_UV_FIXED,
};

struct eg_uv_candidate {
	const struct eg_version *version;
	struct eg_dist *dist;                /* installed; NULL: of an index or a URL */
	struct eg_link *link, *described;
	const struct eg_metadata *metadata;  /* NULL: not asked yet, or not to be had */
	const char *unusable;                /* the version exists, but cannot be had: why */
};

/* A project. */
struct eg_uv_name {
	const char *name;
	bool ranked;
	enum eg_uv_rank rank;
	unsigned order;              /* of discovery */
	struct eg_link *url;         /* asked for by a direct URL or path; NULL: from an index */
	const struct eg_pip_line *url_line; /* … of the user; NULL: a requirement of another */
	EG_VEC(struct eg_uv_candidate *) candidates; /* met so far, by version */
};

struct eg_uv_package {
	enum eg_uv_kind kind;
	unsigned number;             /* PubGrub's */
	struct eg_uv_name *name;     /* NULL: root, Python */
	const char *extra;           /* NULL: none */
	const char *marker;          /* canonical text; "": none */
	bool known;                  /* .order is set */
	unsigned order;              /* of discovery */
	unsigned culprit, affected;  /* how often in conflicts */
	EG_VEC(const struct eg_version *) added;       /* versions whose dependencies PubGrub has */
	const struct eg_range *selected_range;         /* the latest choice … */
	struct eg_uv_candidate *selected;              /* … and what it was */
};

/* A requirement, as it was met. */
struct eg_uv_edge {
	const struct eg_uv_package *from;
	const struct eg_version *version; /* of FROM; NULL: the user */
	const struct eg_uv_package *to;
	const struct eg_requirement *req;
};

struct eg_uv {
	struct eg_run *run;
	const struct eg_uv_request *request;
	const struct eg_interpreter *interpreter;
	struct eg_installed *installed;
	struct eg_index *index;
	struct eg_uv_versions *versions;
	struct eg_pubgrub *pg;
	struct eg_version python;
	EG_VEC(const struct eg_version *) cudas;        /* met so far */
	struct eg_map names, packages;
	EG_VEC(struct eg_uv_package *) by_number;
	unsigned n_known, n_ranked;
	EG_VEC(struct eg_uv_package *) promote, demote; /* reached the threshold of conflicts */
	EG_VEC(struct eg_uv_edge) edges;
	EG_VEC(struct eg_pip_line) unnamed;             /* bare URLs and paths, their names found out */

	enum eg_error_kind stopped;      /* the run's error says why */
	const char *refused;             /* uv's own refusal that is no conflict */
	enum eg_error_kind unknown_kind; /* only running code could tell what something requires … */
	const char *unknown;
	struct eg_strs assumed;          /* projects whose requirements are a guess */
	size_t waits;
};

/* ---- uv_packages.c ---- */

struct eg_uv_name *eg_uv_name_get(struct eg_uv *uv, const char *project);
struct eg_uv_package *eg_uv_package_get(struct eg_uv *uv, enum eg_uv_kind kind, const char *project, const char *extra,
					const char *marker);

/* The project itself, for what only stands for it; NULL: PACKAGE is it. */
struct eg_uv_package *eg_uv_base(struct eg_uv *uv, const struct eg_uv_package *package);

/* A dependency on PACKAGE was met, PINNED to one version or not. */
void eg_uv_rank(struct eg_uv *uv, struct eg_uv_package *package, bool pinned);
struct eg_priority eg_uv_priority(void *ctx, unsigned package);

/* AFFECTED could not be decided because of CONFLICT, while NEXT was the package in hand. */
void eg_uv_record(struct eg_uv *uv, struct eg_uv_package *next, struct eg_uv_package *affected,
		  const struct eg_incompat *conflict);

/* Packages that were often in conflicts change their places. */
void eg_uv_reorder(struct eg_uv *uv);

/* ---- uv_select.c ---- */

/* The candidate for NAME within RANGE; NULL: none. Its .unusable says when the version cannot be had. The project's pages
   must be known. */
struct eg_uv_candidate *eg_uv_select(struct eg_uv *uv, struct eg_uv_name *name, const struct eg_range *range);

bool eg_uv_chosen(const struct eg_uv_choice *choice, const char *project);

/* ---- uv_fetch.c ---- */

/* Waits until the project's pages are there; NULL when uv->stopped. */
const struct eg_uv_project *eg_uv_project_wait(struct eg_uv *uv, const char *project);

/* The candidate's metadata; NULL: none to be had, or uv->stopped. */
const struct eg_metadata *eg_uv_metadata(struct eg_uv *uv, struct eg_uv_name *name, struct eg_uv_candidate *candidate);

/* The one candidate of a project that is asked for by URL. */
struct eg_uv_candidate *eg_uv_direct(struct eg_uv *uv, struct eg_uv_name *name);

/* ---- uv_requirements.c ---- */

struct eg_uv_deps {
	struct eg_dependency *v;
	size_t n, cap;
	const char *impossible; /* why the version cannot be taken at all; NULL: it can */
};

/* What PACKAGE requires as CANDIDATE (root: NULL). */
void eg_uv_dependencies(struct eg_uv *uv, struct eg_uv_package *package, struct eg_uv_candidate *candidate,
			struct eg_uv_deps *ret);

/* ---- uv_search.c ---- */

/* NULL: found (or uv->stopped or uv->refused); else the proof that there is no solution. */
const struct eg_incompat *eg_uv_search(struct eg_uv *uv);

/* ---- uv_satisfied.c ---- */

/* Is all that the user asks for installed, with all that it requires? uv looks no further then ("Audited"). */
bool eg_uv_satisfied(struct eg_uv *uv);

/* Is the installed DIST what LINK (a direct URL) would install? */
bool eg_uv_same_url(struct eg_uv *uv, struct eg_dist *dist, const struct eg_link *link);

/* ---- uv_plan.c ---- */

void eg_uv_plan(struct eg_uv *uv, struct eg_plan *plan);
void eg_uv_tell_conflict(struct eg_uv *uv, const struct eg_incompat *proof, struct eg_plan *plan);

#endif
