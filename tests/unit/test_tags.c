/* Compatibility tags and file names; the lists were taken from pip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "python/tags.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const struct eg_tag_facts linux_311 = {"cp", {3, 11}, "", NULL, "linux-x86_64", EG_GLIBC, {2, 36}, false};

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

static int rank(struct eg_arena *arena, const struct eg_tags *tags, const char *filename)
{
	struct eg_wheel_name name;

	if (!eg_wheel_name_parse(arena, filename, &name))
		fail_msg("%s is a wheel's name", filename);
	return eg_tags_rank(tags, &name);
}

static void check(const struct eg_strs *list, size_t i, const char *tag)
{
	if (i >= list->n || strcmp(list->v[i], tag))
		fail_msg("tag %zu is %s, not %s", i, i < list->n ? list->v[i] : "missing", tag);
}

static void a_linux_python_has_the_tags_that_pip_lists(void **state)
{
	struct eg_strs list = eg_tags_list(*state, eg_tags_of(*state, &linux_311));

	assert_int_equal(list.n, 914);
	check(&list, 0, "cp311-cp311-linux_x86_64");
	check(&list, 1, "cp311-cp311-manylinux_2_36_x86_64");
	check(&list, 20, "cp311-cp311-manylinux_2_17_x86_64");
	check(&list, 21, "cp311-cp311-manylinux2014_x86_64");
	check(&list, 35, "cp311-cp311-manylinux1_x86_64");
	check(&list, 36, "cp311-abi3-linux_x86_64");
	check(&list, 72, "cp311-none-linux_x86_64");
	check(&list, 108, "cp310-abi3-linux_x86_64");
	check(&list, 431, "cp32-abi3-manylinux1_x86_64");
	check(&list, 432, "py311-none-linux_x86_64");
	check(&list, 468, "py3-none-linux_x86_64");
	check(&list, 899, "py30-none-manylinux1_x86_64");
	check(&list, 900, "cp311-none-any");
	check(&list, 901, "py311-none-any");
	check(&list, 902, "py3-none-any");
	check(&list, 913, "py30-none-any");
}

static void the_native_platform_comes_last_for_an_older_pip(void **state)
{
	struct eg_tag_facts facts = linux_311;

	facts.native_last = true;
	struct eg_strs list = eg_tags_list(*state, eg_tags_of(*state, &facts));
	check(&list, 0, "cp311-cp311-manylinux_2_36_x86_64");
	check(&list, 35, "cp311-cp311-linux_x86_64");
	assert_int_equal(list.n, 914);
}

static void builds_and_platforms_change_the_list(void **state)
{
	static const struct {
		struct eg_tag_facts facts;
		const char *tags; /* supported, best first */
		const char *none; /* not supported */
	} cases[] = {
		{{"cp", {3, 7}, "m", NULL, "linux-x86_64", EG_GLIBC, {2, 36}, false},
		 "cp37-cp37m-manylinux_2_36_x86_64 cp37-cp37m-manylinux1_x86_64 cp37-abi3-linux_x86_64 cp36-abi3-linux_x86_64",
		 "cp37-cp37-linux_x86_64 cp38-abi3-linux_x86_64"},
		{{"cp", {3, 13}, "t", NULL, "linux-x86_64", EG_GLIBC, {2, 36}, false},
		 "cp313-cp313t-linux_x86_64 cp313-abi3t-linux_x86_64 cp313-none-linux_x86_64 cp312-abi3t-linux_x86_64 py3-none-any",
		 "cp313-cp313-linux_x86_64 cp313-abi3-linux_x86_64 cp312-abi3-linux_x86_64"},
		{{"cp", {3, 12}, "d", NULL, "linux-x86_64", EG_GLIBC, {2, 36}, false},
		 "cp312-cp312d-linux_x86_64 cp312-cp312-linux_x86_64 cp312-abi3-linux_x86_64", "cp311-cp311-linux_x86_64"},
		{{"cp", {3, 10}, "", NULL, "linux-aarch64", EG_GLIBC, {2, 31}, false},
		 "cp310-cp310-manylinux_2_31_aarch64 cp310-cp310-manylinux2014_aarch64 py3-none-any",
		 "cp310-cp310-manylinux_2_32_aarch64 cp310-cp310-manylinux2010_aarch64 cp310-cp310-manylinux_2_16_aarch64"},
		{{"cp", {3, 12}, "", NULL, "linux-x86_64", EG_MUSL, {1, 2}, false},
		 "cp312-cp312-linux_x86_64 cp312-cp312-musllinux_1_2_x86_64 cp312-cp312-musllinux_1_0_x86_64",
		 "cp312-cp312-manylinux2014_x86_64 cp312-cp312-musllinux_1_3_x86_64"},
		{{"cp", {3, 9}, "", NULL, "linux-i686", EG_GLIBC, {2, 17}, false},
		 "cp39-cp39-manylinux2014_i686 cp39-cp39-manylinux1_i686", "cp39-cp39-manylinux1_x86_64"},
		{{"cp", {3, 9}, "", NULL, "linux-armv8l", EG_GLIBC, {2, 31}, false},
		 "cp39-cp39-linux_armv8l cp39-cp39-linux_armv7l cp39-cp39-manylinux2014_armv8l cp39-cp39-manylinux2014_armv7l", ""},
		{{"cp", {3, 14}, "", NULL, "linux-x86_64", EG_GLIBC, {3, 1}, false},
		 "cp314-cp314-manylinux_3_1_x86_64 cp314-cp314-manylinux_3_0_x86_64 cp314-cp314-manylinux_2_50_x86_64 "
		 "cp314-cp314-manylinux1_x86_64", ""},
		{{"cp", {3, 14}, "", NULL, "linux-x86_64", EG_LIBC_UNKNOWN, {0, 0}, false},
		 "cp314-cp314-linux_x86_64", "cp314-cp314-manylinux1_x86_64"},
		{{"pp", {3, 10}, "", "pypy310_pp73", "linux-x86_64", EG_GLIBC, {2, 36}, false},
		 "pp310-pypy310_pp73-manylinux2014_x86_64 pp310-none-linux_x86_64 py310-none-linux_x86_64 pp310-none-any py3-none-any",
		 "cp310-cp310-linux_x86_64 pp310-abi3-linux_x86_64"},
		{{"cp", {3, 11}, "", NULL, "macosx-13.0-arm64", EG_LIBC_UNKNOWN, {0, 0}, false},
		 "cp311-cp311-macosx_13_0_arm64 cp311-cp311-macosx_13_0_universal2 cp311-cp311-macosx_11_0_arm64 "
		 "cp311-cp311-macosx_10_16_universal2 cp311-cp311-macosx_10_4_universal2",
		 "cp311-cp311-macosx_10_16_arm64 cp311-cp311-macosx_14_0_arm64"},
		{{"cp", {3, 9}, "", NULL, "macosx-10.9-x86_64", EG_LIBC_UNKNOWN, {0, 0}, false},
		 "cp39-cp39-macosx_10_9_x86_64 cp39-cp39-macosx_10_9_universal2 cp39-cp39-macosx_10_4_fat3",
		 "cp39-cp39-macosx_10_10_x86_64 cp39-cp39-macosx_10_3_x86_64 cp39-cp39-macosx_11_0_x86_64"},
		{{"cp", {3, 9}, "", NULL, "linux-sparc64", EG_GLIBC, {2, 36}, false},
		 "cp39-cp39-linux_sparc64", "cp39-cp39-manylinux2014_sparc64"},
		{{"cp", {3, 9}, "", NULL, "macosx-x86_64", EG_LIBC_UNKNOWN, {0, 0}, false}, "cp39-cp39-macosx_x86_64", ""},
		{{"cp", {3, 11}, "", NULL, "win-amd64", EG_LIBC_UNKNOWN, {0, 0}, false}, "cp311-cp311-win_amd64", ""},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_tags *tags = eg_tags_of(*state, &cases[i].facts);
		char *save = NULL, *words = eg_strdup(*state, cases[i].tags);
		int last = -1;

		for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
			int now = rank(*state, tags, eg_strf(*state, "a-1-%s.whl", w));

			if (now <= last)
				fail_msg("case %zu: %s has rank %d", i, w, now);
			last = now;
		}
		words = eg_strdup(*state, cases[i].none);
		for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save))
			if (rank(*state, tags, eg_strf(*state, "a-1-%s.whl", w)) != -1)
				fail_msg("case %zu: %s is not supported", i, w);
	}
}

static struct eg_strs words(struct eg_arena *arena, const char *text)
{
	struct eg_strs list = {0};
	char *save = NULL, *copy = eg_strdup(arena, text);

	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		eg_vec_push(arena, &list, w);
	return list;
}

static void a_target_has_the_tags_that_pip_lists(void **state)
{
	static const struct {
		const char *python, *platforms, *implementation, *abis;
		const char *head; /* the first tags */
		size_t n;
	} cases[] = {
		{"37", "manylinux2014_x86_64 manylinux2010_x86_64", NULL, "",
		 "cp37-cp37m-manylinux2014_x86_64 cp37-cp37m-manylinux2010_x86_64 cp37-cp37m-manylinux1_x86_64", 61},
		{"3.9.2", "manylinux2014_aarch64", NULL, "",
		 "cp39-cp39-manylinux2014_aarch64 cp39-abi3-manylinux2014_aarch64", 33},
		{"3", "any", NULL, "", "cp3-none-any py3-none-any cp3-none-any py3-none-any", 4},
		{"27", "linux_x86_64", NULL, "", "cp27-cp27mu-linux_x86_64 cp27-none-linux_x86_64", 21},
		{NULL, "win_amd64", "py", "none", "py311-none-win_amd64 py311-none-win_amd64 py3-none-win_amd64", 28},
		{NULL, "win_amd64", "py", "", "py311-cp311-win_amd64 py311-none-win_amd64", 29},
		{"3.12", "linux_x86_64", "cp", "cp312 abi3 none foo", "cp312-cp312-linux_x86_64 cp312-foo-linux_x86_64 cp312-abi3-linux_x86_64", 43},
		{"3.14", "linux_x86_64", "cp", "cp314t", "cp314-cp314t-linux_x86_64 cp314-abi3t-linux_x86_64", 48},
		{"310", "macosx_11_0_x86_64", NULL, "", "cp310-cp310-macosx_11_0_x86_64 cp310-cp310-macosx_11_0_intel", 1945},
		{"312", "manylinux2014", NULL, "", "cp312-cp312-manylinux2014", 42},
		{"nonsense", "linux_x86_64", NULL, "", "cp311-cp311-linux_x86_64", 39},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_strs platforms = words(*state, cases[i].platforms), abis = words(*state, cases[i].abis);
		struct eg_strs head = words(*state, cases[i].head);
		struct eg_strs list = eg_tags_list(*state, eg_tags_for_target(*state, &linux_311, cases[i].python, &platforms,
									      cases[i].implementation, &abis));

		if (cases[i].n && list.n != cases[i].n)
			fail_msg("case %zu has %zu tags", i, list.n);
		for (size_t k = 0; k < head.n; k++)
			check(&list, k, head.v[k]);
	}
}

static void wheel_names_are_taken_apart(void **state)
{
	struct eg_wheel_name w;

	assert_true(eg_wheel_name_parse(*state, "torch-2.1.2+cu118-cp310-cp310-linux_x86_64.whl", &w));
	assert_string_equal(w.name, "torch");
	assert_string_equal(w.version, "2.1.2+cu118");
	assert_string_equal(w.platform, "linux_x86_64");
	assert_int_equal(w.build, -1);
	assert_null(w.variant);

	assert_true(eg_wheel_name_parse(*state, "triton-2.0.0-1-cp310-cp310-manylinux2014_x86_64.manylinux_2_17_x86_64.whl", &w));
	assert_int_equal(w.build, 1);
	assert_string_equal(w.build_rest, "");
	assert_string_equal(w.python, "cp310");

	assert_true(eg_wheel_name_parse(*state, "six-1.16.0-022_a-py2.py3-none-any.whl", &w));
	assert_int_equal(w.build, 22);
	assert_string_equal(w.build_rest, "_a");
	assert_string_equal(w.python, "py2.py3");
	assert_string_equal(w.abi, "none");

	assert_true(eg_wheel_name_parse(*state, "a-1-99999999999999999999999-py3-none-any.whl", &w));
	assert_true(w.build > 0);

	assert_true(eg_wheel_name_parse(*state, "numpy-2.3.2-cp313-cp313t-musllinux_1_2_x86_64-x86_64_v3.whl", &w));
	assert_string_equal(w.variant, "x86_64_v3");
	assert_string_equal(w.platform, "musllinux_1_2_x86_64");
	assert_true(eg_wheel_name_parse(*state, "torch-2.9.0-1-cp313-cp313-linux_x86_64-cu126.whl", &w));
	assert_string_equal(w.variant, "cu126");
	assert_int_equal(w.build, 1);
}

static void what_is_no_wheel_name_is_refused(void **state)
{
	static const char *const cases[] = {
		"", ".whl", "a.whl", "a-1-py3-none-any", "a-1-py3-none-any.WHL", "a-1-py3-none.whl", "a-x-py3-none-any.whl",
		"a__b-1-py3-none-any.whl", "-1-py3-none-any.whl", "a+b-1-py3-none-any.whl",
		"a-1--py3-none-any.whl", "a-1-1-py3-none-any-x-y.whl", "a-1-py3--any.whl", "a-1-py2..py3-none-any.whl",
		"a-1-py3-none-.whl", "a-1-3-none-any.whl", "a-1-py3-none-any-X.whl", "a-1-py3-none-any-.whl", "a-1_x-py3-none-any.whl",
		"a-1-p+3-none-any.whl", "a-1-py3.-none-any.whl",
	};
	struct eg_wheel_name w = {.name = "untouched"};

	for (size_t i = 0; i < COUNT(cases); i++)
		if (eg_wheel_name_parse(*state, cases[i], &w))
			fail_msg("'%s' is no wheel's name", cases[i]);
	assert_string_equal(w.name, "untouched");
}

static void a_wheel_ranks_by_its_best_tag(void **state)
{
	const struct eg_tags *tags = eg_tags_of(*state, &linux_311);

	assert_int_equal(rank(*state, tags, "a-1-cp311-cp311-linux_x86_64.whl"), 0);
	assert_int_equal(rank(*state, tags, "a-1-CP311-cp311-Linux_x86_64.whl"), 0);
	assert_int_equal(rank(*state, tags, "a-1-cp310.cp311-cp310.cp311-win32.manylinux2014_x86_64.manylinux_2_17_x86_64.whl"), 20);
	assert_int_equal(rank(*state, tags, "a-1-py2.py3-none-any.whl"), 902);
	assert_int_equal(rank(*state, tags, "a-1-py2-none-any.whl"), -1);
	assert_int_equal(rank(*state, tags, "a-1-cp312-cp312-linux_x86_64.whl"), -1);
	assert_int_equal(rank(*state, tags, "a-1-cp310-cp310-linux_x86_64.whl"), -1);
	assert_int_equal(rank(*state, tags, "a-1-cp37-abi3-manylinux_2_28_x86_64.whl"),
			 rank(*state, tags, "a-1-cp37-abi3-manylinux_2_27_x86_64.whl") - 1);
}

static void sdists_tell_their_version(void **state)
{
	static const struct {
		const char *filename, *project, *version;
	} cases[] = {
		{"foo-1.0.tar.gz", "foo", "1.0"},
		{"Foo_Bar-1.0.zip", "foo-bar", "1.0"},
		{"foo__bar-1.0.tar.bz2", "foo-bar", "1.0"},
		{"foo-bar-1.0-beta-2.tgz", "foo-bar", "1.0-beta-2"},
		{"foo-2-1.0.tar.xz", "foo", "2-1.0"},
		{"foo-2-1.0.tar.xz", "foo-2", "1.0"},
		{"foo.bar-1.tar", "foo-bar", "1"},
		{"foo-1.0.tar.gz", "bar", NULL},
		{"foo-1.0.egg", "foo", NULL},
		{"foo-1.0.exe", "foo", NULL},
		{"foo-1.0.TAR.GZ", "foo", NULL},
		{"foo-1.0.tar.zip", "foo", NULL},
		{"foo-.tar.gz", "foo", NULL},
		{"foo.tar.gz", "foo", NULL},
		{".tar.gz", "", NULL},
		{"foo-1.0-py2.7.tar.gz", "foo", NULL},
		{"foo-1.0-py37.tar.gz", "foo", NULL},
		{"foo-1.0-py4.tar.gz", "foo", "1.0-py4"},
		{"foo-1.0.macosx10.9.zip", "foo", NULL},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *version = eg_sdist_version(*state, cases[i].filename, cases[i].project);

		if (!version != !cases[i].version || (version && strcmp(version, cases[i].version)))
			fail_msg("%s for %s: %s", cases[i].filename, cases[i].project, version ? version : "none");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_linux_python_has_the_tags_that_pip_lists),
		cmocka_unit_test(the_native_platform_comes_last_for_an_older_pip),
		cmocka_unit_test(builds_and_platforms_change_the_list),
		cmocka_unit_test(a_target_has_the_tags_that_pip_lists),
		cmocka_unit_test(wheel_names_are_taken_apart),
		cmocka_unit_test(what_is_no_wheel_name_is_refused),
		cmocka_unit_test(a_wheel_ranks_by_its_best_tag),
		cmocka_unit_test(sdists_tell_their_version),
	};
	return cmocka_run_group_tests(tests, arena_setup, arena_teardown);
}
