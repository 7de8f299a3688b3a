/* the list that a tool hands over, and the plan that it is */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "python/pip_given.h"

static struct eg_run run;
static struct eg_interpreter interpreter = {.version = "3.11.7", .python = {3, 11, 7}};

static int setup(void **state)
{
	(void)state;
	run = (struct eg_run){.arena = eg_arena_new(NULL)};
	for (int i = 0; i < EG_N_MARKER_VARIABLES; i++)
		interpreter.markers.value[i] = "";
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	eg_arena_free(run.arena);
	return 0;
}

static enum eg_error_kind read_text(const char *text, struct eg_transaction *ret)
{
	return eg_transaction_read(&run, text, strlen(text), ret);
}

static struct eg_dist *dist(const char *name, const char *version)
{
	struct eg_dist *d = EG_NEW(run.arena, struct eg_dist);

	d->project = d->name = name;
	d->path = "/nowhere";
	eg_version_parse(run.arena, version, strlen(version), &d->version);
	return d;
}

static struct eg_plan plan_of(const char *text)
{
	struct eg_dist *dists[] = {dist("torch", "2.4.1+cu121"), dist("numpy", "1.26.4")};
	struct eg_installed installed = {.v = dists, .n = 2};
	struct eg_transaction transaction;
	struct eg_plan plan = {0};

	assert_int_equal(read_text(text, &transaction), EG_OK);
	eg_pip_given(&run, &transaction, &interpreter, &installed, &plan);
	return plan;
}

#define HEAD "{\"schema\": \"envguard.transaction/1\", \"tool\": \"pip\", \"command\": [\"pip\", \"install\", \"foo\"], "

static void a_list_becomes_a_plan(void **state)
{
	(void)state;
	struct eg_plan plan = plan_of(HEAD "\"requested\": [\"foo[x]>=1\"], \"indexes\": [\"https://u:p@i.example/simple\"], "
					   "\"packages\": ["
					   "{\"name\": \"Foo\", \"version\": \"1.0\", \"requested\": true, \"extras\": [\"x\"],"
					   " \"requires\": [\"bar; extra == 'x'\", \"never; extra == 'y'\"]},"
					   "{\"name\": \"bar\", \"version\": \"2.0\", \"requires\": [\"torch>=2.14\"]},"
					   "{\"name\": \"torch\", \"version\": \"2.15.0\", \"replaces\": true}]}");

	assert_int_equal(plan.status, EG_SOLVED);
	assert_int_equal(plan.n_changes, 3);
	assert_string_equal(plan.indexes.v[0], "https://i.example/simple");
	const struct eg_change *torch = &plan.changes[2];
	assert_int_equal(torch->action, EG_UPGRADE);
	assert_string_equal(torch->from->version, "2.4.1+cu121");
	assert_false(torch->requested);
	assert_int_equal(torch->why.n, 3);
	assert_string_equal(torch->why.v[0], "foo 1.0");
	assert_string_equal(torch->why.v[1], "bar 2.0");
	assert_string_equal(torch->why.v[2], "torch>=2.14");
	assert_true(plan.changes[1].requested);
	assert_int_equal(plan.changes[1].to->requires.n, 1);
	assert_int_equal(plan.n_after, 4);
}

static void what_is_not_replaced_is_installed_anew(void **state)
{
	(void)state;
	struct eg_plan plan = plan_of(HEAD "\"packages\": [{\"name\": \"torch\", \"version\": \"2.15.0\"}]}");

	assert_int_equal(plan.changes[0].action, EG_INSTALL);
	assert_null(plan.changes[0].from);
}

static void names_are_removed_where_they_are_installed(void **state)
{
	(void)state;
	struct eg_plan plan = plan_of("{\"schema\": \"envguard.transaction/1\", \"tool\": \"pip\", \"action\": \"uninstall\", "
				      "\"command\": [\"pip\"], \"requested\": [\"Torch>=2\", \"missing\"], \"packages\": []}");

	assert_int_equal(plan.n_changes, 1);
	assert_int_equal(plan.changes[0].action, EG_REMOVE);
	assert_string_equal(plan.changes[0].why.v[0], "torch");
	assert_int_equal(plan.n_after, 1);
}

static void a_list_that_is_not_told_is_not_an_empty_one(void **state)
{
	(void)state;
	struct eg_transaction transaction;

	assert_int_equal(read_text(HEAD "\"packages\": null}", &transaction), EG_OK);
	assert_false(transaction.known);
	assert_int_equal(read_text(HEAD "\"packages\": []}", &transaction), EG_OK);
	assert_true(transaction.known);
}

static void what_is_no_transaction_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "{", "[]", "{\"schema\": \"envguard.plan/1\"}",
		"{\"schema\": \"envguard.transaction/1\", \"command\": [\"pip\"]}",
		"{\"schema\": \"envguard.transaction/1\", \"tool\": \"pip\", \"command\": []}",
		HEAD "\"packages\": [{\"name\": \"foo\"}]}",
		HEAD "\"packages\": [{\"name\": \"\", \"version\": \"1\"}]}",
		HEAD "\"packages\": [7]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct eg_transaction transaction;
		eg_recover(&run);
		assert_int_equal(read_text(texts[i], &transaction), EG_FORMAT);
		assert_non_null(run.error.message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_list_becomes_a_plan, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_not_replaced_is_installed_anew, setup, teardown),
		cmocka_unit_test_setup_teardown(names_are_removed_where_they_are_installed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_list_that_is_not_told_is_not_an_empty_one, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_transaction_is_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
