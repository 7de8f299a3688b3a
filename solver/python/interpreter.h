/* A Python interpreter's facts: asked of it once, then cached by its identity (path, pyvenv.cfg, size, mtime) for as long
   as the files that its answer rests on are the same. */
#ifndef EG_INTERPRETER_H
#define EG_INTERPRETER_H

#include "cache.h"
#include "pep508.h"
#include "tags.h"

struct eg_interpreter {
	const char *exe;          /* as the user reaches it: ENV/bin/python */
	const char *version;      /* "3.11.7" */
	int python[3];
	struct eg_marker_env markers;
	struct eg_tag_facts tags;
	const char *prefix, *base_prefix; /* differ in a venv */
	const char *purelib, *platlib;
	struct eg_strs site;      /* directories on sys.path that hold distributions, in that order, user site included */
	const char *user_site;    /* NULL: disabled */
	bool venv, system_site;   /* a venv; one with include-system-site-packages */
	bool pkg_resources;       /* pip lists what is installed by pkg_resources: up to Python 3.10, or as the distributor says */
	bool conda;               /* prefix has a conda-meta */
	const char *externally_managed; /* PEP 668: path of the marker file; NULL: none */
	const char *default_index;/* what the environment's pip asks without configuration; NULL: no pip knows */
	const char *site_config;  /* directory of the environment's own pip.conf (sys.prefix) */
};

/* EXE as given by the user or found by eg_environment_find. Starts the interpreter only when the cache does not know it,
   and whenever EXE is a launcher (a script that starts the interpreter that is meant here). */
enum eg_error_kind eg_interpreter_facts(struct eg_run *run, struct eg_cache *cache, const char *exe,
					struct eg_interpreter *ret);

/* Which environment a command acts on. */
struct eg_environment {
	const char *prefix; /* absolute */
	const char *python; /* NULL: none there */
	bool conda;         /* conda-meta lies there */
	bool exists;
};

/* PYTHON (--python: an executable or an environment) or PREFIX outrank CONDA_PREFIX / VIRTUAL_ENV (the one whose bin
   comes first on PATH; else VIRTUAL_ENV), which outrank `python3` on PATH. Either may be NULL. */
enum eg_error_kind eg_environment_find(struct eg_run *run, const char *python, const char *prefix,
				       struct eg_environment *ret);

#endif
