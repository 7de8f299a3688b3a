/* Configuration as conda and mamba read it: condarc files at every place and level, CONDA_* and MAMBA_* variables. */
#ifndef EG_CONDA_CONFIG_H
#define EG_CONDA_CONFIG_H

#include "run.h"

enum eg_channel_priority { EG_PRIORITY_STRICT, EG_PRIORITY_FLEXIBLE, EG_PRIORITY_DISABLED };

/* A channel of the request: what is asked for its subdirs. */
struct eg_channel {
	const char *name;       /* canonical: "conda-forge", "pytorch"; the URL where it has no name */
	const char *url;        /* base URL, "https://host/pytorch", credentials and token included: only for fetching */
	struct eg_strs mirrors; /* mamba's mirrored_channels; further base URLs */
};

struct eg_conda_config {
	bool mamba; /* read as mamba reads it */
	struct eg_strs channels; /* as configured, highest priority first */
	struct eg_strs default_channels, allowlist_channels, denylist_channels;
	const char *channel_alias;
	struct eg_strs custom_channels;      /* "name=url" */
	struct eg_strs custom_multichannels; /* "name=channel channel …" */
	struct eg_strs mirrored_channels;    /* mamba's: "name=url url …" */
	struct eg_strs migrated_channel_aliases, migrated_custom_channels; /* conda's: where channels used to be */
	struct eg_strs local_channels;       /* URLs of conda-build's output that exist: the channel "local" */
	struct eg_strs channel_auth;         /* "channel=plugin" of channel_settings; such plugins are not run */
	enum eg_channel_priority priority;
	struct eg_strs pinned_packages, aggressive_update_packages, disallowed_packages;
	struct eg_strs override_virtual_packages; /* "cuda=12.2" */
	struct eg_strs track_features, create_default_packages;
	const char *subdir; /* "linux-64" */
	struct eg_strs repodata_fns;
	bool use_only_tar_bz2, offline, use_shards, add_pip_as_python_dependency, auto_update_conda, ssl_verify;
	bool protect_frozen_envs, use_local, use_index_cache, ignore_pinned, force_reinstall, force_remove;
	bool override_channels_enabled;
	const char *update_modifier, *deps_modifier; /* NULL: not configured */
	const char *ca_bundle, *client_cert, *proxy_http, *proxy_https;
	int timeout_s, retries;
	int repodata_ttl; /* seconds; 0: always ask; 1: what the server says */
	struct eg_strs pkgs_dirs;   /* where conda and mamba keep their repodata caches (…/cache) */
	struct eg_strs envs_dirs;
	const char *root_prefix;    /* NULL: not known */
	struct eg_strs files;       /* those that were read, for --verbose */
	bool allow_uninstall, allow_downgrade, no_pin, no_py_pin; /* mamba's */
	bool prefix_data_interoperability; /* what pip installed counts as installed, and may be replaced */
	bool allow_non_channel_urls; /* a noarch that answers 404 is an empty one */
};

struct eg_conda_config_options {
	bool mamba;                     /* mamba's own places and keys too */
	const char *prefix;             /* PREFIX/.condarc, PREFIX/condarc.d … */
	const char *rc_file;            /* mamba --rc-file */
	bool no_rc;                     /* mamba --no-rc */
	const struct eg_strs *channels; /* -c on the command line, in order */
	bool override_channels;         /* they replace the configured ones */
	bool use_local;                 /* --use-local: as -c local */
};

/* EG_USAGE where the tool refuses what it is configured to. */
enum eg_error_kind eg_conda_config_read(struct eg_run *run, const struct eg_conda_config_options *options,
					struct eg_conda_config *ret);

/* Names, multichannels and URLs of LIST resolved to channels with a base URL, each once, in order. */
enum eg_error_kind eg_conda_channels(struct eg_run *run, const struct eg_conda_config *config,
				     const struct eg_strs *list, struct eg_channel **ret, size_t *ret_n);

/* NAME or URL to its canonical name, as records and MatchSpecs are compared. */
const char *eg_conda_channel_name(struct eg_run *run, const struct eg_conda_config *config, const char *channel);

/* A leading ~ and $VARIABLES replaced, as conda expands paths. */
const char *eg_conda_expand(struct eg_arena *arena, const char *s);

/* URL without user, password and token (/t/TOKEN/): what people may see. */
char *eg_conda_url_public(struct eg_arena *arena, const char *url);

#endif
