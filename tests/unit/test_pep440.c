/* Versions and specifiers; the cases are those of packaging's own tests and of the indexes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ceilings.h"
#include "python/pep440.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static int arena_setup(void **state)
{
	*state = eg_arena_new(NULL);
	return 0;
}

static int arena_teardown(void **state)
{
	eg_arena_free(*state);
	return 0;
}

static struct eg_version version(struct eg_arena *arena, const char *text)
{
	struct eg_version v = {0};

	if (!eg_version_parse(arena, text, strlen(text), &v))
		fail_msg("'%s' is a version", text);
	return v;
}

static struct eg_specset specset(struct eg_arena *arena, const char *text)
{
	struct eg_specset set = {0};
	const char *error = NULL;

	if (!eg_specset_parse(arena, text, strlen(text), &set, &error))
		fail_msg("'%s' is a specifier set: %s", text, error);
	return set;
}

static void versions_sort_in_the_order_of_pep_440(void **state)
{
	static const char *const ascending[] = {
		"0.dev0", "0", "1.0.dev456", "1.0.dev456+local", "1.0a1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12",
		"1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456", "1.0b2.post345", "1.0b2-346", "1.0c1.dev456", "1.0c1",
		"1.0rc2", "1.0c3", "1.0", "1.0+abc", "1.0+abc.5", "1.0+abc.7", "1.0+cpu", "1.0+cu118", "1.0+cu121",
		"1.0+cu92", "1.0+5", "1.0+5.a", "1.0+5.0", "1.0+10", "1.0.post456.dev34", "1.0.post456", "1.0.15",
		"1.1.dev1", "1.2+123abc", "1.2+123abc456", "1.2+abc", "1.2+abc123", "1.2+abc123def", "1.2+1234.abc",
		"1.2+123456", "1.2.r32+123456", "1.2.rev33+123456", "1.238", "1.239", "1.240", "1.255", "1.256",
		"1.256.0.1", "1.65535", "1.65536", "1.65536.1", "1.4294967296", "20240101", "20240101.1",
		"18446744073709551615", "18446744073709551616", "18446744073709551617.1",
		"100000000000000000000000000000000000000000000", "1!0.1", "1!1.0b2.post345.dev456", "1!1.0", "239!0",
		"240!0", "256!0",
	};
	struct eg_version v[COUNT(ascending)];

	for (size_t i = 0; i < COUNT(v); i++)
		v[i] = version(*state, ascending[i]);
	for (size_t i = 0; i < COUNT(v); i++)
		for (size_t k = 0; k < COUNT(v); k++) {
			int cmp = eg_version_cmp(&v[i], &v[k]);

			if ((cmp > 0) - (cmp < 0) != (i > k) - (i < k))
				fail_msg("%s against %s is %d", ascending[i], ascending[k], cmp);
		}
}

static void versions_are_equal_however_they_are_written(void **state)
{
	static const char *const pairs[][2] = {
		{"1.0", "1"}, {"1.0.0", "v1"}, {"0", "0.0.0"}, {"0!1.0", "1.0"}, {"1.0-alpha.1", "1.0a1"},
		{"1.0+UBUNTU-1", "1.0+ubuntu.1"}, {"01.010", "1.10"}, {"1.0+007", "1.0+7"}, {"1.0pre", "1.0rc0"},
		{"1.0-0", "1.0.post"}, {" 1.0\n", "1.0"},
	};

	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct eg_version a = version(*state, pairs[i][0]), b = version(*state, pairs[i][1]);

		if (eg_version_cmp(&a, &b))
			fail_msg("%s equals %s", pairs[i][0], pairs[i][1]);
	}
}

static void versions_are_normalised(void **state)
{
	static const struct {
		const char *text, *canonical, *local;
		bool pre, post;
	} cases[] = {
		{"1.0dev", "1.0.dev0", NULL, true, false},
		{"1.0.DEV1", "1.0.dev1", NULL, true, false},
		{"1.0-dev_1", "1.0.dev1", NULL, true, false},
		{"1.0a", "1.0a0", NULL, true, false},
		{"1.0.ALPHA-1", "1.0a1", NULL, true, false},
		{"1.0_beta1", "1.0b1", NULL, true, false},
		{"1.0c2", "1.0rc2", NULL, true, false},
		{"1.0.preview2", "1.0rc2", NULL, true, false},
		{"1.0-PRE2", "1.0rc2", NULL, true, false},
		{"1.0-5", "1.0.post5", NULL, false, true},
		{"1.0r5", "1.0.post5", NULL, false, true},
		{"1.0.rev-5", "1.0.post5", NULL, false, true},
		{"1.0post", "1.0.post0", NULL, false, true},
		{"1.0-post-", "1.0.post0", NULL, false, true},
		{"1.0a.", "1.0a0", NULL, true, false},
		{"1.0a--1", "1.0a0.post1", NULL, true, true},
		{"1.0ar1", "1.0a0.post1", NULL, true, true},
		{"1.0b2.post345.dev456", "1.0b2.post345.dev456", NULL, true, true},
		{"1!1.2.rev33+123456", "1!1.2.post33+123456", "123456", false, true},
		{"v1.2.3", "1.2.3", NULL, false, false},
		{"1.2.0", "1.2.0", NULL, false, false},
		{"1.0+Ubuntu-01_a", "1.0+ubuntu.1.a", "ubuntu.1.a", false, false},
		{"2.0.0a0+41361538.nv23.06", "2.0.0a0+41361538.nv23.6", "41361538.nv23.6", true, false},
		{"2.1.2+cu118", "2.1.2+cu118", "cu118", false, false},
		{"0001!0002.00", "1!2.0", NULL, false, false},
		{"1.00000000000000000000000000000000000000001", "1.1", NULL, false, false},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_version v = version(*state, cases[i].text);

		if (cases[i].local)
			assert_string_equal(v.local, cases[i].local);
		else
			assert_null(v.local);
		assert_string_equal(v.text, cases[i].text);
		assert_string_equal(v.canonical, cases[i].canonical);
		assert_int_equal(v.prerelease, cases[i].pre);
		assert_int_equal(v.postrelease, cases[i].post);
	}
}

static void what_is_no_version_is_refused(void **state)
{
	static const char *const cases[] = {
		"", " ", "v", "a", "french toast", "1.0+a+", "1.0++", "1.0+_foobar", "1.0+foo&asd", "1.0+1+1", "1.0.", "1.0..1",
		".1", "1!", "!1", "1.0-", "1.0_1", "1.0a1.2", "1.0-1-1", "1.0.dev1.post1", "1.0.x", "1.0 1", "-1", "1e6",
		"vv1", "1.0arc1", "1.0+", "1.0+a..b", "1.0.*", "2004d", "\xc2\xb2", "1.0+\xc3\xa4",
	};
	struct eg_version v = {.text = "untouched"};
	char longest[EG_MAX_NAME + 2];

	for (size_t i = 0; i < COUNT(cases); i++)
		if (eg_version_parse(*state, cases[i], strlen(cases[i]), &v))
			fail_msg("'%s' is no version", cases[i]);
	assert_false(eg_version_parse(*state, "1\0.0", 4, &v));
	memset(longest, '1', sizeof(longest));
	assert_false(eg_version_parse(*state, longest, EG_MAX_NAME + 1, &v));
	assert_string_equal(v.text, "untouched");
	assert_true(eg_version_parse(*state, longest, EG_MAX_NAME, &v));
	for (size_t i = 1; i < EG_MAX_NAME; i += 2)
		longest[i] = i == 1 ? '+' : '.';
	assert_true(eg_version_parse(*state, longest, EG_MAX_NAME - 1, &v));
}

static void specifiers_hold_for_the_right_versions(void **state)
{
	static const struct {
		const char *spec, *yes, *no; /* versions, blanks between */
	} cases[] = {
		{"", "1 1.0a1 1+x 0.dev0", ""},
		{" , >=1 ,, <2 ,", "1 1.5", "2 0.9"},
		{"==2.1.2", "2.1.2 2.1.2.0 2.1.2+cu118 2.1.2+cpu", "2.1.2.post1 2.1.2rc1 2.1.3"},
		{"==2.1.2+cu118", "2.1.2+cu118 2.1.2+CU118 2.1.2.0+cu118", "2.1.2 2.1.2+cu121 2.1.2+cu118.1"},
		{"!=2.1.2", "2.1.2.post1 2.1.3 2.1.2a1+cpu", "2.1.2 2.1.2+cu118"},
		{"!=2.1.2+cu118", "2.1.2 2.1.2+cpu", "2.1.2+cu118"},
		{"==2", "2 2.0 2+deadbeef", "2.1 2.0.post1 2.dev0"},
		{"==2.1.*", "2.1 2.1.0 2.1a1 2.1.dev0 2.1.9.post1 2.1+x", "2.0 2.2.dev0 2.10 2"},
		{"==2.0.*", "2 2.0 2.0.5 2.dev0 2rc1", "2.1"},
		{"==2.0.0.*", "2 2.0 2.0.0.7", "2.0.1"},
		{"==1!2.*", "1!2.5", "2.5 0!2.0"},
		{"==257.*", "257 257.1", "256 256.1 1.1"},
		{"==256.0.*", "256", "256.1 257"},
		{"!=2.1.*", "2.2.dev0 2", "2.1 2.1a1"},
		{"==0.*", "0 0.5 0.dev0", "1"},
		{"~=2.2", "2.2 2.3 2.2.post1 2.9+x", "2.1 3.0 3.dev0 2.2rc1 1!2.2"},
		{"~=2.2.0", "2.2 2.2.5", "2.3 2.3a1"},
		{"~=1.0.5", "1.0.5 1.0.9", "1 1.0 1.1"},
		{"~=2.2.post3", "2.2.post3 2.3", "2.2 3"},
		{"~=1.0a2", "1.0a2 1.0 1.5", "1.0a1 2.0"},
		{"<=2.1", "2.1 2.1.0+cu118 2.1rc1 2", "2.1.post1 2.1.1"},
		{">=2.1", "2.1 2.1+x 2.1.post1 2.2.dev0", "2.1rc1 2.0.9+x"},
		{">=2.0", "2.0", "2.0.0a0+nv23.3"},
		{">=1.8", "2.0.0a0+nv23.3", ""},
		{"<2", "1 1.9.post1 1.9+x", "2 2a1 2.dev0 2.dev0+x 2.0.0rc9 2+x"},
		{"<2a2", "2a1 2.dev0 1", "2a2 2"},
		{"<2.post1", "2 2a1 2+x 2.post0", "2.post1 2.post1.dev0"},
		{"<2.dev3", "2.dev2 1", "2.dev3 2a1"},
		{">2", "2.1 2.0.1 3.dev0", "2 2+x 2.post1 2.post1+x 2.post2.dev1 2rc1"},
		{">2.post1", "2.post2 2.post2.dev0 2.1", "2.post1 2.post1+x 2"},
		{">2a1", "2a2 2 2.post1", "2a1 2a1.post1 2a1+x 2.dev0"},
		{">2.dev1", "2.dev2 2a1 2", "2.dev1 2.dev1+x"},
		{">2.dev99999999999999999999", "2.dev100000000000000000000 2", "2.dev99999999999999999999+x"},
		{"===1.0", "1.0", "1 1.0.0 1.0+x"},
		{"===1.0.DEV1", "1.0.dev1", "1.0"},
		{">=1,<2,!=1.5", "1.4 1.6", "1.5 2 0.9"},
		{">=v1.0-alpha", "1.0a0", "1.0.dev9"},
		{"== 1.0", "1.0", "1.1"},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_specset set = specset(*state, cases[i].spec);

		for (int expected = 0; expected < 2; expected++) {
			char *list = eg_strdup(*state, expected ? cases[i].yes : cases[i].no), *save = NULL;

			for (char *w = strtok_r(list, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
				struct eg_version v = version(*state, w);

				if (eg_specset_contains(&set, &v) != expected)
					fail_msg("%s in '%s' is %d", w, cases[i].spec, expected);
			}
		}
	}
}

static void what_is_no_specifier_is_refused(void **state)
{
	static const char *const cases[] = {
		"1.0", "=1.0", "=>2", "==", "~=", ">=", ">=1.0.*", "<1.0+x", "~=1", "~=1.0.*", "~=1.0+x", "==1.0a1.*", "==1.0+x.*",
		"==1.0.*+x", "==1.0-foo", ">=1 2", "!1", "===a b", "===1;2", "==1.0, x", "<>1", ">=1.0.post1.*",
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_specset set = {.n = 77};
		const char *error = NULL;

		if (eg_specset_parse(*state, cases[i], strlen(cases[i]), &set, &error))
			fail_msg("'%s' is no specifier set", cases[i]);
		assert_non_null(error);
		assert_int_equal(set.n, 77);
	}
}

static void a_set_has_a_ceiling(void **state)
{
	char *text = eg_alloc(*state, 4 * EG_MAX_SPECIFIERS + 8), *p = text;
	struct eg_specset set;
	const char *error = NULL;

	for (int i = 0; i < EG_MAX_SPECIFIERS; i++)
		p = stpcpy(p, ">1,");
	assert_true(eg_specset_parse(*state, text, (size_t)(p - text) - 1, &set, &error));
	assert_int_equal(set.n, EG_MAX_SPECIFIERS);
	assert_string_equal(eg_specset_text(*state, &set), ">1");
	p = stpcpy(p, ">1");
	assert_false(eg_specset_parse(*state, text, (size_t)(p - text), &set, &error));
	assert_string_equal(error, "too many version specifiers");
}

static void sets_tell_about_themselves(void **state)
{
	static const struct {
		const char *spec, *text;
		bool prereleases, pinned;
	} cases[] = {
		{"", "", false, false},
		{">=1.0, <2", "<2,>=1.0", false, false},
		{"==1.0,==1.0.0", "==1.0", false, true},
		{"~=1.0,~=1.0.0", "~=1.0,~=1.0.0", false, false},
		{">=1.0a1", ">=1.0a1", true, false},
		{"<2.dev0", "<2.dev0", true, false},
		{"!=1.0a1", "!=1.0a1", false, false},
		{"==1.*", "==1.*", false, false},
		{"===foo", "===foo", false, true},
		{"===1.0rc1", "===1.0rc1", true, true},
		{"== 1.0", "==1.0", false, true},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_specset set = specset(*state, cases[i].spec);

		assert_string_equal(eg_specset_text(*state, &set), cases[i].text);
		assert_int_equal(eg_specset_prereleases(&set), cases[i].prereleases);
		assert_int_equal(eg_specset_pinned(&set), cases[i].pinned);
	}
}

static void a_legacy_version_satisfies_only_its_own_text(void **state)
{
	struct eg_specset any = specset(*state, ">=0"), same = specset(*state, "===2004D");
	struct eg_version legacy = {.text = "2004d"}, zero = version(*state, "0.dev0");

	assert_false(eg_specset_contains(&any, &legacy));
	assert_true(eg_specset_contains(&same, &legacy));
	assert_true(eg_version_cmp(&legacy, &zero) < 0);
	assert_true(eg_version_cmp(&zero, &legacy) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_sort_in_the_order_of_pep_440),
		cmocka_unit_test(versions_are_equal_however_they_are_written),
		cmocka_unit_test(versions_are_normalised),
		cmocka_unit_test(what_is_no_version_is_refused),
		cmocka_unit_test(specifiers_hold_for_the_right_versions),
		cmocka_unit_test(what_is_no_specifier_is_refused),
		cmocka_unit_test(a_set_has_a_ceiling),
		cmocka_unit_test(sets_tell_about_themselves),
		cmocka_unit_test(a_legacy_version_satisfies_only_its_own_text),
	};
	return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
