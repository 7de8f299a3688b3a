/* What a user asked pip (or uv pip) for, as plain data: the command line, its files and the configuration, read. */
#ifndef EG_PYTHON_REQUEST_H
#define EG_PYTHON_REQUEST_H

#include "pep508.h"
#include "vec.h"

/* One line: of the command line, a requirements file, a constraints file, a group or a lock. */
struct eg_pip_line {
	const char *text;          /* as written */
	const char *origin;        /* "-r r.txt (line 3)", "-c c.txt (line 1)"; NULL: the command line */
	struct eg_requirement req; /* .name NULL for a bare URL or path; .url absolute (file:// for a path) */
	bool editable;
	bool vcs;                  /* git+https://… : unknown without running git */
	struct eg_strs hashes;     /* "sha256:…" of --hash */
	bool holds;                /* its marker holds here; pip passes over the line otherwise */
	struct eg_strs config_settings;
};

struct eg_pip_lines {
	struct eg_pip_line *v;
	size_t n, cap;
};

enum eg_upgrade { EG_TO_SATISFY_ONLY, EG_ONLY_IF_NEEDED, EG_EAGER };

/* --only-binary/--no-binary, --all-releases/--only-final: ":all:", ":none:" and names, later ones outrank earlier. */
struct eg_format_control {
	bool all;
	struct eg_strs names; /* normalised */
};

enum eg_pip_action { EG_PIP_INSTALL, EG_PIP_UNINSTALL };

struct eg_pip_request {
	enum eg_pip_action action;
	struct eg_strs command;      /* as typed, for the report and for fixes */
	struct eg_pip_lines roots;   /* in pip's order: groups and files where they stand on the command line */
	struct eg_pip_lines constraints;

	struct eg_strs indexes;      /* --index-url, then --extra-index-url */
	struct eg_strs find_links;
	bool default_index;          /* indexes.v[0] is the interpreter's default: nobody named one */

	enum eg_upgrade upgrade;
	bool force_reinstall, ignore_installed, no_deps, only_deps;
	bool prefer_binary, ignore_requires_python, require_hashes;
	bool user, break_system_packages;
	bool no_build_isolation, check_build_dependencies;
	struct eg_format_control no_binary, only_binary;
	bool pre;
	struct eg_format_control all_releases, only_final;
	const char *uploaded_prior_to; /* ISO 8601, UTC; NULL: none */

	const char *target, *prefix_dir, *root; /* --target, --prefix, --root */
	const char *python_version, *implementation;
	struct eg_strs platforms, abis;
	bool targets;                /* some of the four is given: the tags are not the interpreter's */

	bool isolated, no_cache, dry_run;
	const char *proxy, *cert, *client_cert, *keyring_provider;
	struct eg_strs trusted_hosts;
	int timeout_s, retries;      /* -1: the default */
	struct eg_strs unknown_options; /* passed over, each with a note */
};

#endif
