/* levels and verdicts: what scenarios cannot make a real tool plan, and the rules' list itself */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "judge.h"

enum { MAX = 8 };

static struct eg_run run;

/* An environment before and after, as eg_judge wants it: filled in the order of the names. */
static struct eg_package before[MAX], after[MAX];
static struct eg_package *before_list[MAX], *after_list[MAX];
static struct eg_change changes[MAX];
static struct eg_plan plan;
static struct eg_host host;
static struct eg_judgement judgement;

static int setup(void **state)
{
	(void)state;
	run = (struct eg_run){.arena = eg_arena_new(NULL)};
	plan = (struct eg_plan){.tool = "pip", .changes = changes, .before = before_list, .after = after_list};
	host = (struct eg_host){.platform = "linux-64"};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	eg_arena_free(run.arena);
	return 0;
}

/* NAME goes from one version to another; NULL: it is not there. */
static void goes(const char *name, const char *from, const char *to, bool requested)
{
	struct eg_package *old = NULL, *new = NULL;

	if (from) {
		old = before_list[plan.n_before] = &before[plan.n_before];
		*old = (struct eg_package){.name = name, .version = from};
		plan.n_before++;
	}
	if (to) {
		new = after_list[plan.n_after] = &after[plan.n_after];
		*new = (struct eg_package){.name = name, .version = to};
		plan.n_after++;
	}
	if (from && to && !strcmp(from, to)) {
		after_list[plan.n_after - 1] = old;
		return;
	}
	changes[plan.n_changes++] = (struct eg_change){
		.action = !from ? EG_INSTALL : !to ? EG_REMOVE : EG_UPGRADE,
		.requested = requested,
		.from = old,
		.to = new,
	};
}

static const struct eg_finding *finding_of(const char *rule)
{
	for (size_t i = 0; i < judgement.n_findings; i++)
		if (!strcmp(judgement.findings[i].rule, rule))
			return &judgement.findings[i];
	return NULL;
}

static void judge(void)
{
	eg_judge(&run, &plan, &host, NULL, &judgement);
}

static void a_framework_is_removed_unasked(void **state)
{
	(void)state;
	goes("torch", "2.4.1+cu121", NULL, false);
	judge();
	assert_int_equal(judgement.verdict, EG_VERDICT_BLOCK);
	assert_int_equal(finding_of("framework-removed")->level, EG_BLOCK);
}

static void a_cpu_build_may_go(void **state)
{
	(void)state;
	goes("torch", "2.4.1+cpu", NULL, false);
	judge();
	assert_int_equal(judgement.verdict, EG_ALLOW);
}

static void cuda_becomes_rocm_unasked(void **state)
{
	(void)state;
	goes("torch", "2.4.1+cu121", "2.4.1+rocm6.0", false);
	judge();
	assert_int_equal(finding_of("variant-changed")->level, EG_BLOCK);
	assert_string_equal(finding_of("variant-changed")->hold.v[0], "torch==2.4.1+cu121");
}

static void cpu_becomes_cuda_unasked(void **state)
{
	(void)state;
	goes("torch", "2.4.1+cpu", "2.4.1+cu121", false);
	judge();
	assert_int_equal(judgement.verdict, EG_VERDICT_WARN);
}

static void the_gravest_comes_first(void **state)
{
	(void)state;
	host.driver = "470.223.02";
	goes("numpy", "1.26.4", "2.1.0", false);
	goes("torch", "2.2.2+cu118", "2.2.2+cu121", false);
	judge();
	assert_int_equal(judgement.n_findings, 3);
	assert_string_equal(judgement.findings[0].rule, "driver-too-old");
	assert_string_equal(judgement.findings[1].rule, "variant-changed");
	assert_string_equal(judgement.findings[2].rule, "numpy-abi");
}

static void what_did_not_run_before_still_must_not_come(void **state)
{
	(void)state;
	host.driver = "470.223.02";
	goes("torch", "2.4.0+cu121", "2.4.1+cu121", true);
	judge();
	assert_int_equal(finding_of("driver-too-old")->level, EG_BLOCK);
}

static void a_driver_that_lacks_is_mended(void **state)
{
	(void)state;
	host.driver = "470.223.02";
	goes("torch", "2.4.1+cu121", "2.4.1+cu118", false);
	judge();
	assert_int_equal(finding_of("variant-changed")->level, EG_INFO);
	assert_int_equal(judgement.verdict, EG_ALLOW);
}

static void each_cuda_10_has_a_driver_of_its_own(void **state)
{
	(void)state;
	host.driver = "418.87.00";
	goes("torch", NULL, "1.12.1", true); /* CUDA 10.2 */
	judge();
	assert_int_equal(finding_of("driver-too-old")->level, EG_BLOCK);
}

static void what_was_read_in_a_copy_only_warns(void **state)
{
	struct eg_gpu gpu = {.name = "Tesla V100", .capability = {7, 0}};

	(void)state;
	host = (struct eg_host){.driver = "570.00", .gpus = &gpu, .n_gpus = 1, .platform = "linux-64"};
	goes("torch", NULL, "2.7.1+cu128", true);
	judge();
	assert_int_equal(finding_of("no-kernels")->level, EG_WARN);
}

static void ptx_helps_a_gpu_that_is_newer(void **state)
{
	struct eg_gpu gpu = {.name = "from the future", .capability = {13, 0}};

	(void)state;
	host = (struct eg_host){.driver = "600.00", .gpus = &gpu, .n_gpus = 1, .platform = "linux-64"};
	goes("torch", NULL, "2.9.0+cu130", true);
	judge();
	assert_null(finding_of("no-kernels"));
}

static void a_label_of_another_torch_does_not_fit(void **state)
{
	(void)state;
	goes("torch-scatter", "2.1.2+pt24cu121", "2.1.2+pt24cu121", false);
	goes("torch", "2.4.1+cu121", "2.5.1+cu121", false);
	judge();
	assert_string_equal(finding_of("companion-mismatch")->package, "torch-scatter");
}

static void nothing_is_said_where_nothing_matters(void **state)
{
	(void)state;
	host.driver = "580.00";
	goes("requests", "2.0", "3.0", false);
	goes("torch", "2.4.1+cu121", "2.4.1+cu121", false);
	judge();
	assert_int_equal(judgement.n_findings, 0);
	assert_int_equal(judgement.verdict, EG_ALLOW);
}

static void the_list_is_complete_and_without_doubles(void **state)
{
	(void)state;
	for (size_t i = 0; eg_rules[i]; i++) {
		assert_non_null(eg_rules[i]->check);
		assert_non_null(eg_rules[i]->help);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(eg_rules[i]->id, eg_rules[k]->id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_framework_is_removed_unasked, setup, teardown),
		cmocka_unit_test_setup_teardown(a_cpu_build_may_go, setup, teardown),
		cmocka_unit_test_setup_teardown(cuda_becomes_rocm_unasked, setup, teardown),
		cmocka_unit_test_setup_teardown(cpu_becomes_cuda_unasked, setup, teardown),
		cmocka_unit_test_setup_teardown(the_gravest_comes_first, setup, teardown),
		cmocka_unit_test_setup_teardown(what_did_not_run_before_still_must_not_come, setup, teardown),
		cmocka_unit_test_setup_teardown(a_driver_that_lacks_is_mended, setup, teardown),
		cmocka_unit_test_setup_teardown(each_cuda_10_has_a_driver_of_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_read_in_a_copy_only_warns, setup, teardown),
		cmocka_unit_test_setup_teardown(ptx_helps_a_gpu_that_is_newer, setup, teardown),
		cmocka_unit_test_setup_teardown(a_label_of_another_torch_does_not_fit, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_is_said_where_nothing_matters, setup, teardown),
		cmocka_unit_test(the_list_is_complete_and_without_doubles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
