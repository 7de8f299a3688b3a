/* the solver's own process: what it answers, and what becomes of one that does not end or breaks down */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "conda/solver_child.h"
#include "place.h"

static struct eg_conda_record left_behind = {.name = "a", .version = "1", .build = "0"};

static void answers(void *context, struct eg_solver_outcome *ret)
{
	struct eg_run *run = context;
	struct eg_solver_problem problem = {.kind = EG_PROBLEM_REQUIRES, .text = "why", .source = &left_behind, .dep = "b >=1"};

	eg_vec_push(run->arena, &ret->removed, &left_behind);
	eg_vec_push(run->arena, &ret->problems, problem);
}

static void loops(void *context, struct eg_solver_outcome *ret)
{
	volatile bool more = true;

	(void)context;
	(void)ret;
	while (more)
		;
}

static void breaks_down(void *context, struct eg_solver_outcome *ret)
{
	(void)context;
	(void)ret;
	_exit(3);
}

static void an_answer(void **state)
{
	struct place *place = *state;
	struct eg_solver_outcome outcome;

	assert_int_equal(eg_solver_child(&place->run, answers, &place->run, &outcome), EG_OK);
	assert_int_equal(outcome.removed.n, 1);
	assert_ptr_equal(outcome.removed.v[0], &left_behind);
	assert_string_equal(outcome.problems.v[0].text, "why");
	assert_string_equal(outcome.problems.v[0].dep, "b >=1");
	assert_int_equal(outcome.facts.n, 0);
}

static void no_end(void **state)
{
	struct place *place = *state;
	struct eg_solver_outcome outcome;
	int64_t start = eg_now_ms();

	place->run.deadline = start + 1000;
	assert_int_equal(eg_solver_child(&place->run, loops, NULL, &outcome), EG_TIMEOUT);
	assert_non_null(strstr(place->run.error.message, "did not come to an end"));
	assert_true(eg_now_ms() - start < 60000);
}

static void no_answer(void **state)
{
	struct place *place = *state;
	struct eg_solver_outcome outcome;

	assert_int_equal(eg_solver_child(&place->run, breaks_down, NULL, &outcome), EG_BUG);
	assert_non_null(strstr(place->run.error.message, "broke down"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_answer, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(no_end, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(no_answer, place_set_up, place_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
