/* The options of uv's commands that change environments, and the values that they fill. Private to the uv dialect. */
#ifndef EG_UV_OPTIONS_H
#define EG_UV_OPTIONS_H

#include "python/pipoptions.h"
#include "python/uv.h"

struct uv_values {
	struct eg_pip_values head;
	int help, quiet, verbose, offline, no_cache, refresh, no_config, dry_run, strict;
	const char *directory, *project, *config_file, *keyring_provider, *cert;
	struct eg_strs insecure_hosts;

	const char *python, *target, *prefix, *python_version, *python_platform;
	int system, break_system_packages;

	struct eg_strs requirements, constraints, overrides, excludes, editables, groups, extras;
	int all_extras;
	struct eg_strs indexes, extra_index_urls, find_links;
	const char *default_index, *index_url;
	int no_index;
	const char *index_strategy, *torch_backend;

	int upgrade, reinstall, no_deps, exact, no_build, allow_empty, pre;
	struct eg_strs upgrade_packages, reinstall_packages, no_build_packages, no_binary_packages;
	int no_binary;
	const char *resolution, *prerelease, *exclude_newer;
	int require_hashes;

	/* of a project's commands */
	struct eg_strs no_extras, no_groups, only_groups, skipped_packages;
	int all_groups, no_default_groups, no_dev, only_dev, inexact, active, no_sync, no_project, frozen, locked,
		all_packages, no_install_project, isolated;
	const char *package, *script;

	struct eg_strs index_names, named_indexes; /* of the configuration: [[index]] with a name, and their addresses */
	const char *optional;
	int dev;

	const char *not_modelled; /* an option or setting that would change the answer in a way that is not forecast */

	struct eg_strs constraint_texts, override_texts, exclude_texts; /* of the configuration */
};

struct uv_values uv_values_default(struct eg_uv_request *request);

enum uv_table {
	UV_GENERAL,   /* what may stand before a command */
	UV_INSTALL,   /* uv pip install, sync */
	UV_UNINSTALL, /* uv pip uninstall */
	UV_PROJECT,   /* uv sync, add, remove */
	UV_RUN,       /* uv run */
};

struct eg_option_table uv_option_table(struct eg_arena *arena, enum uv_table which);

/* What the UV_* variables say, but for those options that VALUES has already. */
enum eg_error_kind uv_read_variables(struct eg_run *run, struct uv_values *values);

/* "2025-01-31", an RFC 3339 time or a duration ("3 days", "P3D") as an ISO time in UTC; NULL: none of these. */
char *uv_time(struct eg_arena *arena, const char *text);

#endif
