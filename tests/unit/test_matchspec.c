/* conda's versions and MatchSpecs; the cases are those of conda's own tests (tests/models). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "conda/matchspec.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

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

static void check_order(struct eg_arena *arena, const char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			const struct eg_conda_version *a = eg_conda_version_parse(arena, v[i]);
			const struct eg_conda_version *b = eg_conda_version_parse(arena, v[j]);

			assert_non_null(a);
			assert_non_null(b);
			int order = eg_conda_version_cmp(a, b);
			if ((i < j && order > 0) || (i == j && order) || (i > j && order < 0))
				fail_msg("'%s' and '%s': %d", v[i], v[j], order);
		}
}

static void test_order(void **state)
{
	static const char *const versions[] = {
		"0.4",	  "0.4.1.rc",  "0.4.1",	    "0.5a1",	"0.5b3",   "0.5C1",	 "0.5",	      "0.9.6",
		"0.960923", "1.0",     "1.1dev1",   "1.1_",	"1.1a1",   "1.1.0dev1", "1.1.a1",    "1.1.0rc1",
		"1.1.0",  "1.1.0post1", "1.1post1", "1996.07.12", "1!0.4.1", "1!3.1.1.6", "2!0.4.1",
	};
	static const char *const openssl[] = {
		"1.0.1dev",  "1.0.1_",	  "1.0.1a",	 "1.0.1b",	"1.0.1c",      "1.0.1d",
		"1.0.1r",    "1.0.1rc",	  "1.0.1rc1",	 "1.0.1rc2",	"1.0.1s",      "1.0.1",
		"1.0.1post.a", "1.0.1post.b", "1.0.1post.z", "1.0.1post.za", "1.0.2",
	};
	static const char *const pep440[] = {
		"1.0a1",	"1.0a2.dev456", "1.0a12.dev456",   "1.0a12",	  "1.0b1.dev456", "1.0b2",
		"1.0b2.post345.dev456", "1.0b2.post345", "1.0c1.dev456", "1.0c1", "1.0c3", "1.0rc2",
		"1.0.dev456",	"1.0",		"1.0.post456.dev34", "1.0.post456", "1.1.dev1",	"1.2.r32+123456",
		"1.2.rev33+123456", "1.2+abc",	"1.2+abc123def",   "1.2+abc123",  "1.2+123abc",	"1.2+123abc456",
		"1.2+1234.abc", "1.2+123456",	"1!1.0a1",	   "1!1.0",	  "1!1.2+123456",
	};

	check_order(*state, versions, COUNT(versions));
	check_order(*state, openssl, COUNT(openssl));
	check_order(*state, pep440, COUNT(pep440));
}

static void test_equal_and_broken(void **state)
{
	static const char *const equal[][2] = {
		{"0.4", "0.4.0"}, {"0.4.1.rc", "0.4.1.RC"}, {"1.1.0dev1", "1.1.dev1"}, {"1.1.0post1", "1.1.post1"},
		{"1.1", "1.1.0"}, {"0!1.0", "1.0"}, {"1.007", "1.7"}, {"1-2", "1_2"},
	};
	static const char *const broken[] = {"", " ", "3.5&1", "5.5++", "5.5..mw", "5.5.mw.", "!", "a!1.0", "1!2!3",
					     "+1.2", "1.2+", "1 2", "1.2\xc3\xa9"};

	for (size_t i = 0; i < COUNT(equal); i++)
		if (eg_conda_version_cmp(eg_conda_version_parse(*state, equal[i][0]),
					 eg_conda_version_parse(*state, equal[i][1])))
			fail_msg("%s is %s", equal[i][0], equal[i][1]);
	for (size_t i = 0; i < COUNT(broken); i++)
		if (eg_conda_version_parse(*state, broken[i]))
			fail_msg("'%s' is no version", broken[i]);
}

static void test_starts_with(void **state)
{
	static const struct {
		const char *version, *prefix;
		bool expected;
	} cases[] = {
		{"0.4.1", "0", true},		{"0.4.1", "0.4", true},	      {"0.4.1p1", "0.4", true},
		{"0.4.1p1", "0.4.1p", true},	{"0.4.1p1", "0.4.1q1", false}, {"0.4", "0.4.1", false},
		{"0.4.1+1.3", "0.4.1", true},	{"0.4.1+1.3", "0.4.1+1", true}, {"0.4.1", "0.4.1+1.3", false},
		{"0.4.1+1", "0.4.1+1.3", false},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		bool starts = eg_conda_version_starts_with(eg_conda_version_parse(*state, cases[i].version),
							   eg_conda_version_parse(*state, cases[i].prefix));
		if (starts != cases[i].expected)
			fail_msg("%s begins with %s: %d", cases[i].version, cases[i].prefix, starts);
	}
}

static void test_version_specs(void **state)
{
	static const struct {
		const char *version, *spec;
		bool expected;
	} cases[] = {
		{"1.7.0", "==1.7", true},     {"1.7.0", "<=1.7", true},	 {"1.7.0", "<1.7", false},
		{"1.7.0", ">=1.7", true},     {"1.7.0", ">1.7", false},	 {"1.6.7", ">=1.7", false},
		{"2013a", ">2013b", false},   {"2013k", ">2013b", true}, {"3.0.0", ">2013b", false},
		{"1.0.0", ">1.0.0a", true},   {"1.0.0", ">1.0.0*", true}, {"1.0", "1.0*", true},
		{"1.0.0", "1.0*", true},      {"1.0", "1.0.0*", true},	 {"1.0.1", "1.0.0*", false},
		{"2013a", "2013a*", true},    {"2013a", "2013b*", false}, {"2013ab", "2013a*", true},
		{"1.3.4", "1.2.4*", false},   {"1.2.3+4.5.6", "1.2.3*", true}, {"1.2.3+4.5.6", "1.2.3+4*", true},
		{"1.2.3+4.5.6", "1.2.3+5*", false}, {"1.2.3+4.5.6", "1.2.4+5*", false},
		{"1.7.1", "1.7.*|1.8.*", true}, {"1.7.1", ">1.7,<1.8", true}, {"1.7.1", ">1.7.1,<1.8", false},
		{"1.7.1", "^1\\.7\\.[0-9]+$", true}, {"1.7.1", "^1\\.8.*$", false}, {"1.7.1", "^[^1].*$", false},
		{"1.7.1", "1.6.*|^0.*$|1.7.1", true}, {"1.7.1", "*", true}, {"1.7.1", "1.*.1", true},
		{"1.7.1", "1.5.*|>1.7,<1.8", true}, {"1.7.1", "1.5.*|>1.7,<1.7.1", false},
		{"1.7.1", "==1.7.1.0", true}, {"3.3.1", "=3.3", true},	 {"3.4", "=3.3", false},
		{"3.3.1", "=3.3.*", true},    {"3.3.1", "!=3.3.*", false}, {"3.4.1", "!=3.3.*", true},
		{"3.3.1", "!=3.3", true},     {"3.3.0.0", "!=3.3", false},
		{"2.7.2", ">=2.7, !=3.0.*, !=3.1.*", true}, {"3.1.4", ">=2.7, !=3.0.*, !=3.1.*", false},
		{"1.11.0", "~=1.10", true},   {"1.11.0", "~=1.10.0", false}, {"3.4.0", "~=3.3.2", false},
		{"1.9", "((1.5|((1.6|1.7), 1.8), 1.9 |2.0))|2.1", false}, {"2.0", "((1.5|((1.6|1.7), 1.8), 1.9 |2.0))|2.1", true},
	};
	static const char *const broken[] = {"><2.4.5", "!!2.4.5", "!", "(1.5", "1.5)", "1.5||1.6", "^1.5", "~", "^",
					     "1.2+", "+1.2", "++", "c +, 0/|0 *", "a=)(=b", "==", "=", ">=", "<="};
	const char *why;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct eg_conda_spec *spec = eg_conda_spec_parse(*state, cases[i].spec, &why);

		if (!spec)
			fail_msg("'%s': %s", cases[i].spec, why);
		if (eg_conda_spec_match(*state, spec, cases[i].version) != cases[i].expected)
			fail_msg("'%s' and %s", cases[i].spec, cases[i].version);
	}
	for (size_t i = 0; i < COUNT(broken); i++)
		if (eg_conda_spec_parse(*state, broken[i], &why))
			fail_msg("'%s' is no version spec", broken[i]);
}

static void test_match(void **state)
{
	struct eg_run run = {.arena = *state};
	const struct eg_conda_record numpy = {
		.name = "numpy", .version = "1.7.1", .build = "py27_0", .channel = "conda-forge", .subdir = "linux-64",
		.fn = "numpy-1.7.1-py27_0.tar.bz2", .md5 = "0123", .build_number = 3};
	static const struct {
		const char *spec;
		bool expected;
	} cases[] = {
		{"numpy 1.7*", true}, {"numpy 1.7.1", true}, {"numpy 1.7", false}, {"numpy 1.5*", false},
		{"numpy >=1.5,<2", true}, {"numpy >=1.8,<1.9", false}, {"numpy >1.5,<2,!=1.7.1", false},
		{"numpy >1.8,<2|==1.7", false}, {"numpy >1.8,<2|>=1.7.1", true}, {"numpy >=1.8|1.7*", true},
		{"numpy ==1.7.1.0", true}, {"numpy==1.7.1.0.0", true}, {"numpy >=1,*.7.*", true},
		{"numpy >=1,*.8.*", false}, {"numpy 1.6.2|1.7.1", true}, {"numpy 1.7.1 py27_0", true},
		{"numpy 1.7.1 py26_0", false}, {"numpy >1.7.1a", true}, {"python", false}, {"NumPy", true},
		{"conda-forge::numpy", true}, {"pytorch::numpy", false}, {"conda-forge/linux-64::numpy", true},
		{"conda-forge/noarch::numpy", false}, {"*/linux-64::numpy", true}, {"num*", true},
		{"numpy=1.7.1=py*", true}, {"numpy=*=*27*", true}, {"numpy[build='^py2(6|7)_0$']", true},
		{"numpy[md5=0123]", true}, {"numpy[md5=0124]", false}, {"numpy[build_number='>=3']", true},
		{"numpy[build_number=2]", false}, {"numpy[fn=numpy-1.7.1-py27_0.tar.bz2]", true},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_matchspec spec;

		if (eg_matchspec_parse(&run, NULL, cases[i].spec, &spec))
			fail_msg("%s", run.error.message);
		if (eg_matchspec_match(run.arena, &spec, &numpy) != cases[i].expected)
			fail_msg("'%s'", cases[i].spec);
	}
}

static void test_canonical(void **state)
{
	struct eg_run run = {.arena = *state};
	static const char *const cases[][2] = {
		{"numpy", "numpy"}, {"numpy=1.7", "numpy=1.7"}, {"numpy 1.7*", "numpy=1.7"},
		{"numpy 1.7.*", "numpy=1.7"}, {"numpy[version='1.7*']", "numpy=1.7"},
		{"numpy[version=1.7.*]", "numpy=1.7"}, {"numpy==1.7", "numpy==1.7"}, {"numpy[version=1.7]", "numpy==1.7"},
		{"numpy 1.7", "numpy==1.7"}, {"numpy[version='1.7|1.8']", "numpy[version='1.7|1.8']"},
		{"numpy >1.7", "numpy[version='>1.7']"}, {"numpy>=1.7", "numpy[version='>=1.7']"},
		{"numpy=1.7=py3*_2", "numpy==1.7[build=py3*_2]"}, {"numpy=1.7.*=py3*_2", "numpy=1.7[build=py3*_2]"},
		{"conda-forge::numpy", "conda-forge::numpy"}, {"numpy[channel=conda-forge]", "conda-forge::numpy"},
		{"conda-forge/linux-64::numpy", "conda-forge/linux-64::numpy"},
		{"numpy[channel=conda-forge,subdir=noarch]", "conda-forge/noarch::numpy"},
		{"numpy[subdir=win-32]", "numpy[subdir=win-32]"}, {"*/win-32::numpy", "numpy[subdir=win-32]"},
		{"*/win-32::numpy[subdir=\"osx-64\"]", "numpy[subdir=osx-64]"},
		{"numpy=1.10=py38_0", "numpy==1.10=py38_0"}, {"numpy[version=1.10 build=py38_0]", "numpy==1.10=py38_0"},
		{"numpy !=1.10", "numpy!=1.10"}, {"numpy !=1.10=py38_0", "numpy[version='!=1.10',build=py38_0]"},
		{"numpy >1.7,!=1.10 py38_0", "numpy[version='>1.7,!=1.10',build=py38_0]"},
		{"numpy!=1.10.*", "numpy!=1.10.*"}, {"numpy ~=1.10.1", "numpy~=1.10.1"},
		{"numpy ~=1.10.1 py38_0", "numpy[version='~=1.10.1',build=py38_0]"},
		{"openssl=1.1.1_", "openssl=1.1.1_"}, {"name[version=*,build=*py27*]", "name[build=*py27*]"},
		{"conda-forge::name[version=*]", "conda-forge::name"}, {"name[version=*,build_number=3]", "name[build_number=3]"},
		{"numpy 1.7 # a comment", "numpy==1.7"},
		/* what is no key and value in the brackets, and what is in parentheses, is passed over */
		{"numpy[=1]", "numpy"}, {"numpy[version=1 build]", "numpy==1"}, {"numpy[version = 1]", "numpy"},
		{"numpy (>=1.2)", "numpy"}, {"numpy=", "numpy"}, {"mkl@", "*[track_features=mkl]"},
		/* a group inside of another loses its parentheses, and with them its meaning */
		{"numpy[version='(1.1|1.2),>1']", "numpy[version='1.1|1.2,>1']"},
		{"numpy[build='^py3.*$']", "numpy[build='^py3.*$']"}, {"_libgcc_mutex", "_libgcc_mutex"}, {"__cuda", "__cuda"},
	};
	static const char *const broken[] = {"", " ", "=1.0", ">1.0", "numpy[version=]", "numpy[nosuch=1]", " numpy", "a..b", "-a", "__-a",
					     "a[b=c",
					     "numpy==", "numpy>=", "num py&2 1.0", "nu/mpy"};
	struct eg_matchspec spec;

	for (size_t i = 0; i < COUNT(cases); i++) {
		if (eg_matchspec_parse(&run, NULL, cases[i][0], &spec))
			fail_msg("%s", run.error.message);
		assert_string_equal(eg_matchspec_str(run.arena, &spec), cases[i][1]);
	}
	for (size_t i = 0; i < COUNT(broken); i++, eg_recover(&run))
		if (!eg_matchspec_parse(&run, NULL, broken[i], &spec))
			fail_msg("'%s' is no MatchSpec", broken[i]);
}

static void test_forms(void **state)
{
	struct eg_run run = {.arena = *state};
	static const struct {
		const char *text, *form;
		int strictness;
		bool simple;
	} cases[] = {
		{"numpy", "numpy", 1, true},
		{"numpy=1.26", "numpy 1.26.*", 2, true},
		{"numpy==1.26", "numpy ==1.26", 2, true},
		{"numpy>=1,<2", "numpy >=1,<2", 2, true},
		{"numpy=1.26=py*", "numpy ==1.26 py*", 3, true},
		{"pytorch=*=cuda*", "pytorch * cuda*", 3, true},
		{"conda-forge::numpy", "numpy", 3, false},
		{"numpy[build='^a$']", "numpy * ^a$", 3, false},
	};
	struct eg_matchspec spec, both;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(eg_matchspec_parse(&run, NULL, cases[i].text, &spec), EG_OK);
		assert_string_equal(eg_matchspec_build_form(run.arena, &spec), cases[i].form);
		assert_int_equal(eg_matchspec_strictness(&spec), cases[i].strictness);
		assert_int_equal(eg_matchspec_is_simple(&spec), cases[i].simple);
	}
	assert_int_equal(eg_matchspec_parse_mamba(&run, NULL, "pytorch=2.1=*cuda*", &spec), EG_OK);
	assert_string_equal(eg_matchspec_build_form(run.arena, &spec), "pytorch 2.1.* *cuda*");
	assert_int_equal(eg_matchspec_parse(&run, NULL, "numpy>=1", &spec), EG_OK);
	assert_int_equal(eg_matchspec_parse(&run, NULL, "numpy<2", &both), EG_OK);
	assert_int_equal(eg_matchspec_merge(&run, &spec, &both, &both), EG_OK);
	assert_string_equal(eg_matchspec_build_form(run.arena, &both), "numpy <2,>=1");
	assert_string_equal(eg_matchspec_name_of(run.arena, "conda-forge::numpy >=1.2"), "numpy");
}

static void test_merge(void **state)
{
	struct eg_run run = {.arena = *state};
	static const struct {
		const char *a, *b, *both; /* NULL: they contradict each other */
	} cases[] = {
		{"a>=1", "a<2", "a[version='<2,>=1']"}, {"a=1.2", "a[build=py310*]", "a=1.2[build=py310*]"},
		{"a[build=cu*]", "a[build=cuda_1]", "a[build=cuda_1]"}, {"a[build=cuda_1]", "a[build=cu*]", "a[build=cuda_1]"},
		{"a[build=cu*]", "a[build=cuda*]", "a[build=cuda*]"}, {"a[build=*_0]", "a[build=*_1]", NULL},
		{"a[build=cu*]", "a[build=cpu_0]", NULL}, {"a[build=x]", "a[build=y]", NULL},
		{"a[build=*_0]", "a[build=cu*]", "a[build='^(?=.*_0)(?:cu.*)$']"},
		{"a[channel=x]", "a[channel=y]", NULL},
	};
	struct eg_conda_record record = {.name = "a", .version = "1", .build = "cuda_0", .channel = "c", .subdir = "noarch"};
	struct eg_matchspec a, b, both;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(eg_matchspec_parse(&run, NULL, cases[i].a, &a), EG_OK);
		assert_int_equal(eg_matchspec_parse(&run, NULL, cases[i].b, &b), EG_OK);
		enum eg_error_kind kind = eg_matchspec_merge(&run, &a, &b, &both);

		assert_int_equal(kind, cases[i].both ? EG_OK : EG_FORMAT);
		if (cases[i].both)
			assert_string_equal(eg_matchspec_str(run.arena, &both), cases[i].both);
		eg_recover(&run);
	}
	assert_int_equal(eg_matchspec_parse(&run, NULL, "a[build='^(?=.*_0)(?:cu.*)$']", &a), EG_OK);
	assert_true(eg_matchspec_match(run.arena, &a, &record));
	record.build = "cuda_1";
	assert_false(eg_matchspec_match(run.arena, &a, &record));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_equal_and_broken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_starts_with, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_version_specs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_match, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_canonical, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_forms, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_merge, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
