/* conda's versions and version specs (conda's models/version.py). */
#ifndef EG_CONDA_VERSION_H
#define EG_CONDA_VERSION_H

#include <stdbool.h>

#include "arena.h"

struct eg_conda_version;
struct eg_conda_spec; /* ">=1.2,<2|1.0.*" */

/* NULL: not a version. */
struct eg_conda_version *eg_conda_version_parse(struct eg_arena *arena, const char *text);

int eg_conda_version_cmp(const struct eg_conda_version *a, const struct eg_conda_version *b);

/* VERSION begins with PREFIX: "1.2.3" with "1.2" (VersionOrder.startswith). */
bool eg_conda_version_starts_with(const struct eg_conda_version *version, const struct eg_conda_version *prefix);

/* NULL, and *ret_error says why, where TEXT is no version spec. */
struct eg_conda_spec *eg_conda_spec_parse(struct eg_arena *arena, const char *text, const char **ret_error);

bool eg_conda_spec_match(struct eg_arena *arena, const struct eg_conda_spec *spec, const char *version);

/* As conda writes it (VersionSpec.spec): "1.26*" becomes "1.26.*". */
const char *eg_conda_spec_text(const struct eg_conda_spec *spec);

/* As libmamba hands it to libsolv: "==1.0", "1.26.*". */
const char *eg_conda_spec_form(struct eg_arena *arena, const struct eg_conda_spec *spec);

/* How many versions and operators it is made of: 1 for ">=1", 3 for ">=1,<2". */
size_t eg_conda_spec_size(const struct eg_conda_spec *spec);

/* Does a "*" stand where "begins with" does not express it ("1.*.3"), or a regular expression? */
bool eg_conda_spec_has_glob(const struct eg_conda_spec *spec);

#endif
