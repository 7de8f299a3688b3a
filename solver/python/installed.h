/* What is installed: dist-info and egg-info as pip sees them (importlib.metadata backend). */
#ifndef EG_INSTALLED_H
#define EG_INSTALLED_H

#include "interpreter.h"
#include "map.h"
#include "metadata.h"

struct eg_dist {
	const char *project;        /* normalised */
	const char *name;           /* as written */
	struct eg_version version;  /* .key NULL: not a PEP 440 version (legacy) */
	const char *path;           /* the .dist-info or .egg-info, file or directory */
	const char *location;       /* the site directory it lies in */
	const char *installer;      /* "pip", "conda", "uv" …; NULL: not said */
	const char *direct_url;     /* of direct_url.json; NULL: none */
	const char *direct_json;    /* its text */
	const char *editable;       /* directory of the project; NULL: not editable */
	bool from_source;           /* of direct_url.json: a directory or a repository */
	struct eg_strs properties;  /* of variant.json (eg_wheel_variant_read) */
	bool in_user_site;
	const struct eg_metadata *metadata; /* read when first asked for */
};

struct eg_installed {
	struct eg_dist **v; /* first found wins, as on sys.path */
	size_t n;
	struct eg_map by_project;
};

/* Reads directory entries only; metadata, INSTALLER, direct_url.json and variant.json when they are asked for by eg_dist_load.
   Unreadable entries become notes. */
enum eg_error_kind eg_installed_read(struct eg_run *run, const struct eg_interpreter *interpreter,
				     struct eg_installed *ret);

const struct eg_dist *eg_installed_get(const struct eg_installed *installed, const char *project);

/* Fills installer, direct_url*, editable and metadata of DIST. A broken METADATA is a note, and metadata without requirements. */
void eg_dist_load(struct eg_run *run, struct eg_dist *dist);

#endif
