/* PubGrub, and the version sets that it works with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "python/pubgrub.h"
#include "python/uv_marker.h"
#include "python/uv_versions.h"
#include "vec.h"

enum { MAX_PACKAGES = 16, MAX_VERSIONS = 12 };

struct need {
	const char *package;
	int version; /* of the package that needs */
	const char *on, *specs;
};

/* A universe: packages with the versions 1 … N, and what they need. */
struct universe {
	struct eg_arena *arena;
	const char *names[MAX_PACKAGES];
	int n_versions[MAX_PACKAGES];
	size_t n;
	const struct need *needs;
	size_t n_needs;
	struct eg_version versions[MAX_VERSIONS + 1];
	struct eg_pubgrub *pg;
	const char *order; /* of the decisions: "a 2, b 1" */
	size_t conflicts;
};

static struct eg_version version_of(struct eg_arena *arena, const char *text)
{
	struct eg_version version;

	assert_true(eg_version_parse(arena, text, strlen(text), &version));
	return version;
}

static const struct eg_range *range_of(struct eg_arena *arena, const char *text)
{
	struct eg_specset set;

	assert_true(eg_specset_parse(arena, text, strlen(text), &set, NULL));
	return eg_range_of_specs(arena, &set);
}

static unsigned number_of(const struct universe *u, const char *name)
{
	for (unsigned i = 0; i < u->n; i++)
		if (!strcmp(u->names[i], name))
			return i;
	fail_msg("no package %s", name);
	return 0;
}

static void uv_mends_specifiers(void **state)
{
	static const struct {
		const char *text, *mended; /* NULL: it cannot be */
	} cases[] = {
		{">=1.9.*,!=2.*", ">=1.9,!=2.*"}, {">=7.2.0<8.0.0", ">=7.2.0,<8.0.0"}, {"!=~5.0,>=4.12", "!=5.0.*,>=4.12"},
		{">=2.7,!=3.0*", ">=2.7,!=3.0.*"}, {">=3.6, ", ">=3.6"},               {">dev", ">0.0.0dev"},
		{">= 2.7'", ">=2.7"},              {"<4.*,>=3.6.*,", "<4,>=3.6"},      {"==1.*.*", NULL},
		{"new", NULL},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct eg_specset set, mended;
		const char *expected = cases[i].mended;

		if (eg_uv_specs(*state, cases[i].text, &set) != (expected != NULL))
			fail_msg("%s", cases[i].text);
		if (!expected)
			continue;
		assert_true(eg_specset_parse(*state, expected, strlen(expected), &mended, NULL));
		if (strcmp(eg_specset_text(*state, &set), eg_specset_text(*state, &mended)))
			fail_msg("%s is %s", cases[i].text, eg_specset_text(*state, &set));
	}
}

static void markers_are_joined_once(void **state)
{
	static const struct {
		const char *a, *b, *both;
	} cases[] = {
		{"", "os_name == 'x'", "os_name == 'x'"},
		{"b == '1' and a == '1'", "a == '1'", "a == '1' and b == '1'"},
		{"(a == '1' or b == '1')", "a == ' and '", "(a == '1' or b == '1') and a == ' and '"},
		{"(a == '1' and b == '1' or c == '1')", "c == '('", "(a == '1' and b == '1' or c == '1') and c == '('"},
		{"a == 'open", "b", "a == 'open and b"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(eg_uv_marker_both(*state, cases[i].a, cases[i].b), cases[i].both);
}

/* In the order of their numbers. */
static struct eg_priority priority(void *ctx, unsigned package)
{
	(void)ctx;
	return (struct eg_priority){{~package, 0, 0}};
}

static void try_version(struct universe *u, unsigned package, int version)
{
	EG_VEC(struct eg_dependency) deps = {0};
	const struct eg_version *v = &u->versions[version];

	for (size_t i = 0; i < u->n_needs; i++)
		if (!strcmp(u->needs[i].package, u->names[package]) && u->needs[i].version == version)
			eg_vec_push(u->arena, &deps, (struct eg_dependency){number_of(u, u->needs[i].on),
									  range_of(u->arena, u->needs[i].specs)});
	bool taken = !eg_pubgrub_try(u->pg, package, v, eg_range_one(u->arena, v), deps.v, deps.n);
	if (package)
		u->order = eg_strf(u->arena, "%s%s%s %d%s", u->order, *u->order ? ", " : "", u->names[package], version,
				   taken ? "" : "!");
}

/* Always the newest version in range. The proof that there is no solution; NULL: there is one. */
static const struct eg_incompat *solve(struct universe *u)
{
	struct eg_conflicts conflicts = {0};
	unsigned next = 0;

	u->order = "";
	for (int i = 0; i <= MAX_VERSIONS; i++)
		u->versions[i] = version_of(u->arena, eg_strf(u->arena, "%d", i));
	u->pg = eg_pubgrub_new(u->arena, &u->versions[1]);
	for (size_t i = 1; i < u->n; i++)
		assert_int_equal(eg_pubgrub_package(u->pg), i);
	for (int round = 0; round < 1000; round++) {
		const struct eg_incompat *proof = eg_pubgrub_propagate(u->pg, next, &conflicts);

		u->conflicts = conflicts.n;
		if (proof || !eg_pubgrub_pick(u->pg, priority, NULL, &next))
			return proof;
		int version = u->n_versions[next];
		while (version && !eg_range_contains(eg_pubgrub_range(u->pg, next), &u->versions[version]))
			version--;
		if (version)
			try_version(u, next, version);
		else
			eg_pubgrub_exclude(u->pg, next, eg_pubgrub_range(u->pg, next), NULL);
	}
	fail_msg("no end after 1000 rounds: %s", u->order);
	return NULL;
}

static const char *solution(const struct universe *u)
{
	const char *text = "";

	for (unsigned i = 1; i < u->n; i++) {
		const struct eg_version *v = eg_pubgrub_version(u->pg, i);

		if (v)
			text = eg_strf(u->arena, "%s%s%s %s", text, *text ? ", " : "", u->names[i], v->canonical);
	}
	return text;
}

#define NEEDS(...)                                        \
	.needs = (const struct need[]){__VA_ARGS__},      \
	.n_needs = sizeof((const struct need[]){__VA_ARGS__}) / sizeof(struct need)

static void without_conflict(void **state)
{
	struct universe u = {*state, {"root", "a", "b", "c"}, {1, 1, 2, 3}, 4,
			     NEEDS({"root", 1, "a", "==1"}, {"a", 1, "b", ">=1"}, {"b", 2, "c", "<3"})};

	assert_null(solve(&u));
	assert_string_equal(solution(&u), "a 1, b 2, c 2");
	assert_string_equal(u.order, "a 1, b 2, c 2");
	assert_int_equal(u.conflicts, 0);
}

/* "Avoiding conflict during decision making" and "performing conflict resolution" of doc/solver.md */
static void goes_back(void **state)
{
	struct universe u = {*state, {"root", "foo", "bar"}, {1, 2, 1}, 3,
			     NEEDS({"root", 1, "foo", ">=1"}, {"foo", 2, "bar", ">=1"}, {"bar", 1, "foo", "==1"})};

	assert_null(solve(&u));
	assert_string_equal(solution(&u), "foo 1");
	assert_string_equal(u.order, "foo 2, bar 1, foo 1");
	assert_true(u.conflicts > 0);
}

/* "Conflict resolution with a partial satisfier" of doc/solver.md: foo 2 needs left and right, which together leave no
   version of target. */
static void partial_satisfier(void **state)
{
	struct universe u = {
		*state, {"root", "foo", "target", "left", "right", "shared"}, {1, 2, 2, 1, 1, 2}, 6,
		NEEDS({"root", 1, "foo", ">=1"}, {"root", 1, "target", ">=2"}, {"foo", 2, "left", ">=1"},
		      {"foo", 2, "right", ">=1"}, {"left", 1, "shared", ">=1"}, {"right", 1, "shared", "<2"},
		      {"shared", 1, "target", "<2"})};

	assert_null(solve(&u));
	assert_string_equal(solution(&u), "foo 1, target 2");
}

/* After the first conflict a version whose dependency is excluded already is not decided on at all. */
static void is_turned_down(void **state)
{
	struct universe u = {*state, {"root", "pin", "a", "b"}, {1, 1, 4, 2}, 4,
			     NEEDS({"root", 1, "pin", ">=1"}, {"root", 1, "a", ">=1"}, {"pin", 1, "b", "<2"},
				   {"a", 4, "b", ">=2"}, {"a", 3, "b", ">=2"}, {"a", 2, "b", ">=2"})};

	assert_null(solve(&u));
	assert_string_equal(solution(&u), "pin 1, a 1, b 1");
	assert_string_equal(u.order, "pin 1, a 4, a 3!, a 2!, a 1, b 1");
}

static size_t leaves(const struct eg_incompat *incompat)
{
	return incompat->kind == EG_INCOMPAT_DERIVED ? leaves(incompat->causes[0]) + leaves(incompat->causes[1]) : 1;
}

static void without_solution(void **state)
{
	struct universe u = {*state, {"root", "a", "b", "c"}, {1, 2, 2, 3}, 4,
			     NEEDS({"root", 1, "a", ">=1"}, {"root", 1, "b", ">=1"}, {"a", 1, "c", "<2"},
				   {"a", 2, "c", "<2"}, {"b", 1, "c", ">=2"}, {"b", 2, "c", ">=2"})};
	const struct eg_incompat *proof = solve(&u);

	assert_non_null(proof);
	assert_int_equal(proof->kind, EG_INCOMPAT_DERIVED);
	assert_true(leaves(proof) >= 4); /* both requests, and both sides of c */
}

/* A decision that is taken back takes all later ones with it, and the package can be picked again. */
static void takes_back(void **state)
{
	struct universe u = {*state, {"root", "a", "b"}, {1, 1, 1}, 3,
			     NEEDS({"root", 1, "a", ">=1"}, {"root", 1, "b", ">=1"})};
	struct eg_conflicts conflicts = {0};
	unsigned next;

	assert_null(solve(&u));
	eg_pubgrub_take_back(u.pg, 1);
	assert_null(eg_pubgrub_version(u.pg, 1));
	assert_null(eg_pubgrub_version(u.pg, 2));
	eg_pubgrub_take_back(u.pg, 2); /* which is not decided */
	assert_null(eg_pubgrub_propagate(u.pg, 0, &conflicts));
	assert_true(eg_pubgrub_pick(u.pg, priority, NULL, &next));
	assert_int_equal(next, 1);
}

static const char *const all_versions[] = {
	"0",       "0.9",          "1.0.dev1", "1.0a1", "1.0a2.dev1", "1.0rc1", "1.0",     "1.0+cpu",   "1.0+cu118",
	"1.0.post1", "1.0.post1.dev2", "1.0.1",    "1.1",   "1.1+cu121", "1.9",    "1.10",    "2.0.dev0",  "2.0a0",
	"2.0",     "2.0+cu118",    "2.1.2",    "2.1.3", "3.0rc1",     "3.0",    "10",      "1!1.0",     "2024.1.9",
};

/* What a range holds is what packaging says of the specifiers. */
static void ranges_are_specifiers(void **state)
{
	static const char *const specs[] = {
		"==1.0", "!=1.0", "==1.0+cu118", "!=1.0+cu118", "<1.0", "<=1.0", ">1.0", ">=1.0", "~=1.0", "~=1.0.1",
		"==1.*", "!=1.*", "==1.0.*", "===1.0", ">=1.0,<2", ">=1,!=1.1,<3", ">2.0a0", "<2.0a0", "<=2.0a0", "<1.0.post1",
		">1.0.post1", ">1.0a1", "<3.0", ">=3.0rc1", ">=1.9", "~=2.1", "==2024.*", ">=1!0", "<1!0", ">=2,<1", "",
	};
	struct eg_arena *arena = *state;

	for (size_t i = 0; i < sizeof(specs) / sizeof(*specs); i++) {
		struct eg_specset set;

		assert_true(eg_specset_parse(arena, specs[i], strlen(specs[i]), &set, NULL));
		const struct eg_range *range = eg_range_of_specs(arena, &set);
		const struct eg_range *not = eg_range_not(arena, range);
		for (size_t k = 0; k < sizeof(all_versions) / sizeof(*all_versions); k++) {
			struct eg_version version = version_of(arena, all_versions[k]);
			bool holds = eg_specset_contains(&set, &version);

			if (eg_range_contains(range, &version) != holds || eg_range_contains(not, &version) == holds)
				fail_msg("%s in %s: packaging says %d", all_versions[k], specs[i], holds);
		}
	}
}

static void sets_of_versions(void **state)
{
	struct eg_arena *arena = *state;
	const struct eg_range *a = range_of(arena, ">=1,<3"), *b = range_of(arena, ">=2,<4");
	const struct eg_range *c = range_of(arena, ">=3,<4");
	struct eg_version two = version_of(arena, "2");

	assert_true(eg_range_same(eg_range_and(arena, a, b), range_of(arena, ">=2,<3")));
	assert_true(eg_range_same(eg_range_or(arena, a, b), range_of(arena, ">=1,<4")));
	assert_true(eg_range_same(eg_range_not(arena, eg_range_not(arena, a)), a));
	assert_true(eg_range_same(eg_range_and(arena, a, &eg_range_full), a));
	assert_true(eg_range_is_empty(range_of(arena, ">=2,<1")));
	assert_true(eg_range_is_empty(eg_range_and(arena, a, eg_range_not(arena, a))));
	assert_int_equal(eg_range_relation(range_of(arena, "==2"), a), EG_RANGE_SUBSET);
	assert_int_equal(eg_range_relation(a, c), EG_RANGE_DISJOINT);
	assert_int_equal(eg_range_relation(a, b), EG_RANGE_OVERLAPPING);
	assert_int_equal(eg_range_relation(&eg_range_empty, a), EG_RANGE_SUBSET);
	/* the pre-releases of 3 are in neither */
	assert_false(eg_range_same(eg_range_or(arena, a, c), range_of(arena, ">=1,<4")));
	assert_true(eg_range_starts_by(a, &two));
	assert_false(eg_range_starts_by(c, &two));
	assert_true(eg_range_starts_by(range_of(arena, "!=2"), &two));
}

static void pins(void **state)
{
	struct eg_arena *arena = *state;

	assert_true(eg_range_is_pin(range_of(arena, "==1.0")));
	assert_true(eg_range_is_pin(range_of(arena, "===1.0")));
	assert_true(eg_range_is_pin(range_of(arena, "==1.0+cu118")));
	assert_true(eg_range_is_pin(range_of(arena, ">=1.0,<=1.0")));
	assert_false(eg_range_is_pin(range_of(arena, "==1.*")));
	assert_false(eg_range_is_pin(range_of(arena, ">=1.0")));
	assert_false(eg_range_is_pin(range_of(arena, ">=1.0,<=1.1")));
}

static int set_up(void **state)
{
	*state = eg_arena_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	eg_arena_free(*state);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(without_conflict), TEST(goes_back),  TEST(partial_satisfier),     TEST(is_turned_down),
		TEST(without_solution), TEST(takes_back), TEST(ranges_are_specifiers), TEST(sets_of_versions),
		TEST(pins),             TEST(uv_mends_specifiers), TEST(markers_are_joined_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
