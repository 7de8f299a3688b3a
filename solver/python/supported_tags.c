#include "tags_private.h"

#include "ascii.h"

#include <stdlib.h>

/* As pip's utils/compatibility_tags.py over packaging/tags.py, in the order of pip 26.3. */

/* A Python version of which only the first number may be known: minor -1. */
struct python {
	int major, minor;
};

struct target {
	struct eg_arena *arena;
	struct eg_tags *tags;
	const struct eg_tag_facts *facts;
	struct python python;
	const char *implementation;
	struct eg_strs abis; /* meant only where given */
	bool abis_given;
	struct eg_strs platforms;
};

static const struct eg_strs any = {(const char *[]){"any"}, 1, 1};

static const char *nodot(struct eg_arena *arena, const char *prefix, struct python python)
{
	return python.minor < 0 ? eg_strf(arena, "%s%d", prefix, python.major)
				: eg_strf(arena, "%s%d%d", prefix, python.major, python.minor);
}

static bool older(struct python python, int major, int minor)
{
	return python.major < major || (python.major == major && python.minor < minor);
}

static bool has_flag(const struct eg_tag_facts *facts, char flag)
{
	return facts->abi_flags && strchr(facts->abi_flags, flag);
}

/* _cpython_abis: the running interpreter's build, whatever the version that is aimed at. */
static struct eg_strs cpython_abis(const struct target *target)
{
	const struct eg_tag_facts *facts = target->facts;
	struct python python = target->python, running = {facts->python[0], facts->python[1]};
	const char *plain = nodot(target->arena, "cp", python);
	const char *threading = !older(python, 3, 13) && has_flag(facts, 't') ? "t" : "";
	const char *debug = has_flag(facts, 'd') ? "d" : "";
	const char *pymalloc = older(python, 3, 8) && (!older(running, 3, 8) || has_flag(facts, 'm')) ? "m" : "";
	const char *wide = older(python, 3, 3) ? "u" : "";
	struct eg_strs abis = {0};

	eg_vec_push(target->arena, &abis,
		    eg_strf(target->arena, "%s%s%s%s%s", plain, threading, debug, pymalloc, wide));
	if (*debug && !older(python, 3, 8))
		eg_vec_push(target->arena, &abis, eg_strf(target->arena, "%s%s", plain, threading));
	return abis;
}

/* _is_threaded_cpython: cpNNN, then flags with a t */
static bool is_threaded(const struct eg_strs *abis)
{
	const char *p = abis->n ? abis->v[0] : "";

	if (strncmp(p, "cp", 2) || !is_digit(p[2]))
		return false;
	for (p += 2; is_digit(*p); p++)
		;
	return strchr(p, 't');
}

static void remove_name(struct eg_strs *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], name)) {
			memmove(&list->v[i], &list->v[i + 1], (list->n - i - 1) * sizeof(*list->v));
			list->n--;
			return;
		}
}

static struct eg_strs copy(struct eg_arena *arena, const struct eg_strs *list)
{
	struct eg_strs fresh = {0};

	for (size_t i = 0; i < list->n; i++)
		eg_vec_push(arena, &fresh, list->v[i]);
	return fresh;
}

static void add_cpython(const struct target *target)
{
	struct eg_arena *arena = target->arena;
	struct python python = target->python;
	const char *interpreter = nodot(arena, "cp", python);
	struct eg_strs abis = {0};

	if (target->abis_given)
		abis = copy(arena, &target->abis);
	else if (python.minor >= 0)
		abis = cpython_abis(target);
	bool threading = is_threaded(&abis);
	const char *stable = threading ? "abi3t" : "abi3"; /* PEP 803, PEP 384 */
	remove_name(&abis, "abi3");
	if (threading)
		remove_name(&abis, "abi3t");
	remove_name(&abis, "none");

	for (size_t i = 0; i < abis.n; i++)
		eg_tags_add(target->tags, interpreter, abis.v[i], &target->platforms);
	bool has_stable = python.minor >= 0 && !older(python, 3, 2);
	if (has_stable)
		eg_tags_add(target->tags, interpreter, stable, &target->platforms);
	eg_tags_add(target->tags, interpreter, "none", &target->platforms);
	for (int minor = python.minor - 1; has_stable && minor > 1; minor--)
		eg_tags_add(target->tags, nodot(arena, "cp", (struct python){python.major, minor}), stable,
			    &target->platforms);
}

/* _generic_abi: what EXT_SUFFIX says of the running interpreter */
static const char *generic_abi(const struct target *target)
{
	const struct eg_tag_facts *facts = target->facts;

	if (facts->soabi)
		return facts->soabi;
	if (strcmp(facts->implementation, "cp"))
		return NULL;
	return eg_strf(target->arena, "cp%d%d%s", facts->python[0], facts->python[1],
		       facts->abi_flags ? facts->abi_flags : "");
}

static void add_generic(const struct target *target, const char *interpreter)
{
	struct eg_strs abis = {0};
	bool none = false;

	if (target->abis_given)
		abis = copy(target->arena, &target->abis);
	else if (generic_abi(target))
		eg_vec_push(target->arena, &abis, generic_abi(target));
	for (size_t i = 0; i < abis.n; i++) {
		eg_tags_add(target->tags, interpreter, abis.v[i], &target->platforms);
		none = none || !strcmp(abis.v[i], "none");
	}
	if (!none)
		eg_tags_add(target->tags, interpreter, "none", &target->platforms);
}

/* py311, py3, py310 … py30 */
static void add_pure(const struct target *target, const struct eg_strs *platforms)
{
	struct python python = target->python;

	if (python.minor >= 0)
		eg_tags_add(target->tags, nodot(target->arena, "py", python), "none", platforms);
	eg_tags_add(target->tags, nodot(target->arena, "py", (struct python){python.major, -1}), "none", platforms);
	for (int minor = python.minor - 1; minor >= 0; minor--)
		eg_tags_add(target->tags, nodot(target->arena, "py", (struct python){python.major, minor}), "none",
			    platforms);
}

static struct eg_tags *get_supported(struct target *target)
{
	const char *interpreter = nodot(target->arena, target->implementation, target->python);

	target->tags = eg_tags_new(target->arena);
	if (!strcmp(target->implementation, "cp"))
		add_cpython(target);
	else
		add_generic(target, interpreter);
	add_pure(target, &target->platforms);
	eg_tags_add(target->tags, interpreter, "none", &any);
	add_pure(target, &any);
	eg_tags_finish(target->tags);
	return target->tags;
}

enum { MAX_MINOR = 99 };

/* --python-version: "3", "311", "3.11", "3.11.7". What is none of these counts as not given. */
static bool read_python(const char *s, struct python *ret)
{
	char *end;

	if (!s || !is_digit(*s))
		return false;
	long major = strtol(s, &end, 10), minor = -1;
	if (*end == '.' && is_digit(end[1])) {
		minor = strtol(end + 1, &end, 10);
	} else if (!*end && s[1]) {
		major = *s - '0';
		minor = strtol(s + 1, &end, 10);
	}
	if ((*end && *end != '.') || major > MAX_MINOR || minor > MAX_MINOR)
		return false;
	*ret = (struct python){(int)major, (int)minor};
	return true;
}

struct eg_tags *eg_tags_of(struct eg_arena *arena, const struct eg_tag_facts *facts)
{
	return eg_tags_for_target(arena, facts, NULL, NULL, NULL, NULL);
}

struct eg_tags *eg_tags_for_target(struct eg_arena *arena, const struct eg_tag_facts *facts, const char *python,
				   const struct eg_strs *platforms, const char *implementation,
				   const struct eg_strs *abis)
{
	struct target target = {
		.arena = arena,
		.facts = facts,
		.python = {facts->python[0], facts->python[1]},
		.implementation = implementation ? implementation : facts->implementation,
		.abis_given = abis && abis->n,
	};

	read_python(python, &target.python);
	if (target.abis_given)
		target.abis = *abis;
	target.platforms =
		platforms && platforms->n ? eg_platform_expand(arena, platforms) : eg_platform_tags(arena, facts);
	return get_supported(&target);
}
