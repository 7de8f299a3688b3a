/* conda-meta/history in the formats of a dozen years, as conda and as mamba read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "conda/history.h"
#include "conda/python_list.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define HEAD     "==> 2024-01-01 00:00:00 <==\n"
#define RUN      HEAD "# cmd: /opt/conda/bin/conda install x\n"

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

/* "name: spec; …" in the order of first mention, or "stops" */
static const char *read(struct eg_arena *arena, const char *text, bool mamba)
{
	struct eg_run run = {.arena = arena};
	struct eg_map specs;
	const char *words = "";

	if ((mamba ? eg_mamba_history : eg_conda_history)(&run, text, &specs))
		return "stops";
	for (size_t i = 0; i < specs.n; i++)
		if (specs.v[i].value)
			words = eg_strf(arena, "%s%s%s: %s", words, *words ? "; " : "", specs.v[i].key,
					(const char *)specs.v[i].value);
	return words;
}

static void test_conda(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{"", ""},
		{RUN "# update specs: ['numpy', \"scipy[version='>=1']\"]\n",
		 "numpy: numpy; scipy: scipy[version='>=1']"},
		/* before 4.5: one line of commas */
		{RUN "# install specs: python>=3.5.1,jupyter >=1.0.0,<2.0,matplotlib\n",
		 "python: python>=3.5.1; jupyter: jupyter >=1.0.0,<2.0; matplotlib: matplotlib"},
		{RUN "# install specs: a >=1,<2,b\n", "a: a >=1,<2; b: b"},
		/* a blank after the comma is no name, and conda stops */
		{RUN "# install specs: a, b\n", "stops"},
		{RUN "# install specs: a[version=1]\n", "stops"},
		/* written by Python 2 */
		{RUN "# create specs: [u'python=2.7', u'numpy']\n", "python: python=2.7; numpy: numpy"},
		{RUN "#update specs:['a']\n", "a: a"},
		{RUN "# updatespecs: ['a']\n", "a: a"},
		{RUN "# update specs : ['a']\n", ""},
		{RUN "# specs: ['a']\n", ""},
		{RUN "# revert specs: ['a']\n", ""},
		/* features were asked for like that */
		{RUN "# install specs: ['mkl@', 'a']\n", "a: a"},
		/* the last word counts, neutered ones after all */
		{RUN "# update specs: ['a=1', 'b']\n" RUN "# update specs: ['a=2']\n" RUN "# remove specs: ['b']\n",
		 "a: a=2"},
		{RUN "# neutered specs: ['a']\n# update specs: ['a=1']\n", "a: a"},
		{RUN "# update specs: ['a=1']\n# update specs: ['b']\n", "b: b"},
		{RUN "# update specs: ['a=1']\n# update specs: []\n", "a: a=1"},
		{RUN "# remove specs: ['a']\n# update specs: ['a']\n", "a: a"},
		/* no command, no request */
		{HEAD "# update specs: ['a']\n", ""},
		{HEAD "# cmd:\n# update specs: ['a']\n", ""},
		{"# update specs: ['a']\n" RUN, ""},
		{"==><==\n# cmd: x\n# update specs: ['a']\n", ""},
		{"\t==> x <== more\r\n  # cmd: x\r\n# update specs: ['a']\r\n", "a: a"},
		{RUN "# create specs: x 1.0,y=2=0\n" RUN "# uninstall specs: x\n", "y: y=2=0"},
		{RUN "# install specs: \n# update specs: x\n", "x: x"},
		{RUN "# update specs: ['conda-forge::x[build=\\'a*\\']']\n", "x: conda-forge::x[build='a*']"},
		{"no history at all", ""},
		{RUN "# update specs: ['a'\n", "stops"},
		{RUN "# update specs: ['a..b']\n", "stops"},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(read(*state, cases[i].text, false), cases[i].expected);
}

static void test_mamba(void **state)
{
	static const struct {
		const char *text, *expected;
	} cases[] = {
		{RUN "# update specs: [\"numpy\", \"scipy[version=\\\">=1\\\"]\"]\n",
		 "numpy: numpy; scipy: scipy[version=\">=1\"]"},
		/* what is not quoted is not seen, and the command does not matter */
		{RUN "# update specs: numpy,scipy\n", ""},
		{HEAD "# update specs: ['a']\n", "a: a"},
		{"# update specs: ['a']\n", "a: a"},
		{RUN "# update specs: ['a']\n# update specs: ['b']\n", "b: b"},
		{RUN "# update specs: ['a']\n" RUN "# remove specs: ['a']\n", ""},
		{RUN "# update specs: ['a\n", "stops"},
		{RUN "# update specs: ['a\\'b']\n", "stops"},
		{RUN "# update specs: ['a']\nno colon\n# nor here\n", "a: a"},
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(read(*state, cases[i].text, true), cases[i].expected);
}

static const char *at_revision(struct eg_arena *arena, const char *text, size_t n)
{
	struct eg_run run = {.arena = arena};
	struct eg_strs packages = {0};
	const char *words = "";
	bool found;

	if (eg_conda_history_state(&run, text, n, &packages, &found))
		return "stops";
	for (size_t i = 0; i < packages.n; i++)
		words = eg_strf(arena, "%s%s%s", words, i ? " " : "", packages.v[i]);
	return found ? words : "none";
}

static void test_states(void **state)
{
	/* whole states are how conda began */
	const char *text = HEAD "a-1-0\nb-1-0\n" HEAD "+c-1-0\n-a-1-0\n" HEAD "# cmd: x\n" HEAD "+d-1-0\n";

	assert_string_equal(at_revision(*state, text, 0), "a-1-0 b-1-0");
	assert_string_equal(at_revision(*state, text, 1), "b-1-0 c-1-0");
	assert_string_equal(at_revision(*state, text, 2), "");
	assert_string_equal(at_revision(*state, text, 3), "d-1-0");
	assert_string_equal(at_revision(*state, text, 4), "none");
	assert_string_equal(at_revision(*state, HEAD "+a-1-0\n" HEAD "+b-1-0\nc-1-0\n", 0), "stops");
}

static void test_python_lists(void **state)
{
	static const struct {
		const char *text, *expected; /* joined with "|"; NULL: none */
	} cases[] = {
		{"[]", ""},
		{"[ 'a' , \"b\" , ]", "a|b"},
		{"['a' 'b']", "ab"},
		{"['it\\'s', \"\\x41\\n\"]", "it's|A\n"},
		{"[r'a\\b', u'c']", "a\\b|c"},
		{"['a\\qb']", "a\\qb"},
		{"['a'] # why", "a"},
		{"[", NULL},
		{"['a", NULL},
		{"['a'", NULL},
		{"['a'] b", NULL},
		{"[,]", NULL},
		{"[1]", NULL},
		{"['a',,'b']", NULL},
		{"('a',)", NULL},
		{"['\\xZZ']", NULL},
		{"['\\x4", NULL},
		{"['\\", NULL},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct eg_strs list = {0};
		const char *words = "";

		assert_int_equal(eg_python_list(*state, cases[i].text, &list), cases[i].expected != NULL);
		for (size_t j = 0; j < list.n; j++)
			words = eg_strf(*state, "%s%s%s", words, j ? "|" : "", list.v[j]);
		if (cases[i].expected)
			assert_string_equal(words, cases[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conda),
		cmocka_unit_test(test_mamba),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_python_lists),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
