/* Core metadata (METADATA, PKG-INFO) up to version 2.4. */
#ifndef EG_METADATA_H
#define EG_METADATA_H

#include "pep508.h"
#include "run.h"

struct eg_metadata {
	const char *metadata_version;
	const char *name, *version;    /* as written; version NULL when missing */
	const char *requires_python;   /* NULL: any */
	struct eg_requirement *requires_dist;
	size_t n_requires_dist;
	struct eg_strs provides_extra; /* normalised */
	const char *invalid;           /* the first Requires-Dist that pip refuses since 24.1, with the reason; NULL: none.
					  What earlier ones took of it is in requires_dist */
	bool dynamic_requires;         /* Dynamic: Requires-Dist (metadata 2.2 and later) */
	bool static_requires;          /* metadata >= 2.2 and not dynamic: an sdist's PKG-INFO can be trusted */
	const char *assumed;           /* where the requirements are a guess: from what; NULL: they are exact */
};

/* TEXT needs not outlive the call. WHAT names the source in messages. EG_FORMAT when it is no metadata at all. */
enum eg_error_kind eg_metadata_parse(struct eg_run *run, const char *text, size_t n, const char *what,
				     struct eg_metadata *ret);

#endif
