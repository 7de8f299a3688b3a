/* MatchSpecs: what is asked of a package (conda's models/match_spec.py). */
#ifndef EG_MATCHSPEC_H
#define EG_MATCHSPEC_H

#include "conda_version.h"
#include "config.h"
#include "record.h"
#include "run.h"

/* A NULL field asks for nothing. A text with "*" is a glob, "^…$" a regular expression, where conda allows it. */
struct eg_matchspec {
	const char *text;    /* as written */
	const char *name;    /* "*": any */
	const char *channel; /* canonical */
	const char *subdir;
	const struct eg_conda_spec *version;
	const char *build;
	const char *build_number;
	const char *track_features, *features;
	const char *url, *md5, *sha256, *license, *license_family, *fn;
};

/* CONFIG (may be NULL) gives channels their canonical names. EG_FORMAT where conda refuses TEXT. */
enum eg_error_kind eg_matchspec_parse(struct eg_run *run, const struct eg_conda_config *config, const char *text,
				      struct eg_matchspec *ret);

/* The same as libmamba reads it: "name=1.2=build" is any 1.2. */
enum eg_error_kind eg_matchspec_parse_mamba(struct eg_run *run, const struct eg_conda_config *config, const char *text,
					    struct eg_matchspec *ret);

/* Exactly this record: channel, subdir, name, version and build (PackageRecord.to_match_spec). */
struct eg_matchspec eg_matchspec_of(struct eg_run *run, const struct eg_conda_record *record);

bool eg_matchspec_match(struct eg_arena *arena, const struct eg_matchspec *spec, const struct eg_conda_record *record);

/* Does S satisfy WANTED, which may be a glob or a regular expression? */
bool eg_matchspec_match_text(struct eg_arena *arena, const char *wanted, const char *s);

bool eg_matchspec_is_name_only(const struct eg_matchspec *spec);

/* 1: a name, 2: name and version, 3: anything more (MatchSpec.strictness). */
int eg_matchspec_strictness(const struct eg_matchspec *spec);

/* Both at once (MatchSpec.merge); EG_FORMAT where they contradict each other in a field that cannot be joined. */
enum eg_error_kind eg_matchspec_merge(struct eg_run *run, const struct eg_matchspec *a, const struct eg_matchspec *b,
				      struct eg_matchspec *ret);

/* As conda writes it. */
const char *eg_matchspec_str(struct eg_arena *arena, const struct eg_matchspec *spec);

/* Can libsolv match it without our help (libmamba's MatchSpec::is_simple)? */
bool eg_matchspec_is_simple(const struct eg_matchspec *spec);

/* "name version build", as libsolv reads it. */
const char *eg_matchspec_build_form(struct eg_arena *arena, const struct eg_matchspec *spec);

/* The name alone out of a dependency's text: "numpy" of "numpy >=1.2". */
const char *eg_matchspec_name_of(struct eg_arena *arena, const char *dependency);

#endif
