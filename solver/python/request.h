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
	struct eg_strs config_settings; /* "KEY=VALUE" */
	const char *locked;        /* a lock file's entry: the one file that an index may offer for it; NULL: any.
				      .req is NAME==VERSION then, so an installed one that satisfies it still counts */
};

struct eg_pip_lines {
	struct eg_pip_line *v;
	size_t n, cap;
};

enum eg_upgrade { EG_TO_SATISFY_ONLY, EG_ONLY_IF_NEEDED, EG_EAGER };

/* One side of --only-binary/--no-binary or of --all-releases/--only-final. A name on either side outranks the other
   side's :all: (FormatControl.get_allowed_formats, ReleaseControl.allows_prereleases). */
struct eg_format_control {
	bool all;
	struct eg_strs names; /* normalised */
};

/* VALUE (":all:", ":none:", names with commas) added to TARGET and taken from OTHER: handle_mutual_excludes. */
void eg_format_control_add(struct eg_arena *arena, const char *value, struct eg_format_control *target,
			   struct eg_format_control *other);
bool eg_format_control_names(const struct eg_format_control *control, const char *project);

enum eg_pip_action { EG_PIP_INSTALL, EG_PIP_UNINSTALL };

struct eg_pip_request {
	enum eg_pip_action action;
	struct eg_strs command;      /* as typed, for the report and for fixes */
	struct eg_pip_lines roots;   /* in pip's order: arguments, groups, -e, files, script (get_requirements) */
	struct eg_pip_lines constraints;

	struct eg_strs indexes;      /* --index-url, then --extra-index-url */
	struct eg_strs find_links;
	bool default_index;          /* indexes.v[0] is the interpreter's default: nobody named one */
	bool no_index;

	enum eg_upgrade upgrade;
	bool force_reinstall, ignore_installed, no_deps, only_deps;
	bool prefer_binary, ignore_requires_python;
	bool require_hashes, no_require_hashes; /* asked for or implied by a --hash; the latter forbids the implication */
	bool user;                   /* into the user site: asked for, or since site-packages is not writable */
	bool break_system_packages;
	bool require_virtualenv;
	bool no_build_isolation, check_build_dependencies;
	struct eg_format_control no_binary, only_binary;
	bool pre;                    /* :all: is in all_releases then, too */
	struct eg_format_control all_releases, only_final;
	const char *uploaded_prior_to; /* ISO 8601, UTC; NULL: none */

	const char *target, *prefix_dir, *root; /* --target, --prefix, --root */
	const char *python_version, *implementation;
	struct eg_strs platforms, abis;
	bool targets;                /* some of the four is given: the tags are not the interpreter's */

	bool isolated, no_cache, dry_run, report;
	bool no_input;
	bool legacy_resolver;        /* --use-deprecated=legacy-resolver */
	bool no_proxy_env;           /* proxies of the environment do not count */
	const char *proxy;           /* NULL: not said; "" none */
	const char *cert, *client_cert;
	const char *keyring_provider;/* "auto", "disabled", "import", "subprocess" */
	struct eg_strs trusted_hosts;
	struct eg_strs refresh;      /* --refresh-package: normalised names, or ":all:" */
	int timeout_s, retries;      /* -1: the default */
	struct eg_strs unknown_options; /* passed over, each with a note */
};

#endif
