/* A project's candidates in pip's order of preference: pip's PackageFinder with its LinkEvaluator and CandidateEvaluator
   (index/package_finder.py). Tags and Requires-Python are looked at only for the versions that are reached. */
#ifndef EG_FINDER_H
#define EG_FINDER_H

#include "index.h"
#include "interpreter.h"
#include "request.h"
#include "resolve.h"

struct eg_finder;
struct eg_project; /* one project's links, grouped by version, newest first */

struct eg_finder *eg_finder_new(struct eg_run *run, const struct eg_pip_request *request,
				const struct eg_interpreter *interpreter, struct eg_index *index,
				struct eg_pip_release release);

/* EG_KNOWN with *ret; EG_ABSENT: no index has it (*ret is then a project without links); EG_WANTED; EG_FAILED. */
enum eg_known eg_finder_project(struct eg_finder *finder, const char *project, const struct eg_project **ret);

/* Is the wheel that the URL or path names one for the target? True for anything that is no wheel. */
bool eg_finder_supports(const struct eg_finder *finder, const char *filename);

/* The Python that the resolver holds the candidates' Requires-Python against. The finder itself lets --python-version
   outrank the interpreter's version for the files that it chooses. */
const struct eg_version *eg_finder_python(const struct eg_finder *finder);

/* What the requirements known so far ask of a project: all of the specifiers, and one of the hashes. */
struct eg_filter {
	const struct eg_specset *const *specs;
	size_t n_specs;
	const struct eg_strs *hashes; /* "sha256:…"; NULL: any */
};

bool eg_filter_contains(const struct eg_filter *filter, const struct eg_version *version);

/* Walks the applicable candidates, best first. */
struct eg_found {
	struct eg_finder *finder;
	const struct eg_project *project;
	struct eg_filter filter;
	bool finals, prereleases, yanked;
	unsigned phase, n_phases;
	bool any_hash_match;
	size_t group, file;
};

void eg_found_start(struct eg_found *found, struct eg_finder *finder, const struct eg_project *project,
		    const struct eg_filter *filter);

/* The next candidate file and its version; NULL at the end. */
struct eg_link *eg_found_next(struct eg_found *found, const struct eg_version **ret_version);

/* The project if its links are known by now; NULL: not asked yet, or none. */
const struct eg_project *eg_finder_known(const struct eg_finder *finder, const char *project);

/* Every version with a usable file, pre-releases and yanked ones too, with the best of its files. */
void eg_project_each(struct eg_finder *finder, const struct eg_project *project,
		     void (*each)(void *ctx, const struct eg_version *version, struct eg_link *link), void *ctx);

/* "1.0, 1.1, …": the versions that there are, oldest first, for a "no matching distribution"; at most MAX of the newest. */
char *eg_project_versions(struct eg_finder *finder, const struct eg_project *project, size_t max);

#endif
