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

	if (marker->variable >= EG_EXTRA) { /* what is about extras is decided by the one in force */
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
	const char *joint = any ? " or " : " and ";
	size_t room = sizeof("()");

	for (size_t i = 0; i < parts->n; i++)
		room += strlen(parts->v[i]) + strlen(joint);
	char *text = eg_alloc(arena, room), *out = text;
	bool bracketed = any && parts->n > 1;
	qsort(parts->v, parts->n, sizeof(*parts->v), by_text);
	for (size_t i = 0; i < parts->n; i++) {
		if (i && !strcmp(parts->v[i], parts->v[i - 1]))
			continue;
		out = stpcpy(stpcpy(out, i ? joint : bracketed ? "(" : ""), parts->v[i]);
	}
	stpcpy(out, bracketed ? ")" : "");
	return text;
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

static const char joint[] = " and ";

/* The length of the first part of TEXT: up to an "and" that stands in no brackets and no quotes. */
static size_t part_length(const char *text)
{
	int depth = 0;
	size_t n = 0;

	while (text[n] && (depth || strncmp(text + n, joint, strlen(joint)))) {
		depth += (text[n] == '(') - (text[n] == ')');
		if (text[n] == '\'')
			n += 1 + strcspn(text + n + 1, "'");
		n += text[n] != 0;
	}
	return n;
}

static void split(struct eg_arena *arena, const char *text, struct eg_strs *ret)
{
	while (*text) {
		size_t n = part_length(text);

		eg_vec_push(arena, ret, eg_strndup(arena, text, n));
		text += n + (text[n] ? strlen(joint) : 0);
	}
}

const char *eg_uv_marker_both(struct eg_arena *arena, const char *a, const char *b)
{
	struct eg_strs parts = {0};

	if (!*a || !*b || !strcmp(a, b))
		return *a ? a : b;
	split(arena, a, &parts);
	split(arena, b, &parts);
	return join(arena, &parts, false);
}
