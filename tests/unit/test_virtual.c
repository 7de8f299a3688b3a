/* virtual packages: the machine, what overrides it, and what conda and mamba make of that */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "conda/virtual.h"

static const char *const variables[] = {"CONDA_OVERRIDE_CUDA", "CONDA_OVERRIDE_GLIBC", "CONDA_OVERRIDE_LINUX",
					"CONDA_OVERRIDE_ARCHSPEC"};

static int set_up(void **state)
{
	struct eg_run *run = calloc(1, sizeof(*run));

	run->arena = eg_arena_new(NULL);
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		unsetenv(variables[i]);
	*state = run;
	return 0;
}

static int tear_down(void **state)
{
	struct eg_run *run = *state;

	eg_arena_free(run->arena);
	free(run);
	return 0;
}

static void assert_virtual(struct eg_run *run, const struct eg_conda_config *config,
			   const struct eg_virtual_facts *facts, bool mamba, const char *expected)
{
	struct eg_conda_record **v;
	size_t n;
	const char *s = "";

	assert_int_equal(eg_conda_virtual(run, config, facts, mamba, &v, &n), EG_OK);
	for (size_t i = 0; i < n; i++) {
		assert_true(v[i]->virtual_package);
		s = eg_strf(run->arena, "%s%s%s=%s=%s", s, i ? " " : "", v[i]->name, v[i]->version, v[i]->build);
	}
	assert_string_equal(s, expected);
}

static const struct eg_conda_config plain = {.subdir = "linux-64"};
static const struct eg_virtual_facts gpu = {.cuda = "12.2", .glibc = "2.35", .linux_version = "6.1.0",
					    .archspec = "x86_64_v3", .conda_version = "26.7.1"};

static void a_machine_with_a_gpu(void **state)
{
	assert_virtual(*state, &plain, &gpu, false,
		       "__archspec=1=x86_64_v3 __conda=26.7.1=0 __cuda=12.2=0 __glibc=2.35=0 __linux=6.1.0=0 __unix=0=0");
	assert_virtual(*state, &plain, &gpu, true,
		       "__archspec=1=x86_64_v3 __cuda=12.2=0 __glibc=2.35=0 __linux=6.1.0=0 __unix=0=0");
}

static void nothing_is_known(void **state)
{
	struct eg_virtual_facts none = {0};
	struct eg_conda_config arm = {.subdir = "linux-aarch64"}, mac = {.subdir = "osx-arm64"};

	assert_virtual(*state, &plain, &none, false, "__archspec=1=x86_64 __linux=0=0 __unix=0=0");
	assert_virtual(*state, &arm, &none, false, "__archspec=1=aarch64 __linux=0=0 __unix=0=0");
	assert_virtual(*state, &mac, &gpu, true, "__archspec=1=x86_64_v3 __cuda=12.2=0 __unix=0=0");
}

static void variables_override(void **state)
{
	struct eg_virtual_facts given = gpu;

	setenv("CONDA_OVERRIDE_CUDA", " 11.8 ", 1);
	setenv("CONDA_OVERRIDE_GLIBC", "", 1);
	setenv("CONDA_OVERRIDE_LINUX", "", 1);
	setenv("CONDA_OVERRIDE_ARCHSPEC", "zen3", 1);
	assert_virtual(*state, &plain, &gpu, false, "__archspec=1=zen3 __conda=26.7.1=0 __cuda=11.8=0 __linux=0=0 __unix=0=0");
	setenv("CONDA_OVERRIDE_CUDA", "", 1);
	assert_virtual(*state, &plain, &gpu, true, "__archspec=1=zen3 __linux=0=0 __unix=0=0");
	given.given = true; /* --host outranks it */
	assert_virtual(*state, &plain, &given, true, "__archspec=1=zen3 __cuda=12.2=0 __linux=0=0 __unix=0=0");
}

static void configuration_overrides(void **state)
{
	struct eg_run *run = *state;
	struct eg_conda_config config = plain;

	eg_vec_push(run->arena, &config.override_virtual_packages, "cuda=");
	eg_vec_push(run->arena, &config.override_virtual_packages, "linux=5.10.2.1.7-generic");
	assert_virtual(run, &config, &gpu, false,
		       "__archspec=1=x86_64_v3 __conda=26.7.1=0 __glibc=2.35=0 __linux=5.10.2.1=0 __unix=0=0");
	setenv("CONDA_OVERRIDE_CUDA", "12.6", 1);
	assert_virtual(run, &config, &gpu, false,
		       "__archspec=1=x86_64_v3 __conda=26.7.1=0 __cuda=12.6=0 __glibc=2.35=0 __linux=5.10.2.1=0 __unix=0=0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_machine_with_a_gpu, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_is_known, set_up, tear_down),
		cmocka_unit_test_setup_teardown(variables_override, set_up, tear_down),
		cmocka_unit_test_setup_teardown(configuration_overrides, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
