/* conda-meta/history as conda's History reads it, old formats among them */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "conda/history.h"
#include "place.h"

#define HEAD "==> 2020-01-01 00:00:00 <==\n"

static const char *joined(struct place *place, const struct eg_strs *list)
{
	const char *text = "";

	for (size_t i = 0; i < list->n; i++)
		text = eg_strf(place->run.arena, "%s%s%s", text, i ? " | " : "", list->v[i]);
	return text;
}

/* What History.get_requested_specs_map of conda 26.7.1 makes of each, with python, numpy, x and y installed. */
static void requests(void **state)
{
	static const struct {
		const char *text, *expected;
	} histories[] = {
		{"", ""},
		{"no history at all", ""},
		{"# cmd: conda create python\n# update specs: ['python']\n", ""}, /* before the first revision */
		{HEAD "# cmd: conda create\n# update specs: [\"python=3.9\", 'numpy >=1.2,<2']\n", "python=3.9 | numpy >=1.2,<2"},
		{HEAD "# update specs: ['python']\n", ""}, /* nobody asked for it */
		{HEAD "# cmd: \n# update specs: ['python']\n", ""},
		{HEAD "# cmd: conda create\n# update specs: ['gone']\n", ""},
		/* conda before 4.5 */
		{HEAD "# cmd: conda install\n# install specs: python>=3.5.1,x >=1.0.0,<2.0,numpy\n",
		 "python>=3.5.1 | x >=1.0.0,<2.0 | numpy"},
		{HEAD "# cmd: conda create\n# create specs: x 1.0,y=2=0\n" HEAD "# cmd: conda uninstall x\n# uninstall specs: x\n",
		 "y=2=0"},
		{HEAD "# cmd: conda install\n# install specs: \n# update specs: x\n", "x"},
		{HEAD "# cmd: conda install\n# update specs: ['x']\n# update specs: []\n", "x"},
		{HEAD "# cmd: conda install\n# update specs: ['x', 'y@']\n", "x"},
		{HEAD "# cmd: conda install\n# update specs: ['x']\n# update specs: ['y']\n", "y"}, /* one line counts */
		{HEAD "# cmd: conda install\n# update specs: ['x=1']\n# neutered specs: ['x']\n", "x"},
		{HEAD "# cmd: conda install\n# update specs: ['x']\n# remove specs: ['x']\n", "x"}, /* removed first */
		{HEAD "#cmd:conda\n#update specs:['x']\r\n", "x"},
		{HEAD "# cmd: conda install\n# update specs: ['conda-forge::x[build=\\'a*\\']']\n", "conda-forge::x[build='a*']"},
	};
	struct place *place = *state;
	static const char *const names[] = {"python", "numpy", "x", "y"};
	struct eg_map installed = {.arena = place->run.arena};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		eg_map_put(&installed, names[i], place);
	for (size_t i = 0; i < sizeof(histories) / sizeof(*histories); i++) {
		struct eg_strs specs = {0};
		size_t revisions;

		eg_conda_history(&place->run, eg_strdup(place->run.arena, histories[i].text), &installed, &specs, &revisions);
		assert_string_equal(joined(place, &specs), histories[i].expected);
	}
}

/* A revision that lists no differences is the whole state, as conda 3 and 4.0 began their histories. */
static void states(void **state)
{
	static const char text[] = HEAD "python-3.9-0\nx-1-0\n" HEAD "# cmd: conda update\n-x-1-0\n+x-2-0\n" HEAD "y-1-0\n";
	static const char *const expected[] = {"python-3.9-0 | x-1-0", "python-3.9-0 | x-2-0", "y-1-0"};
	struct place *place = *state;

	for (size_t i = 0; i < 4; i++) {
		struct eg_strs dists = {0};
		bool found = eg_conda_history_state(&place->run, eg_strdup(place->run.arena, text), i, &dists);

		assert_int_equal(found, i < 3);
		if (found)
			assert_string_equal(joined(place, &dists), expected[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(requests, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(states, place_set_up, place_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
