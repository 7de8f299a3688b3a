/* What conda's and libmamba's readers of MatchSpecs have in common. */
#ifndef EG_MATCHSPEC_FIELDS_H
#define EG_MATCHSPEC_FIELDS_H

#include "matchspec.h"

/* Records that TEXT is none, and returns EG_FORMAT. */
enum eg_error_kind eg_matchspec_refuse(struct eg_run *run, const char *text, const char *why);

/* A subdir at its end becomes one of SPEC, if that has none. CONFIG may be NULL. */
void eg_matchspec_set_channel(struct eg_run *run, const struct eg_conda_config *config, struct eg_matchspec *spec,
			      const char *channel);

/* Is S the file of a package, by its name? */
bool eg_matchspec_is_file(const char *s);

/* Name, version and build out of the path or URL of such a file; EG_FORMAT where there are none. */
enum eg_error_kind eg_matchspec_read_file(struct eg_run *run, const struct eg_conda_config *config, const char *file,
					  struct eg_matchspec *spec);

#endif
