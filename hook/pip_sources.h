/* Where requirements come from, in pip's order (RequirementCommand.get_requirements). Private to the pip dialect. */
#ifndef EG_PIP_SOURCES_H
#define EG_PIP_SOURCES_H

#include "pip_options.h"
#include "python/reqline.h"

/* Constraints, arguments, groups, -e, files and locks, a script: into the reader's request. */
enum eg_error_kind pip_read_requirements(struct eg_pip_reader *reader, const struct pip_values *values,
					 const struct eg_strs *arguments);

/* Of `pip uninstall`: named requirements, each project once; specifiers and markers play no part. */
enum eg_error_kind pip_read_removals(struct eg_pip_reader *reader, const struct pip_values *values,
				     const struct eg_strs *arguments);

#endif
