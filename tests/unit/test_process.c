/* programs that are started and listened to */
#include <setjmp.h>
#include <signal.h>
#include <unistd.h>
#include <stdlib.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "process.h"

static enum eg_error_kind shell(struct eg_run *run, const char *script, int64_t timeout_ms, size_t max,
				struct eg_answer *ret)
{
	const char *const argv[] = {"/bin/sh", "-c", script, NULL};
	const struct eg_process process = {.argv = argv, .timeout_ms = timeout_ms, .max = max};

	return eg_process_run(run, &process, ret);
}

static int setup(void **state)
{
	static struct eg_run run;

	run = (struct eg_run){.arena = eg_arena_new(NULL)};
	*state = &run;
	return 0;
}

static int teardown(void **state)
{
	struct eg_run *run = *state;

	eg_arena_free(run->arena);
	return 0;
}

static void answers_are_kept_apart(void **state)
{
	struct eg_answer answer;

	assert_int_equal(shell(*state, "cat; echo out; echo wrong >&2; echo >&2; exit 3", 10000, 1000, &answer), EG_OK);
	assert_string_equal(answer.out, "out\n");
	assert_int_equal(answer.n, 4);
	assert_string_equal(answer.err, "wrong");
	assert_int_equal(answer.status, 3);
}

static void signal_is_told(void **state)
{
	struct eg_answer answer;

	assert_int_equal(shell(*state, "kill -9 $$", 10000, 1000, &answer), EG_OK);
	assert_int_equal(answer.status, -9);
}

static void much_standard_error_does_not_block(void **state)
{
	struct eg_answer answer;

	assert_int_equal(shell(*state, "seq 200000 >&2; echo done", 10000, 1000, &answer), EG_OK);
	assert_string_equal(answer.out, "done\n");
	assert_string_equal(answer.err + strlen(answer.err) - 6, "200000");
}

static void slow_program_ends_with_its_children(void **state)
{
	struct eg_run *run = *state;
	struct eg_answer answer;
	int64_t start = eg_now_ms();

	assert_int_equal(shell(run, "sleep 30 & sleep 30; echo late", 100, 1000, &answer), EG_TIMEOUT);
	assert_in_range(eg_now_ms() - start, 100, 5000);
	assert_non_null(strstr(run->error.message, "/bin/sh"));
}

static void closed_output_does_not_hide_a_slow_program(void **state)
{
	struct eg_answer answer;

	assert_int_equal(shell(*state, "exec >&- 2>&-; sleep 30", 100, 1000, &answer), EG_TIMEOUT);
}

static void spent_budget_starts_nothing(void **state)
{
	struct eg_run *run = *state;
	struct eg_answer answer;

	run->deadline = eg_now_ms() - 1;
	assert_int_equal(shell(run, "true", 10000, 1000, &answer), EG_TIMEOUT);
}

static void long_answer_is_refused(void **state)
{
	struct eg_answer answer;

	assert_int_equal(shell(*state, "yes", 10000, 100000, &answer), EG_LIMIT);
}

static void missing_program_is_an_error(void **state)
{
	const char *const argv[] = {"/nonexistent/program", NULL};
	const struct eg_process process = {.argv = argv, .timeout_ms = 1000, .max = 10};
	struct eg_answer answer;

	if (getenv("EG_UNDER_VALGRIND"))
		skip(); /* there posix_spawn does not tell */
	assert_int_equal(eg_process_run(*state, &process, &answer), EG_IO);
}

static void say_and_hang(void *ctx)
{
	dprintf(1, "%s\n", (const char *)ctx);
	for (;;)
		pause();
}

static void say_and_crash(void *ctx)
{
	dprintf(1, "%s\n", (const char *)ctx);
	raise(SIGSEGV);
}

static struct eg_process call(void (*function)(void *), bool partial)
{
	static const char *const name[] = {"a function", NULL};
	static char word[] = "hello";

	return (struct eg_process){
		.argv = name, .call = function, .ctx = word, .timeout_ms = 200, .max = 1000, .partial = partial};
}

static void what_was_said_in_time_can_be_the_answer(void **state)
{
	const struct eg_process process = call(say_and_hang, true);
	struct eg_run *run = *state;
	struct eg_answer answer;

	assert_int_equal(eg_process_run(run, &process, &answer), EG_OK);
	assert_string_equal(answer.out, "hello\n");
	assert_true(answer.late);
	assert_int_equal(run->error.kind, EG_OK);
}

static void a_function_that_hangs_is_ended(void **state)
{
	const struct eg_process process = call(say_and_hang, false);
	struct eg_answer answer;

	assert_int_equal(eg_process_run(*state, &process, &answer), EG_TIMEOUT);
}

static void a_function_that_crashes_takes_only_its_process_along(void **state)
{
	const struct eg_process process = call(say_and_crash, true);
	struct eg_answer answer;

	assert_int_equal(eg_process_run(*state, &process, &answer), EG_OK);
	assert_string_equal(answer.out, "hello\n");
	assert_int_equal(answer.status, -SIGSEGV);
	assert_false(answer.late);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_are_kept_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(signal_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(much_standard_error_does_not_block, setup, teardown),
		cmocka_unit_test_setup_teardown(slow_program_ends_with_its_children, setup, teardown),
		cmocka_unit_test_setup_teardown(closed_output_does_not_hide_a_slow_program, setup, teardown),
		cmocka_unit_test_setup_teardown(spent_budget_starts_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(long_answer_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_said_in_time_can_be_the_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(a_function_that_hangs_is_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(a_function_that_crashes_takes_only_its_process_along, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_program_is_an_error, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
