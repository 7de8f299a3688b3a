/* the tables of facts: whole, asked, and replaced by newer files */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "gpu_facts_files.h"
#include "place.h"

static void every_table_compiled_in_is_whole(void **state)
{
	struct place *place = *state;

	for (size_t i = 0; i < EG_N_FACTS; i++) {
		struct eg_fact_rows rows = {0};
		const char *problem = eg_facts_parse(place->run.arena, &eg_table_kinds[i], eg_table_kinds[i].compiled, &rows);
		if (problem)
			fail_msg("rules/data/%s.json: %s", eg_table_kinds[i].name, problem);
		assert_true(rows.n > 0);
	}
}

/* A table of one row. */
static char *document(struct eg_arena *arena, const char *table, const char *retrieved, const char *row)
{
	return eg_strf(arena,
		       "{\"table\": \"%s\", \"about\": \"a test\", \"retrieved\": \"%s\", "
		       "\"sources\": {\"here\": \"this test\"}, \"rows\": [%s]}",
		       table, retrieved, row);
}

static void what_is_wrong_is_said_with_its_row(void **state)
{
	static const struct {
		const char *table, *retrieved, *row, *problem;
	} files[] = {
		{"driver", "2027-01-01", "{\"cuda\": \"12\", \"driver\": \"525\", \"source\": \"here\"}", NULL},
		{"driver", "2027-01-01", "{\"cuda\": \"12.x\", \"driver\": \"525\", \"source\": \"here\"}",
		 "row 1: 'cuda' is no short version like \"12.1\": 12.x"},
		{"driver", "2027-01-01", "{\"cuda\": 12, \"driver\": \"525\", \"source\": \"here\"}",
		 "row 1: 'cuda' is no short version like \"12.1\""},
		{"driver", "2027-01-01", "{\"cuda\": \"12\", \"source\": \"here\"}", "row 1: 'driver' is missing"},
		{"driver", "2027-01-01", "{\"cuda\": \"12\", \"driver\": \"\", \"source\": \"here\"}",
		 "row 1: 'driver' is no text"},
		{"driver", "2027-01-01", "{\"cuda\": \"12\", \"driver\": \"525\"}", "row 1: 'source' is missing"},
		{"driver", "2027-01-01", "{\"cuda\": \"12\", \"driver\": \"525\", \"source\": \"there\"}",
		 "row 1: 'sources' has no 'there'"},
		{"driver", "2027-01-01",
		 "{\"cuda\": \"12\", \"driver\": \"525\", \"source\": \"here\", \"kernel\": \"6\"}",
		 "row 1: there is no column 'kernel'"},
		{"driver", "2027-01-01",
		 "{\"cuda\": \"12\", \"driver\": \"525\", \"source\": \"here\", \"secondary\": false}",
		 "row 1: 'secondary' is there, but not true"},
		{"driver", "2027-01-01", "12", "row 1: no object"},
		{"driver", "2027-01-01", "", "'rows' is no list with something in it"},
		{"driver", "soon", "12", "'retrieved' is no date like \"2026-11-20\""},
		{"drivers", "2027-01-01", "12", "'table' is 'drivers', which is no table of facts"},
		{"shared-files", "2027-01-01", "{\"folder\": \"x\", \"names\": \"x\", \"source\": \"here\"}",
		 "row 1: 'names' is no list"},
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct eg_arena *arena = place->run.arena;
		struct eg_fact_rows rows;
		const char *text = document(arena, files[i].table, files[i].retrieved, files[i].row);
		const char *problem = eg_facts_parse(arena, NULL, text, &rows);
		if (files[i].problem)
			assert_string_equal(problem, files[i].problem);
		else
			assert_null(problem);
	}
}

static const char newer_row[] = "{\"cuda\": \"12\", \"driver\": \"999.1\", \"source\": \"here\"}";

/* The driver for CUDA 12, by tables read anew. */
static const char *driver_for_12(struct place *place)
{
	struct eg_facts facts;

	assert_int_equal(eg_facts_load(&place->run, &facts), EG_OK);
	return eg_facts_driver(&facts, (struct eg_cuda){12, 4})->driver;
}

static void a_newer_file_takes_the_place_of_a_table(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;

	setenv("XDG_CONFIG_HOME", place_path(place, "config"), 1);
	unsetenv("ENVGUARD_FACTS");
	assert_string_equal(driver_for_12(place), "525.60.13");
	place_file(place, "config/envguard/facts/driver.json", document(arena, "driver", "2027-01-01", newer_row));
	assert_string_equal(driver_for_12(place), "999.1");
	assert_int_equal(place->run.notes.n, 0);

	/* what the environment names outranks it, and speaks of its own table only */
	char *named = place_file(place, "named.json",
				 document(arena, "driver", "2027-01-02",
					  "{\"cuda\": \"12\", \"driver\": \"777\", \"source\": \"here\"}"));
	setenv("ENVGUARD_FACTS", named, 1);
	assert_string_equal(driver_for_12(place), "777");
	place_file(place, "named.json",
		   document(arena, "numpy", "2027-01-02", "{\"name\": \"torch\", \"from\": \"2.3\", \"source\": \"here\"}"));
	assert_string_equal(driver_for_12(place), "999.1");
	assert_int_equal(place->run.notes.n, 0);
	unsetenv("ENVGUARD_FACTS");
}

static void a_broken_or_older_file_gives_way(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;

	setenv("XDG_CONFIG_HOME", place_path(place, "config"), 1);
	unsetenv("ENVGUARD_FACTS");
	place_file(place, "config/envguard/facts/driver.json", document(arena, "driver", "2020-01-01", newer_row));
	assert_string_equal(driver_for_12(place), "525.60.13");
	assert_true(place_noted(place, "driver.json are not used: it is of 2020-01-01, and the table compiled in is of"));
	place_file(place, "config/envguard/facts/driver.json", "{\"table\": ");
	assert_string_equal(driver_for_12(place), "525.60.13");
	assert_true(place_noted(place, "driver.json are not used: no JSON object"));
	place_file(place, "config/envguard/facts/driver.json",
		   document(arena, "numpy", "2027-01-02", "{\"name\": \"torch\", \"from\": \"2.3\", \"source\": \"here\"}"));
	assert_string_equal(driver_for_12(place), "525.60.13");
	assert_true(place_noted(place, "driver.json are not used: 'table' is 'numpy', not driver"));
	setenv("ENVGUARD_FACTS", place_path(place, "missing"), 1);
	assert_string_equal(driver_for_12(place), "525.60.13");
	assert_true(place_noted(place, "missing (ENVGUARD_FACTS) are not used: it cannot be read"));
	unsetenv("ENVGUARD_FACTS");
}

static void tables_answer(void **state)
{
	struct place *place = *state;
	struct eg_facts facts;

	setenv("XDG_CONFIG_HOME", place_path(place, "none"), 1);
	assert_int_equal(eg_facts_load(&place->run, &facts), EG_OK);
	/* the release as measured before its series by the scripts */
	assert_non_null(strstr(eg_facts_kernels(&facts, "2.8.0", (struct eg_cuda){12, 8}, false)->source, "libtorch_python"));
	assert_string_equal(eg_facts_kernels(&facts, "2.8.0", (struct eg_cuda){12, 6}, false)->torch, "2.8");
	assert_null(eg_facts_kernels(&facts, "2.8.0", (struct eg_cuda){9, 0}, false));
	assert_string_equal(eg_facts_conda_kernels(&facts, "2.5.1", (struct eg_cuda){12, 1}, "pytorch")->torch, "2.5.1");
	assert_null(eg_facts_conda_kernels(&facts, "2.5.1", (struct eg_cuda){12, 1}, "conda-forge"));

	assert_int_equal(eg_facts_branch(&facts, "535.183.01")->cuda.minor, 2);
	assert_int_equal(eg_facts_branch(&facts, "536.40")->cuda.minor, 2);
	assert_null(eg_facts_branch(&facts, "390.157"));

	assert_string_equal(eg_facts_gpu(&facts, (struct eg_cuda){6, 1})->family, "Pascal");
	assert_int_equal(eg_facts_gpu(&facts, (struct eg_cuda){6, 1})->last_cuda.major, 12);
	assert_null(eg_facts_gpu(&facts, (struct eg_cuda){1, 0}));

	assert_string_equal(eg_facts_forward_compat(&facts, "NVIDIA A100-SXM4-40GB")->allowed, "yes");
	assert_string_equal(eg_facts_forward_compat(&facts, "Tesla V100-PCIE-16GB")->allowed, "yes");
	assert_string_equal(eg_facts_forward_compat(&facts, "NVIDIA GeForce GTX 1080")->allowed, "no");
	assert_string_equal(eg_facts_forward_compat(&facts, "NVIDIA RTX A6000")->allowed, "select");
	assert_null(eg_facts_forward_compat(&facts, "something else"));

	assert_int_equal(eg_facts_tensorflow(&facts, "2.11.1")->cuda.minor, 2);
	assert_null(eg_facts_tensorflow(&facts, "99.1"));
	assert_string_equal(eg_facts_jax(&facts, "0.5.3", 12)->min_cudnn, "9.1");
	assert_string_equal(eg_facts_jax(&facts, "0.12.0.1", 13)->driver, "580");
	assert_null(eg_facts_jax(&facts, "0.5.3", 13));
	assert_int_equal(eg_facts_onnxruntime(&facts, "1.22.0")->cuda.major, 12);
	assert_string_equal(eg_facts_conda_selector(&facts, "cpuonly")->picks, "cpu");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_table_compiled_in_is_whole, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_said_with_its_row, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(a_newer_file_takes_the_place_of_a_table, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(a_broken_or_older_file_gives_way, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(tables_answer, place_set_up, place_tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
