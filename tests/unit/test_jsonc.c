/* JSON with comments: what is read, and where what is wrong is said to stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ceilings.h"
#include "jsonc.h"
#include "place.h"

static struct eg_json_fault fault;

static struct eg_json *parse(struct place *place, const char *text)
{
	return eg_jsonc_parse(place->run.arena, eg_strdup(place->run.arena, text), strlen(text), &fault);
}

static void comments_and_commas_do_not_matter(void **state)
{
	const struct eg_json *root = parse(*state, "// first\n{ /* a \"key\" */ \"a\": [1, true, null, \"//no\", ],\n"
						   "  \"b\\u00e9\": {\"x\": \"/*no*/\",}, // last\n}\n");

	assert_non_null(root);
	assert_int_equal(root->kind, EG_JSON_OBJECT);
	const struct eg_json *a = eg_json_member(root, "a"), *b = eg_json_member(root, "bé");
	assert_int_equal(a->n, 4);
	assert_string_equal(a->v[0]->text, "1");
	assert_true(a->v[1]->truth);
	assert_int_equal(a->v[2]->kind, EG_JSON_NULL);
	assert_string_equal(a->v[3]->text, "//no");
	assert_string_equal(eg_json_member(b, "x")->text, "/*no*/");
	assert_null(eg_json_member(b, "y"));
}

static void each_value_knows_its_place(void **state)
{
	const struct eg_json *root = parse(*state, "{\n  /* one\n     two */ \"a\":\n\t[ 7,\n  \"x\" ] }");
	const struct eg_json *a = eg_json_member(root, "a");

	assert_int_equal(a->line, 3);
	assert_int_equal(a->column, 13);
	assert_int_equal(a->at_line, 4);
	assert_int_equal(a->at_column, 2);
	assert_int_equal(a->v[0]->line, 4);
	assert_int_equal(a->v[0]->column, 4);
	assert_int_equal(a->v[1]->line, 5);
	assert_int_equal(a->v[1]->column, 3);
}

static void assert_fault(struct place *place, const char *text, int line, int column, const char *part)
{
	assert_null(parse(place, text));
	assert_non_null(strstr(fault.message, part));
	assert_int_equal(fault.line, line);
	assert_int_equal(fault.column, column);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
	assert_fault(*state, "", 1, 1, "");
	assert_fault(*state, "// only this\n", 2, 1, "");
	assert_fault(*state, "{\"a\": 1 /* …", 1, 9, "does not end");
	assert_fault(*state, "{\"a\": 1,\n \"a\": 2}", 2, 2, "line 1");
	assert_fault(*state, "{\"a\": 1}\n{}", 2, 1, "trailing");
	assert_fault(*state, "{\"a\": \"x\\u0000y\"}", 1, 7, "NUL");
	assert_null(parse(*state, "{,}"));
	assert_null(parse(*state, "[1,,2]"));
	assert_null(parse(*state, "[1"));
	assert_null(parse(*state, "{\"a\" 1}"));
	assert_null(parse(*state, "\"\xff\""));
}

static void there_are_ceilings(void **state)
{
	struct place *place = *state;
	char *deep = eg_alloc(place->run.arena, 2 * EG_MAX_POLICY_DEPTH + 8);
	char *wide = eg_alloc(place->run.arena, 2 * EG_MAX_POLICY_VALUES + 8);

	memset(deep, '[', EG_MAX_POLICY_DEPTH + 1);
	memset(deep + EG_MAX_POLICY_DEPTH + 1, ']', EG_MAX_POLICY_DEPTH + 1);
	assert_null(parse(place, deep));
	assert_non_null(strstr(fault.message, "levels"));
	wide[0] = '[';
	for (size_t i = 0; i < EG_MAX_POLICY_VALUES; i++)
		memcpy(wide + 1 + 2 * i, "1,", 2);
	wide[2 * EG_MAX_POLICY_VALUES] = ']';
	assert_null(parse(place, wide));
	assert_non_null(strstr(fault.message, "values"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comments_and_commas_do_not_matter, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(each_value_knows_its_place, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_told_with_its_place, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(there_are_ceilings, place_set_up, place_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
