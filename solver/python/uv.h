/* What uv would do: its resolver over a lazily known index, and the plan of `uv pip install`, `sync` and `uninstall`. */
#ifndef EG_UV_H
#define EG_UV_H

#include "index.h"
#include "installed.h"
#include "plan.h"
#include "request.h"

enum eg_index_strategy { EG_FIRST_INDEX, EG_UNSAFE_FIRST_MATCH, EG_UNSAFE_BEST_MATCH };
enum eg_uv_prerelease { EG_UV_IF_NECESSARY, EG_UV_ALLOW, EG_UV_DISALLOW, EG_UV_EXPLICIT };
enum eg_uv_resolution { EG_UV_HIGHEST, EG_UV_LOWEST, EG_UV_LOWEST_DIRECT };
enum eg_uv_action { EG_UV_INSTALL, EG_UV_SYNC, EG_UV_UNINSTALL };

/* Which packages an option is for: "--reinstall", "--reinstall-package NAME". */
struct eg_uv_choice {
	bool all;
	struct eg_strs names; /* normalised */
};

struct eg_uv_request {
	enum eg_uv_action action;
	/* Roots, constraints, find-links, formats and network options. Its indexes are in uv's order: --index and
	   --extra-index-url, the default one last, those of the torch backend behind it. */
	struct eg_pip_request pip;
	size_t n_torch_indexes;        /* of pip.indexes, from the end: only for torch and its companions */
	bool one_cuda;                 /* what comes from those must be of one CUDA version (--torch-backend auto) */
	struct eg_pip_lines overrides;
	struct eg_strs excludes;       /* names whose requirements are dropped */
	enum eg_index_strategy index_strategy;
	enum eg_uv_prerelease prerelease;
	enum eg_uv_resolution resolution;
	struct eg_uv_choice upgrade, reinstall;
	bool exact;                    /* what is not asked for is removed */

	/* Of a project, whose lock is made anew: */
	bool stateless;                /* what is installed is no candidate, only compared in the end */
	const struct eg_map *preferred;/* project → the struct eg_version that the lock has; NULL: none */
	const struct eg_map *sources;  /* project → its own index, as a number from 1 in pip.indexes; NULL: none */
	const struct eg_strs *synced;  /* of the roots, those that are installed: a lock is for all extras and groups; NULL: all */
	size_t n_explicit_indexes;     /* of pip.indexes, before those of torch: only for what .sources sends there */
};

/* *ret is filled whatever the status; an error only where not even a partial plan can be told. */
enum eg_error_kind eg_uv_resolve(struct eg_run *run, const struct eg_uv_request *request,
				 const struct eg_interpreter *interpreter, struct eg_installed *installed,
				 struct eg_index *index, struct eg_plan *ret);

/* What a fresh environment came with, so that an exact plan leaves it alone: pip, setuptools … (uv-installer: plan.rs) */
struct eg_strs eg_uv_seeds(struct eg_run *run, const struct eg_interpreter *interpreter);

#endif
