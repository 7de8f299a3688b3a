/* host facts: the file of --host, and what this machine says */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "file.h"
#include "host.h"

static struct eg_run run;
static char path[] = "/tmp/test_host.XXXXXX";

static int setup(void **state)
{
	(void)state;
	run = (struct eg_run){.arena = eg_arena_new(NULL)};
	int fd = mkstemp(path);
	close(fd);
	return fd < 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	eg_arena_free(run.arena);
	return 0;
}

static enum eg_error_kind read_text(const char *text, struct eg_host *ret)
{
	eg_recover(&run);
	assert_int_equal(eg_file_write(&run, path, text, strlen(text), 0600), EG_OK);
	return eg_host_read(&run, path, ret);
}

static void a_whole_file_is_read(void **state)
{
	struct eg_host host;

	(void)state;
	assert_int_equal(read_text("{\"driver\": \"535.183.01\", \"cuda\": \"12.2\", \"platform\": \"linux-64\",\n"
				   " \"gpus\": [{\"name\": \"NVIDIA A100\", \"compute_capability\": \"8.0\"}, {}],\n"
				   " \"jetpack\": null, \"glibc\": \"2.35\", \"something\": \"newer\"}",
				   &host),
			 EG_OK);
	assert_string_equal(host.driver, "535.183.01");
	assert_string_equal(host.cuda, "12.2");
	assert_string_equal(host.platform, "linux-64");
	assert_string_equal(host.glibc, "2.35");
	assert_null(host.jetpack);
	assert_int_equal(host.n_gpus, 2);
	assert_string_equal(host.gpus[0].name, "NVIDIA A100");
	assert_int_equal(host.gpus[0].capability[0], 8);
	assert_int_equal(host.gpus[0].capability[1], 0);
	assert_int_equal(host.gpus[1].capability[0], 0);
	assert_true(host.given);
}

static void an_empty_object_is_a_host_without_a_driver(void **state)
{
	struct eg_host host;

	(void)state;
	assert_int_equal(read_text("{}", &host), EG_OK);
	assert_null(host.driver);
	assert_int_equal(host.n_gpus, 0);
}

static void mistakes_name_file_and_place(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"", "line 1: no JSON"},
		{"{\n\"driver\": \"535\",\n}", "line 3: no JSON"},
		{"[]", "are an object"},
		{"{\"driver\": 535}", "'driver' is neither text nor null"},
		{"{\"driver\": \"new\"}", "'driver' is no version number: 'new'"},
		{"{\"driver\": \"535.\"}", "'driver' is no version number"},
		{"{\"driver\": \"99999999999.1\"}", "'driver' is no version number"},
		{"{\"gpus\": {}}", "'gpus' is no list"},
		{"{\"gpus\": [1]}", "'gpus[0]' is no object"},
		{"{\"gpus\": [{}, {\"compute_capability\": \"8\"}]}", "'gpus[1].compute_capability' wants two numbers"},
		{"{\"gpus\": [{\"compute_capability\": 8.0}]}", "'gpus[0].compute_capability' is neither text nor null"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct eg_host host = {.driver = "untouched"};
		assert_int_equal(read_text(rows[i].text, &host), EG_FORMAT);
		assert_non_null(strstr(run.error.message, path));
		if (!strstr(run.error.message, rows[i].says))
			fail_msg("'%s' does not say '%s'", run.error.message, rows[i].says);
		assert_string_equal(host.driver, "untouched");
	}
}

static void a_driver_tells_its_cuda(void **state)
{
	struct eg_host host;

	(void)state;
	assert_int_equal(read_text("{\"driver\": \"535.183.01\"}", &host), EG_OK);
	assert_string_equal(host.cuda, "12.2");
	assert_int_equal(read_text("{\"driver\": \"535.183.01\", \"cuda\": \"12.1\"}", &host), EG_OK);
	assert_string_equal(host.cuda, "12.1");
	/* what is said to be unknown stays so */
	assert_int_equal(read_text("{\"driver\": \"535.183.01\", \"cuda\": null}", &host), EG_OK);
	assert_null(host.cuda);
	/* a branch that nobody has seen, and one that is older than all */
	assert_int_equal(read_text("{\"driver\": \"465.19.01\"}", &host), EG_OK);
	assert_null(host.cuda);
	assert_int_equal(read_text("{\"driver\": \"100.1\"}", &host), EG_OK);
	assert_null(host.cuda);
}

static void a_file_that_is_not_there_is_an_io_error(void **state)
{
	struct eg_host host;

	(void)state;
	eg_recover(&run);
	assert_int_equal(eg_host_read(&run, "/nowhere/host.json", &host), EG_IO);
	assert_non_null(strstr(run.error.message, "/nowhere/host.json"));
}

static void this_machine_has_a_platform_and_a_libc(void **state)
{
	static const struct eg_probe glance = {.depth = EG_PROBE_FILES};
	struct eg_host host;

	(void)state;
	eg_recover(&run);
	eg_host_probe(&run, &glance, &host);
	assert_int_equal(run.error.kind, EG_OK);
	assert_false(host.given);
	assert_memory_equal(host.platform, "linux-", 6);
	assert_int_equal(host.glibc[0], '2');
	if (host.driver)
		assert_non_null(strchr(host.driver, '.'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_file_is_read),
		cmocka_unit_test(an_empty_object_is_a_host_without_a_driver),
		cmocka_unit_test(mistakes_name_file_and_place),
		cmocka_unit_test(a_driver_tells_its_cuda),
		cmocka_unit_test(a_file_that_is_not_there_is_an_io_error),
		cmocka_unit_test(this_machine_has_a_platform_and_a_libc),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
