/* Requirements and environment markers: PEP 508, with PEP 685 extras, as pip's vendored `packaging` reads them. */
#ifndef EG_PEP508_H
#define EG_PEP508_H

#include "pep440.h"

enum eg_marker_variable {
	EG_OS_NAME,
	EG_SYS_PLATFORM,
	EG_PLATFORM_MACHINE,
	EG_PLATFORM_PYTHON_IMPLEMENTATION,
	EG_PLATFORM_RELEASE,
	EG_PLATFORM_SYSTEM,
	EG_PLATFORM_VERSION,
	EG_PYTHON_VERSION,
	EG_PYTHON_FULL_VERSION,
	EG_IMPLEMENTATION_NAME,
	EG_IMPLEMENTATION_VERSION,
	EG_N_MARKER_VARIABLES
};

/* The word used in markers: "os_name" … */
const char *eg_marker_variable_name(enum eg_marker_variable variable);

struct eg_marker_env {
	const char *value[EG_N_MARKER_VARIABLES];
};

struct eg_marker;

struct eg_requirement {
	const char *text;    /* as written */
	const char *name;    /* as written */
	const char *project; /* normalised, PEP 503 */
	const char **extras; /* normalised, sorted, each once */
	size_t n_extras;
	struct eg_specset spec;
	const char *url;                /* NAME @ URL; NULL: none */
	const struct eg_marker *marker; /* NULL: none */
};

/* False when S is no requirement; *ret_error then says why and where. */
bool eg_requirement_parse(struct eg_arena *arena, const char *s, size_t n, struct eg_requirement *ret,
			  const char **ret_error);

/* As pip read it before 24.1: also legacy specifiers ("torch (>=1.9.*)") and line ends where blanks may be. */
bool eg_requirement_parse_legacy(struct eg_arena *arena, const char *s, size_t n, struct eg_requirement *ret);

/* The requirement without its marker, as pip prints it. */
char *eg_requirement_text(struct eg_arena *arena, const struct eg_requirement *req);

/* MARKER NULL is true. EXTRA is the normalised extra in force, "" for none. */
bool eg_marker_holds(const struct eg_marker *marker, const struct eg_marker_env *env, const char *extra);

/* Extras and dependency groups in force, normalised. */
struct eg_marker_sets {
	struct eg_strs extras, groups;
};

/* For the markers of lock files, which ask for several at once: "'x' in extras" of PEP 751, "extra == 'x'" of a uv.lock. */
bool eg_marker_holds_with(const struct eg_marker *marker, const struct eg_marker_env *env,
			  const struct eg_marker_sets *sets);

/* A marker alone ("python_version < '3'"). */
bool eg_marker_parse(struct eg_arena *arena, const char *s, size_t n, const struct eg_marker **ret,
		     const char **ret_error);

/* PEP 503: lower case, runs of -_. become one "-". */
char *eg_normalize(struct eg_arena *arena, const char *name, size_t n);

#endif
