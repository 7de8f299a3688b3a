/* What finder.c puts together and found.c walks. */
#ifndef EG_FINDER_PRIVATE_H
#define EG_FINDER_PRIVATE_H

#include "finder.h"

struct eg_found_file {
	struct eg_link *link;
	size_t order; /* position over all pages: of two alike the later one wins, as in pip's stable sort */
	int rank;     /* of its tags, 0 best; INT32_MAX for an sdist */
	bool wheel;
	int64_t build;
	const char *build_rest;
};

struct eg_found_group {
	struct eg_version version;
	struct eg_found_file *files; /* once evaluated: only the usable ones, best first */
	size_t n;
	bool evaluated;
};

struct eg_project {
	const char *name;
	struct eg_found_group *groups; /* newest first */
	size_t n;
	bool wheels, sdists; /* --only-binary, --no-binary: which are allowed */
};

struct eg_finder_target;

struct eg_finder {
	struct eg_run *run;
	const struct eg_pip_request *request;
	struct eg_index *index;
	struct eg_pip_release release;
	struct eg_version python;          /* that files are chosen for */
	struct eg_version resolver_python; /* that the candidates' metadata is held against */
	int64_t uploaded_prior_us; /* --uploaded-prior-to; -1: not given */
	struct eg_finder_target *target;
	struct eg_map locked;      /* by project: the URL of the one file that a lock names for it */
};

/* Leaves only the usable files in GROUP, best first, the first time it is asked. */
void eg_finder_evaluate(const struct eg_finder *finder, const struct eg_project *project, struct eg_found_group *group);

/* Is the project among the control's names? */
bool eg_format_names(const struct eg_format_control *control, const char *project);

#endif
