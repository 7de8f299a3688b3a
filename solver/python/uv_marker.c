#include "uv_marker.h"

#include <stdlib.h>

#include "marker.h"
#include "vec.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *comparison_text(struct eg_arena *arena, const struct eg_marker *marker, const char *extra)
{
	static const char *const tests[] = {[EG_TEST_IN] = "in", [EG_TEST_NOT_IN] = "not in"};
	const char *name, *test;

	if (marker->variable == EG_EXTRA || marker->variable > EG_EXTRA) {
		const struct eg_marker_env nothing = {{0}};

		return eg_marker_holds(marker, &nothing, extra) ? "" : NULL;
	}
	name = eg_marker_variable_name((enum eg_marker_variable)marker->variable);
	test = marker->test == EG_TEST_OP ? eg_op_text(marker->op) : tests[marker->test];
	return marker->variable_first ? eg_strf(arena, "%s %s '%s'", name, test, marker->literal)
				      : eg_strf(arena, "'%s' %s %s", marker->literal, test, name);
}

/* The parts in order, each once; ANY and ALL differ in which constant swallows the rest. */
static const char *join(struct eg_arena *arena, struct eg_strs *parts, bool any)
{
	const char *text = NULL;

	qsort(parts->v, parts->n, sizeof(*parts->v), by_text);
	for (size_t i = 0; i < parts->n; i++) {
		if (i && !strcmp(parts->v[i], parts->v[i - 1]))
			continue;
		text = text ? eg_strf(arena, any ? "%s or %s" : "%s and %s", text, parts->v[i]) : parts->v[i];
	}
	return any && parts->n > 1 ? eg_strf(arena, "(%s)", text) : text;
}

const char *eg_uv_marker_text(struct eg_arena *arena, const struct eg_marker *marker, const char *extra)
{
	struct eg_strs parts = {0};

	if (!marker)
		return "";
	if (marker->kind == EG_MARKER_COMPARE)
		return comparison_text(arena, marker, extra);
	bool any = marker->kind == EG_MARKER_ANY;
	for (size_t i = 0; i < marker->n; i++) {
		const char *text = eg_uv_marker_text(arena, marker->v[i], extra);

		if (any ? text && !*text : !text)
			return text;
		if (text && *text)
			eg_vec_push(arena, &parts, text);
	}
	if (!parts.n)
		return any ? NULL : "";
	return join(arena, &parts, any);
}
