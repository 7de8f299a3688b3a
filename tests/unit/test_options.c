/* the option-table engine: optparse's rules, configuration, words, URLs in text */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "fileurl.h"
#include "options.h"
#include "words.h"

struct values {
	int upgrade, isolation, count, retries;
	double timeout;
	const char *target, *strategy, *cert;
	struct eg_strs requirements;
};

#define AT(field) .offset = offsetof(struct values, field)

static const struct eg_option rows[] = {
	{"upgrade", 'U', .kind = EG_OPT_TRUE, AT(upgrade)},
	{"upgrade-strategy", 0, .kind = EG_OPT_CHOICE, AT(strategy), .choices = "only-if-needed eager"},
	{"no-build-isolation", 0, .kind = EG_OPT_FALSE, AT(isolation)},
	{"verbose", 'v', .kind = EG_OPT_COUNT, AT(count)},
	{"requirement", 'r', .kind = EG_OPT_LIST, AT(requirements)},
	{"require-hashes", 0, .kind = EG_OPT_NOTHING},
	{"target", 't', .kind = EG_OPT_TEXT, AT(target)},
	{"cert", 0, .kind = EG_OPT_PATH, AT(cert)},
	{"timeout", 0, .kind = EG_OPT_FLOAT, AT(timeout)},
	{"retries", 0, .kind = EG_OPT_INT, AT(retries)},
	{"group", 0, .kind = EG_OPT_TEXT, AT(target), .since = eg_release(25, 1)},
	{"install-option", 0, .kind = EG_OPT_SKIP, .until = eg_release(23, 1)},
};

static struct eg_run run;
static struct values values;
static struct eg_strs arguments, unknown;

static int setup(void **state)
{
	(void)state;
	run = (struct eg_run){.arena = eg_arena_new(NULL)};
	values = (struct values){.isolation = 1};
	arguments = unknown = (struct eg_strs){0};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	eg_arena_free(run.arena);
	return 0;
}

static struct eg_option_table table_of(int release)
{
	return (struct eg_option_table){rows, sizeof(rows) / sizeof(*rows), release, true};
}

static enum eg_error_kind parse(int release, const char *line)
{
	struct eg_option_context context = {.run = &run};
	struct eg_option_table table = table_of(release);
	struct eg_strs argv = {0};
	const char *why;

	assert_true(eg_words_split(run.arena, line, &argv, &why));
	return eg_options_parse(&context, &table, argv.v, argv.n, &values, &arguments, &unknown);
}

static void long_short_combined_and_interspersed(void **state)
{
	(void)state;
	assert_int_equal(parse(0, "torch -vUvra.txt --requirement=b.txt --requirem c.txt -t d ./x --no-build-isolation "
				  "--timeout 2.5 --retries=7 -- -notanoption"), EG_OK);
	assert_int_equal(values.upgrade, 1);
	assert_int_equal(values.count, 2);
	assert_int_equal(values.isolation, 0);
	assert_int_equal(values.retries, 7);
	assert_true(values.timeout > 2.4 && values.timeout < 2.6);
	assert_int_equal(values.requirements.n, 3);
	assert_string_equal(values.requirements.v[0], "a.txt");
	assert_string_equal(values.requirements.v[2], "c.txt");
	assert_string_equal(values.target, "d");
	assert_int_equal(arguments.n, 3);
	assert_string_equal(arguments.v[2], "-notanoption");
	assert_int_equal(unknown.n, 0);
}

static void a_dash_alone_and_an_empty_word_are_arguments(void **state)
{
	(void)state;
	assert_int_equal(parse(0, "- ''"), EG_OK);
	assert_int_equal(arguments.n, 2);
}

static void abbreviations_must_be_of_one_option(void **state)
{
	(void)state;
	assert_int_equal(parse(0, "--upgrade"), EG_OK); /* exact, though another begins so */
	assert_int_equal(parse(0, "--requirem x"), EG_OK);
	assert_int_equal(parse(0, "--require x"), EG_USAGE);
	assert_non_null(strstr(run.error.message, "ambiguous"));
}

static void mistakes_are_refused(void **state)
{
	static const char *const lines[] = {"--target", "-t", "--upgrade=yes", "--upgrade-strategy=no", "--retries=x",
					    "--retries=99999999999999", "--timeout soon"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		eg_recover(&run);
		assert_int_equal(parse(0, lines[i]), EG_USAGE);
		assert_non_null(run.error.message);
	}
}

static void options_of_other_releases_take_their_value_with_them(void **state)
{
	(void)state;
	assert_int_equal(parse(eg_release(24, 0), "a --group dev b --new --other=x -Z c"), EG_OK);
	assert_int_equal(arguments.n, 3);
	assert_int_equal(unknown.n, 4);
	assert_string_equal(unknown.v[0], "--group");
	assert_string_equal(unknown.v[2], "--other");
	assert_string_equal(unknown.v[3], "-Z");
	assert_null(values.target);
	arguments.n = unknown.n = 0;
	assert_int_equal(parse(0, "a --install-option --x b --group g"), EG_OK);
	assert_int_equal(arguments.n, 2);
	assert_string_equal(unknown.v[0], "--install-option");
	assert_string_equal(values.target, "g");
}

static enum eg_error_kind configure(const char *key, const char *value)
{
	struct eg_option_context context = {.run = &run, .where = "pip.conf, line 2"};
	struct eg_option_table table = table_of(0);

	return eg_options_configure(&context, &table, key, value, &values);
}

static void configuration_sets_what_the_field_is(void **state)
{
	(void)state;
	assert_int_equal(configure("upgrade", "On"), EG_OK);
	assert_int_equal(values.upgrade, 1);
	/* pip puts the word into build_isolation as it is: "no-build-isolation = true" leaves it on */
	assert_int_equal(configure("no-build-isolation", "true"), EG_OK);
	assert_int_equal(values.isolation, 1);
	assert_int_equal(configure("no-build-isolation", "0"), EG_OK);
	assert_int_equal(values.isolation, 0);
	assert_int_equal(configure("requirement", "\na.txt\n  b.txt c.txt"), EG_OK);
	assert_int_equal(values.requirements.n, 3);
	assert_int_equal(configure("requirement", "d.txt"), EG_OK);
	assert_int_equal(values.requirements.n, 1);
	assert_int_equal(configure("verbose", "3"), EG_OK);
	assert_int_equal(values.count, 3);
	assert_int_equal(configure("nothing-known", "x"), EG_OK);
	assert_int_equal(configure("upgrade", "maybe"), EG_USAGE);
	assert_non_null(strstr(run.error.message, "(pip.conf, line 2)"));
}

static void paths_are_expanded(void **state)
{
	(void)state;
	setenv("HOME", "/home/someone", 1);
	assert_int_equal(parse(0, "--cert ~/ca.pem"), EG_OK);
	assert_string_equal(values.cert, "/home/someone/ca.pem");
	assert_string_equal(eg_expand_home(run.arena, "~other/x"), "~other/x");
}

static void words_are_split_as_by_a_shell(void **state)
{
	struct eg_strs words = {0};
	const char *why = NULL;

	(void)state;
	assert_true(eg_words_split(run.arena, " a\\ b 'c \"d' \"e \\\" \\f\"g '' ", &words, &why));
	assert_int_equal(words.n, 4);
	assert_string_equal(words.v[0], "a b");
	assert_string_equal(words.v[1], "c \"d");
	assert_string_equal(words.v[2], "e \" \\fg");
	assert_string_equal(words.v[3], "");
	assert_false(eg_words_split(run.arena, "'open", &words, &why));
	assert_string_equal(why, "no closing quotation");
	assert_false(eg_words_split(run.arena, "a\\", &words, &why));
}

static void urls_and_paths(void **state)
{
	struct eg_arena *a = run.arena;

	(void)state;
	assert_string_equal(eg_path_to_url(a, "/a b/c+d/../e.whl"), "file:///a%20b/e.whl");
	assert_string_equal(eg_url_to_path(a, "file:///a%20b/e.whl#egg=x"), "/a b/e.whl");
	assert_string_equal(eg_url_to_path(a, "file://localhost/x"), "/x");
	assert_null(eg_url_to_path(a, "file://elsewhere/x"));
	assert_null(eg_url_to_path(a, "https://example.org/x"));
	assert_string_equal(eg_url_scheme(a, "Git+HTTPS://x"), "git+https");
	assert_null(eg_url_scheme(a, "name @ https://x"));
	assert_string_equal(eg_text_public(a, "x @ git+https://u:p@ss@example.org/r@v1 ; a"),
			    "x @ git+https://example.org/r@v1 ; a");
	assert_string_equal(eg_text_public(a, "--index-url=https://token@h/simple"), "--index-url=https://h/simple");
	assert_string_equal(eg_text_public(a, "https://h/a@b"), "https://h/a@b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(long_short_combined_and_interspersed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_dash_alone_and_an_empty_word_are_arguments, setup, teardown),
		cmocka_unit_test_setup_teardown(abbreviations_must_be_of_one_option, setup, teardown),
		cmocka_unit_test_setup_teardown(mistakes_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(options_of_other_releases_take_their_value_with_them, setup, teardown),
		cmocka_unit_test_setup_teardown(configuration_sets_what_the_field_is, setup, teardown),
		cmocka_unit_test_setup_teardown(paths_are_expanded, setup, teardown),
		cmocka_unit_test_setup_teardown(words_are_split_as_by_a_shell, setup, teardown),
		cmocka_unit_test_setup_teardown(urls_and_paths, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
