/* What a user asked conda, mamba or micromamba for, as plain data. */
#ifndef EG_CONDA_REQUEST_H
#define EG_CONDA_REQUEST_H

#include <stdbool.h>

#include "vec.h"

enum eg_conda_tool { EG_CONDA_CONDA, EG_CONDA_MAMBA, EG_CONDA_MICROMAMBA };
enum eg_conda_action { EG_CONDA_INSTALL, EG_CONDA_CREATE, EG_CONDA_UPDATE, EG_CONDA_REMOVE };

struct eg_conda_request {
	enum eg_conda_tool tool;
	enum eg_conda_action action;
	struct eg_strs command;       /* as typed */
	struct eg_strs specs;         /* of the command line, --file and environment.yml, in order; MatchSpec texts */
	struct eg_strs explicit_urls; /* @EXPLICIT files and package URLs: no solve */
	struct eg_strs channels;      /* -c, and an environment file's channels */
	bool override_channels;
	const char *prefix, *name;    /* -p, -n; NULL: the active one */
	const char *clone;            /* create --clone: a name or a path; NULL: none */
	bool all;                     /* update --all, remove --all */
	bool update_deps, update_specs, update_all, freeze_installed, satisfied_skip_solve;
	bool no_default_packages;     /* create */
	bool no_deps, only_deps, no_pin, no_py_pin, force_reinstall, force_remove, prune, no_prune_deps;
	bool env_file;                /* env create, env update */
	struct eg_strs pip;           /* the pip: part of an environment file, lines */
	long revision;                /* install --revision N; -1: none */
	bool override_frozen, use_index_cache;
	/* mamba's; -1: not said */
	int repodata_ttl, allow_uninstall, allow_downgrade;
	bool offline, use_local, no_channel_priority, strict_channel_priority, no_rc;
	const char *solver, *subdir, *rc_file, *root_prefix;
	struct eg_strs repodata_fns;
	struct eg_strs unknown_options;
};

#endif
