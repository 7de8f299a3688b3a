/* addresses that are fetched from elsewhere */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "mirrors.h"

static void the_longest_prefix_wins(void **state)
{
	struct eg_run run = {.arena = eg_arena_new(NULL)};

	(void)state;
	assert_null(eg_mirror_of(&run, "https://a.org/whl"));
	assert_int_equal(eg_mirrors_add(&run, NULL), EG_OK);
	assert_int_equal(eg_mirrors_add(&run, " \t"), EG_OK);
	assert_null(run.mirrors);
	assert_int_equal(eg_mirrors_add(&run, "https://A.org/whl/=file:///srv/whl/ https://a.org/whl/cu118=http://b.org/x"),
			 EG_OK);
	assert_int_equal(eg_mirrors_add(&run, "https://c.org=https://d.org/q=https"), EG_OK);
	assert_string_equal(eg_mirror_of(&run, "https://a.org/whl"), "file:///srv/whl");
	assert_string_equal(eg_mirror_of(&run, "https://me:x@a.ORG/whl/torch/?a=b"), "file:///srv/whl/torch/?a=b");
	assert_string_equal(eg_mirror_of(&run, "https://a.org/whl/cu118/torch/"), "http://b.org/x/torch/");
	assert_string_equal(eg_mirror_of(&run, "https://a.org/whl/cu1180"), "file:///srv/whl/cu1180");
	assert_string_equal(eg_mirror_of(&run, "https://c.org/Z"), "https://d.org/q=https/Z");
	assert_null(eg_mirror_of(&run, "https://a.org/whl2"));
	assert_null(eg_mirror_of(&run, "http://a.org/whl"));
	assert_string_equal(eg_mirror_public(&run, "http://b.org/x/t.whl"), "https://a.org/whl/cu118/t.whl");
	assert_string_equal(eg_mirror_public(&run, "http://b.org/xy"), "http://b.org/xy");
	eg_arena_free(run.arena);
}

static void what_is_no_pair_is_said(void **state)
{
	static const char *const bad[] = {"x", "a=b", "https://a.org", "https://a.org=", "=https://a.org", "https://a.org=b.org",
					  "file:///a=https://b.org", "https://a.org=file://host/a", "https://a.org=file:a",
					  "https://a.org=ftp://b.org", "https://me:s3cret@a.org", "https://a.org=//b.org"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct eg_run run = {.arena = eg_arena_new(NULL)};

		assert_int_equal(eg_mirrors_add(&run, bad[i]), EG_USAGE);
		assert_null(run.mirrors);
		assert_null(strstr(run.error.message, "s3cret"));
		eg_arena_free(run.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_prefix_wins),
		cmocka_unit_test(what_is_no_pair_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
