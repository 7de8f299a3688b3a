#include "marker.h"

#include "pep440_private.h"
#include "strs.h"

#include <strings.h>

/* What is in force: one extra ("" for none), or with SETS any number of extras and dependency groups. */
struct active {
	const char *extra;
	const struct eg_marker_sets *sets;
};

/* As packaging 26's markers.py, in pip 26.0 and later. Before, anything that makes a specifier was compared as
   versions, and strings that do not were compared in their order instead of never being < or >. */

/* packaging's _repair_python_full_version: "3.13.0+", a build from a checkout, is no version; "3.13.0+local" is. */
static const char *repair(const char *value, char *room, size_t n)
{
	size_t length = strlen(value);

	if (!length || value[length - 1] != '+' || length + sizeof("local") > n)
		return value;
	memcpy(room, value, length);
	memcpy(room + length, "local", sizeof("local"));
	return room;
}

static bool contains_text(const char *text, const char *part)
{
	return strstr(text, part) != NULL;
}

static bool compare_text(const char *left, const struct eg_marker *item, const char *right)
{
	if (item->test != EG_TEST_OP)
		return contains_text(right, left) == (item->test == EG_TEST_IN);
	switch (item->op) {
	case EG_OP_EQ:
	case EG_OP_LE:
	case EG_OP_GE:
		return !strcmp(left, right);
	case EG_OP_NE:
		return strcmp(left, right);
	case EG_OP_LT:
	case EG_OP_GT:
	case EG_OP_COMPATIBLE:
	case EG_OP_ARBITRARY:
		break; /* the last two are errors in packaging */
	}
	return false;
}

static bool compare_version(const char *value, const struct eg_specifier *spec)
{
	struct eg_version_room room;
	struct eg_version version;

	if (spec->op == EG_OP_ARBITRARY)
		return !strcasecmp(spec->text, value);
	return eg_version_parse_in(&room, value, strlen(value), &version) && eg_specifier_contains(spec, &version);
}

/* '3.8' <= python_version: the literal is the version and the variable's value the specifier's. */
static bool compare_reversed(const struct eg_marker *item, const char *value)
{
	struct eg_version_room room, prefix;
	struct eg_specifier spec = {.op = item->op, .text = value};

	if (item->op == EG_OP_ARBITRARY)
		return !strcasecmp(item->literal, value);
	if (!eg_version_parse_in(&room, value, strlen(value), &spec.version) ||
	    (spec.version.local && item->op != EG_OP_EQ && item->op != EG_OP_NE))
		return compare_text(item->literal, item, value);
	if (item->op == EG_OP_COMPATIBLE && !(spec.prefix = eg_release_prefix_in(&prefix, value, true)))
		return false;
	return item->version && eg_specifier_contains(&spec, item->version);
}

static bool is_active(const struct eg_marker *item, const struct active *active)
{
	if (active->sets)
		return eg_strs_has(item->variable == EG_DEPENDENCY_GROUPS ? &active->sets->groups : &active->sets->extras,
				   item->literal);
	return item->variable == EG_EXTRAS && *active->extra && !strcmp(item->literal, active->extra);
}

/* PEP 751's sets: only "'x' in extras" and "not in" are defined. */
static bool compare_set(const struct eg_marker *item, const struct active *active)
{
	if (item->variable_first || item->test == EG_TEST_OP)
		return false;
	return is_active(item, active) == (item->test == EG_TEST_IN);
}

static bool compare(const struct eg_marker *item, const struct eg_marker_env *env, const struct active *active)
{
	const char *value;
	char room[128];

	if (item->variable == EG_NO_VARIABLE)
		return false; /* two literals: packaging raises */
	if (item->variable == EG_EXTRAS || item->variable == EG_DEPENDENCY_GROUPS)
		return compare_set(item, active);
	if (item->variable == EG_EXTRA && active->sets) /* "extra == 'x'": is x one of several? */
		return is_active(item, active) == (item->op == EG_OP_EQ);
	value = item->variable == EG_EXTRA ? active->extra : env->value[item->variable];
	if (!value)
		value = "";
	if (item->variable == EG_PYTHON_FULL_VERSION)
		value = repair(value, room, sizeof(room));
	if (item->spec)
		return compare_version(value, item->spec);
	if (item->variable_first)
		return compare_text(value, item, item->literal);
	if (item->test == EG_TEST_OP && eg_marker_is_version(item->variable))
		return compare_reversed(item, value);
	return compare_text(item->literal, item, value);
}

static bool holds(const struct eg_marker *marker, const struct eg_marker_env *env, const struct active *active)
{
	if (!marker)
		return true;
	if (marker->kind == EG_MARKER_COMPARE)
		return compare(marker, env, active);

	bool any = marker->kind == EG_MARKER_ANY;
	for (size_t i = 0; i < marker->n; i++)
		if (holds(marker->v[i], env, active) == any)
			return any;
	return !any;
}

bool eg_marker_holds(const struct eg_marker *marker, const struct eg_marker_env *env, const char *extra)
{
	return holds(marker, env, &(struct active){.extra = extra});
}

bool eg_marker_holds_with(const struct eg_marker *marker, const struct eg_marker_env *env, const struct eg_marker_sets *sets)
{
	return holds(marker, env, &(struct active){.extra = "", .sets = sets});
}
