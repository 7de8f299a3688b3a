/* direct_url.json (PEP 610): where a distribution came from that no index gave. */
#ifndef EG_DIRECT_URL_H
#define EG_DIRECT_URL_H

#include <stdbool.h>

#include "run.h"

struct eg_direct_url {
	const char *url;
	const char *editable; /* directory of the project; NULL: not editable */
	bool source;          /* a directory or a repository */
};

/* False when TEXT breaks PEP 610; *ret_error then says why. */
bool eg_direct_url_parse(struct eg_arena *arena, const char *text, struct eg_direct_url *ret, const char **ret_error);

/* The address as a requirement names it, "git+https://host/x@0123abc", with what pins its content as far as TEXT tells
   (pip/_internal/utils/direct_url_helpers.py); NULL where TEXT breaks PEP 610. */
const char *eg_direct_url_reference(struct eg_arena *arena, const char *text);

#endif
