/* Core metadata as pip reads it, legacy requirements included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ceilings.h"
#include "python/metadata.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static int run_setup(void **state)
{
	struct eg_run *run = calloc(1, sizeof(*run));

	run->arena = eg_arena_new(NULL);
	*state = run;
	return 0;
}

static int run_teardown(void **state)
{
	struct eg_run *run = *state;

	eg_arena_free(run->arena);
	free(run);
	return 0;
}

static struct eg_metadata parse(struct eg_run *run, const char *text)
{
	struct eg_metadata metadata;

	if (eg_metadata_parse(run, text, strlen(text), "test", &metadata))
		fail_msg("%s", run->error.message);
	return metadata;
}

static void all_fields_are_read(void **state)
{
	struct eg_metadata m = parse(*state, "Metadata-Version: 2.1\n"
					     "Name: torch\n"
					     "Version: 2.1.2+cu118\n"
					     "Summary: Tensors: and more\n"
					     "Classifier: Programming Language :: Python :: 3\n"
					     "Requires-Python: >=3.8.0\n"
					     "Requires-Dist: filelock\n"
					     "requires-dist: nvidia-cublas-cu12 (==12.1.3.1) ; platform_system == \"Linux\"\n"
					     "Provides-Extra: Opt_Einsum\n"
					     "Requires-Dist: opt-einsum >=3.3 ; extra == 'opt-einsum'\n"
					     "Version: 9\n"
					     "\n"
					     "Requires-Dist: not-this\n");

	assert_string_equal(m.metadata_version, "2.1");
	assert_string_equal(m.name, "torch");
	assert_string_equal(m.version, "2.1.2+cu118");
	assert_string_equal(m.requires_python, ">=3.8.0");
	assert_int_equal(m.n_requires_dist, 3);
	assert_string_equal(m.requires_dist[1].project, "nvidia-cublas-cu12");
	assert_int_equal(m.provides_extra.n, 1);
	assert_string_equal(m.provides_extra.v[0], "opt-einsum");
	assert_null(m.invalid);
	assert_null(m.assumed);
	assert_false(m.dynamic_requires);
	assert_false(m.static_requires);
}

static void the_header_may_be_odd(void **state)
{
	static const char *const cases[] = {
		"Name: a\nRequires-Dist: b>=1\n\nbody",
		"Name: a\nRequires-Dist: b>=1",
		"Name: a\r\nRequires-Dist: b>=1\r\n\r\nbody",
		"Name: a\rRequires-Dist: b>=1\r\rbody",
		"\xef\xbb\xbfName: a\nRequires-Dist: b>=1\n",
		"From x Mon\nName: a\nRequires-Dist: b>=1\n",
		"  continues nothing\nName: a\nRequires-Dist: b>=1\n",
		"Name:a\nRequires-Dist:\n  b>=1\n\t\nX: y\n",
		"NAME: a\nDescription: long\n        |and: folded\n\n        |not reached: x\nRequires-Dist: c\n",
		"Name: a\nAuthor: J\xf6rg \xff\nRequires-Dist: b>=1\nno field here\nRequires-Dist: c\n",
		"Name: a\n: nameless\nRequires-Dist: b>=1\nX y: z\nRequires-Dist: c\n",
		"Name: a\nRequires-Dist: b>=1\nKey\xc3\xa4: z\nRequires-Dist: c\n",
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_metadata m = parse(*state, cases[i]);
		size_t expected = strncmp(cases[i], "NAME", 4) ? 1 : 0;

		assert_string_equal(m.name, "a");
		if (m.n_requires_dist != expected)
			fail_msg("case %zu has %zu requirements", i, m.n_requires_dist);
		if (expected)
			assert_string_equal(eg_requirement_text(((struct eg_run *)*state)->arena, &m.requires_dist[0]), "b>=1");
		assert_null(m.version);
		assert_null(m.invalid);
	}
}

static void what_is_no_metadata_is_refused(void **state)
{
	static const char *const cases[] = {"", "\n", "<html>\nName: a\n", "Metadata-Version: 2.1\nVersion: 1\n", "\nName: a\n"};
	struct eg_run *run = *state;
	struct eg_metadata m = {.name = "untouched"};

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(eg_metadata_parse(run, cases[i], strlen(cases[i]), "x.whl", &m), EG_FORMAT);
		assert_string_equal(run->error.message, "metadata of 'x.whl' names no distribution");
		eg_recover(run);
	}
	char *large = calloc(1, EG_MAX_METADATA + 1);
	assert_int_equal(eg_metadata_parse(run, large, EG_MAX_METADATA + 1, "x.whl", &m), EG_LIMIT);
	eg_recover(run);
	free(large);
	assert_string_equal(m.name, "untouched");
}

static void what_an_sdist_says_may_be_trusted(void **state)
{
	static const struct {
		const char *text;
		bool dynamic, is_static;
	} cases[] = {
		{"Metadata-Version: 2.1\nName: a\n", false, false},
		{"Metadata-Version: 2.2\nName: a\n", false, true},
		{"Metadata-Version: 2.4\nName: a\nDynamic: License\n", false, true},
		{"Metadata-Version: 2.2\nName: a\nDynamic: requires-dist\n", true, false},
		{"Metadata-Version: 2.2\nName: a\nDynamic: Requires-Python\n", false, false},
		{"Metadata-Version: nonsense\nName: a\n", false, false},
		{"Name: a\n", false, false},
		{"Metadata-Version: 10.0\nName: a\n", false, true},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_metadata m = parse(*state, cases[i].text);

		assert_int_equal(m.dynamic_requires, cases[i].dynamic);
		assert_int_equal(m.static_requires, cases[i].is_static);
	}
}

/* What pip refuses since 24.1 and took before; the answers are those of packaging 21.3. */
static void legacy_requirements_are_invalid_but_kept(void **state)
{
	static const struct {
		const char *requirement, *yes, *no;
	} cases[] = {
		{"torch (>=1.9.*)", "1.9.0 1.9.0rc1 1.10 2.0 1.9.0+cu111", "1.8.1"},
		{"torchvision (>=0.7<0.9) ; os_name != 'x'", "0.7.0 0.10 1.0", "0.6.9"},
		{"protobuf (<=3.20.*,>=3.6.1)", "3.6.1 3.19.9", "3.20.0 3.20.3 4.0 3.5"},
		{"pytz (>dev)", "2020.1 0", ""},
		{"black (==22.3.0.)", "22.3.0 22.3", "22.3.0.1"},
		{"jupyter-core!=~5.0,>=4.12", "5.0 4.12", "4.11"},
		{"pyarrow>=4.0.*; extra == 'x'", "4.0.0 5", "3.9"},
		{"numpy\n  (>=1.19.*)", "1.19.0", "1.18"},
		{"foo==1.0-foo", "", "1.0 1.0.post1"},
		{"foo<1.0-1-x", "1.0 0.9", "1.1"},
		{"foo>=1.0-rc_x", "1.0 1.0rc1 1.1 1.0.post1", "1.0.dev1"},
		{"foo== 1.0-_", "", "1.0 1.0.post1"},
		{"foo>1.0__2", "1.0 1.1 1.0.post1 1.0a1", ""},
		{"foo<=2011k", "2010 2011", "2012 2011.1"},
	};
	struct eg_run *run = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_metadata m =
			parse(run, eg_strf(run->arena, "Name: a\nRequires-Dist: %s\nRequires-Dist: b\n", cases[i].requirement));

		if (!m.invalid)
			fail_msg("%s is invalid", cases[i].requirement);
		assert_int_equal(m.n_requires_dist, 2);
		for (int expected = 0; expected < 2; expected++) {
			char *save = NULL, *list = eg_strdup(run->arena, expected ? cases[i].yes : cases[i].no);

			for (char *w = strtok_r(list, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
				struct eg_version v;

				assert_true(eg_version_parse(run->arena, w, strlen(w), &v));
				if (eg_specset_contains(&m.requires_dist[0].spec, &v) != expected)
					fail_msg("%s for %s is %d", w, cases[i].requirement, expected);
			}
		}
	}
}

static void what_no_pip_takes_is_invalid_and_left_out(void **state)
{
	struct eg_metadata m = parse(*state, "Name: a\nRequires-Dist: b\nRequires-Dist: c ~=1.0.*\nRequires-Dist: d d\n");

	assert_int_equal(m.n_requires_dist, 1);
	assert_string_equal(m.invalid, "Requires-Dist: c ~=1.0.*: .* suffix can only be used with == or !=, at '~=1.0.*'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_fields_are_read),
		cmocka_unit_test(the_header_may_be_odd),
		cmocka_unit_test(what_is_no_metadata_is_refused),
		cmocka_unit_test(what_an_sdist_says_may_be_trusted),
		cmocka_unit_test(legacy_requirements_are_invalid_but_kept),
		cmocka_unit_test(what_no_pip_takes_is_invalid_and_left_out),
	};
	return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
