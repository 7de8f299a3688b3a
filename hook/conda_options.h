/* The options of conda, mamba and micromamba, and the values that they fill. Private to the conda dialect. */
#ifndef EG_CONDA_OPTIONS_H
#define EG_CONDA_OPTIONS_H

#include "conda/conda_request.h"
#include "options.h"

struct conda_values {
	const char *name, *prefix, *root_prefix, *subdir, *solver, *rc_file, *priority, *clone, *default_python;
	struct eg_strs channels, files, repodata_fns;
	int help, override_channels, use_local, offline, strict, no_priority, flexible;
	int all, update_deps, update_specs, freeze, skip_satisfied, no_deps, only_deps;
	int no_pin, no_py_pin, force_reinstall, force_remove, prune, no_prune_deps, no_rc, no_default_packages, override_frozen, use_index_cache;
	int revision, repodata_ttl, allow_uninstall, allow_downgrade; /* -1: not said */
};

/* The options of COMMAND ("install", "env update" …) of the tool. */
struct eg_option_table conda_option_table(struct eg_arena *arena, enum eg_conda_tool tool, const char *command);

#endif
