/* regcomp and regfree as the program has them: a pattern that is kept is still the right one */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <regex.h>
#include <cmocka.h>

static void assert_matches(const regex_t *regex, const char *yes, const char *no)
{
	assert_int_equal(regexec(regex, yes, 0, NULL, 0), 0);
	assert_int_equal(regexec(regex, no, 0, NULL, 0), REG_NOMATCH);
}

static void one_after_the_other(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++) {
		regex_t regex;

		assert_int_equal(regcomp(&regex, i / 2 % 2 ? "^.*cpu$" : "^.*cuda$", REG_EXTENDED | REG_NOSUB), 0);
		assert_matches(&regex, i / 2 % 2 ? "h_cpu" : "h_cuda", i / 2 % 2 ? "h_cuda" : "h_cpu");
		regfree(&regex);
	}
}

static void one_within_another(void **state)
{
	regex_t outer, inner, again;

	(void)state;
	assert_int_equal(regcomp(&outer, "^a$", REG_EXTENDED), 0);
	assert_int_equal(regcomp(&inner, "^b$", REG_EXTENDED), 0);
	assert_int_equal(regcomp(&again, "^b$", REG_EXTENDED), 0);
	regfree(&inner);
	assert_matches(&outer, "a", "b");
	assert_matches(&again, "b", "a");
	regfree(&outer);
	assert_matches(&again, "b", "a");
	regfree(&again);
}

static void other_flags_are_another_pattern(void **state)
{
	regex_t regex;

	(void)state;
	assert_int_equal(regcomp(&regex, "^a$", REG_EXTENDED), 0);
	regfree(&regex);
	assert_int_equal(regcomp(&regex, "^a$", REG_EXTENDED | REG_ICASE), 0);
	assert_matches(&regex, "A", "b");
	regfree(&regex);
	assert_int_not_equal(regcomp(&regex, "(", REG_EXTENDED), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(one_within_another),
		cmocka_unit_test(other_flags_are_another_pattern),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
