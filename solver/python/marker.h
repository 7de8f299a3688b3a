/* A parsed environment marker. Private to marker.c, marker_eval.c and requirement.c. */
#ifndef EG_MARKER_H
#define EG_MARKER_H

#include "pep508.h"

/* Variables beyond those of eg_marker_env: PEP 508 and 685; PEP 751. */
enum { EG_EXTRA = EG_N_MARKER_VARIABLES, EG_EXTRAS, EG_DEPENDENCY_GROUPS, EG_NO_VARIABLE };

enum eg_marker_kind { EG_MARKER_ANY, EG_MARKER_ALL, EG_MARKER_COMPARE };

enum eg_marker_test { EG_TEST_OP, EG_TEST_IN, EG_TEST_NOT_IN };

struct eg_marker {
	enum eg_marker_kind kind;
	const struct eg_marker **v; /* ANY, ALL */
	size_t n;

	/* COMPARE: a variable with a literal */
	int variable;
	bool variable_first;
	enum eg_marker_test test;
	enum eg_op op;
	const char *literal; /* extras' names normalised */
	const struct eg_specifier *spec; /* OP and the literal, where they make one and the variable is a version */
	const struct eg_version *version; /* the literal on the left of a version variable, NULL: it is no version */
};

/* Reads a marker at *P as far as it goes, blanks behind it included. */
bool eg_marker_scan(struct eg_arena *arena, const char **p, const char *end, const struct eg_marker **ret,
		    const char **ret_error);

/* Does packaging compare the variable as a version (MARKERS_REQUIRING_VERSION)? */
bool eg_marker_is_version(int variable);

#endif
