/* pip's configuration files and PIP_* variables (pip/_internal/configuration.py). */
#ifndef EG_PIPCONF_H
#define EG_PIPCONF_H

#include "run.h"

struct eg_pipconf_item {
	const char *section;
	const char *key;   /* normalised: lower case, "-" for "_", no leading "--" */
	const char *value; /* lines of a longer value joined by "\n" */
	const char *where; /* "FILE, line 3" or "environment variable PIP_X" */
};

struct eg_pipconf {
	struct eg_pipconf_item *v;
	size_t n, cap;
};

/* What holds for COMMAND ("install"), in the order in which it takes effect: [global], then [COMMAND], then the
   environment. SITE is the environment's directory of a pip.conf, NULL: none. ISOLATED leaves the user's files and the
   variables out, PIP_CONFIG_FILE=/dev/null all files. Unreadable files are passed over, as by pip. */
enum eg_error_kind eg_pipconf_load(struct eg_run *run, const char *command, const char *site, bool isolated,
				   struct eg_pipconf *ret);

/* One file's text as Python's configparser reads it; its [DEFAULT] section stands in every other one. */
enum eg_error_kind eg_pipconf_parse(struct eg_run *run, const char *name, const char *text, size_t n,
				    struct eg_pipconf *ret);

#endif
