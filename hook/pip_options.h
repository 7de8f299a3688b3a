/* pip's options, and the values that they fill. Private to the pip dialect. */
#ifndef EG_PIP_OPTIONS_H
#define EG_PIP_OPTIONS_H

#include "python/pipoptions.h"

struct pip_values {
	struct eg_pip_values head;
	int help, verbose, quiet, isolated, require_virtualenv, no_input, no_cache, no_proxy_env;
	const char *python, *proxy, *cert, *client_cert, *keyring_provider;
	int retries;
	double timeout;
	struct eg_strs trusted_hosts, deprecated_features;

	struct eg_strs requirements, constraints, build_constraints, editables, scripts, groups;
	const char *index_url;
	struct eg_strs extra_index_urls, find_links, refresh;
	int no_index, pre, prefer_binary;
	int no_deps, only_deps, dry_run, upgrade, force_reinstall, ignore_installed, ignore_requires_python;
	int user; /* -1: not said */
	int build_isolation, check_build_dependencies, break_system_packages;
	int require_hashes, no_require_hashes;
	const char *upgrade_strategy, *target, *prefix, *root, *report;
	const char *python_version, *implementation, *uploaded_prior_to;
	struct eg_strs platforms, abis, settings;
};

/* What holds without a configuration and without options. */
struct pip_values pip_values_default(struct eg_pip_request *request);

/* The options of COMMAND, NULL: those before the command's name. */
struct eg_option_table pip_option_table(struct eg_arena *arena, const char *command, int release);

#endif
