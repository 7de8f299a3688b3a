/* The command lines of conda, mamba and micromamba, and the files that they name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "place.h"
#include "tool_conda.h"
#include "words.h"

static enum eg_error_kind command(struct place *place, const char *line, struct eg_conda_request *ret)
{
	struct eg_strs words = {0};
	const char *why;

	eg_recover(&place->run);
	assert_true(eg_words_split(place->run.arena, line, &words, &why));
	return eg_conda_command(&place->run, words.v, words.n, ret);
}

static const char *joined(struct eg_arena *arena, const struct eg_strs *list)
{
	const char *text = "";

	for (size_t i = 0; i < list->n; i++)
		text = eg_strf(arena, "%s%s%s", text, i ? " | " : "", list->v[i]);
	return text;
}

static void test_commands(void **state)
{
	struct place *place = *state;
	static const struct {
		const char *line;
		enum eg_conda_tool tool;
		enum eg_conda_action action;
		const char *specs;
	} cases[] = {
		{"conda install -y pytorch=*=cuda* 'numpy <2'", EG_CONDA_CONDA, EG_CONDA_INSTALL, "pytorch=*=cuda* | numpy <2"},
		{"/opt/conda/bin/conda create -n x -c pytorch python=3.11", EG_CONDA_CONDA, EG_CONDA_CREATE, "python=3.11"},
		{"conda upgrade --all", EG_CONDA_CONDA, EG_CONDA_UPDATE, ""},
		{"conda uninstall a b", EG_CONDA_CONDA, EG_CONDA_REMOVE, "a | b"},
		{"conda --no-plugins install a", EG_CONDA_CONDA, EG_CONDA_INSTALL, "a"},
		{"mamba remove -f a", EG_CONDA_MAMBA, EG_CONDA_REMOVE, "a"},
		{"micromamba -n base install a", EG_CONDA_MICROMAMBA, EG_CONDA_INSTALL, "a"},
		{"mamba update -a", EG_CONDA_MAMBA, EG_CONDA_UPDATE, ""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct eg_conda_request request;

		if (command(place, cases[i].line, &request))
			fail_msg("%s: %s", cases[i].line, place->run.error.message);
		assert_int_equal(request.tool, cases[i].tool);
		assert_int_equal(request.action, cases[i].action);
		assert_string_equal(joined(place->run.arena, &request.specs), cases[i].specs);
	}
}

static void test_options(void **state)
{
	struct place *place = *state;
	struct eg_conda_request request;

	assert_int_equal(command(place, "conda install -c pytorch -c nvidia --override-channels --freeze-installed --no-pin "
				     "--strict-channel-priority -p /e --nosuch a", &request), EG_OK);
	assert_string_equal(joined(place->run.arena, &request.channels), "pytorch | nvidia");
	assert_true(request.override_channels && request.freeze_installed && request.no_pin &&
		    request.strict_channel_priority);
	assert_string_equal(request.prefix, "/e");
	assert_string_equal(joined(place->run.arena, &request.unknown_options), "--nosuch");
	assert_int_equal(command(place, "conda remove --force a", &request), EG_OK);
	assert_true(request.force_remove);
	assert_int_equal(command(place, "mamba install --channel-priority disabled --no-py-pin -r /r a", &request), EG_OK);
	assert_true(request.no_channel_priority && request.no_py_pin);
	assert_string_equal(request.root_prefix, "/r");
	assert_int_equal(command(place, "conda install --revision 3", &request), EG_OK);
	assert_int_equal(request.revision, 3);
	assert_int_equal(command(place, "conda create --clone a -n b", &request), EG_OK);
	assert_string_equal(request.clone, "a");
	assert_int_equal(command(place, "conda install --override-frozen --repodata-fn x.json -C a", &request), EG_OK);
	assert_true(request.override_frozen && request.use_index_cache);
	assert_string_equal(request.repodata_fns.v[0], "x.json");
	assert_int_equal(command(place, "mamba install --repodata-ttl 60 a", &request), EG_OK);
	assert_int_equal(request.repodata_ttl, 60);
	assert_int_equal(request.allow_downgrade, -1);
	assert_int_equal(command(place, "mamba install --no-allow-downgrade --allow-uninstall a", &request), EG_OK);
	assert_int_equal(request.allow_downgrade, 0);
	assert_int_equal(request.allow_uninstall, 1);
}

static void test_refused(void **state)
{
	struct place *place = *state;
	struct eg_conda_request request;

	assert_int_equal(command(place, "conda install", &request), EG_USAGE);
	assert_int_equal(command(place, "conda remove -n x", &request), EG_USAGE);
	assert_int_equal(command(place, "conda install -n", &request), EG_USAGE);
	assert_int_equal(command(place, "conda list", &request), EG_USAGE);
	assert_int_equal(command(place, "conda create --clone a -n b c", &request), EG_USAGE);
}

static void test_transactions(void **state)
{
	struct place *place = *state;
	const char *const install[] = {"conda", "install", "a", NULL}, *const help[] = {"conda", "install", "-h", NULL};
	const char *const list[] = {"conda", "list", NULL}, *const env[] = {"mamba", "env", "update", "-f", "x", NULL};
	const char *const other[] = {"condax", "install", "a", NULL};

	assert_true(eg_conda_is_transaction(place->run.arena, install, 3));
	assert_false(eg_conda_is_transaction(place->run.arena, help, 3));
	assert_false(eg_conda_is_transaction(place->run.arena, list, 2));
	assert_true(eg_conda_is_transaction(place->run.arena, env, 5));
	assert_false(eg_conda_is_transaction(place->run.arena, other, 3));
}

static void test_files(void **state)
{
	struct place *place = *state;
	struct eg_conda_request request;
	const char *yaml = place_file(place, "environment.yml",
				      "name: torch\nchannels: [pytorch, nodefaults]\ndependencies:\n  - python=3.11\n"
				      "  - pytorch::pytorch >=2\n  - pip:\n    - ftfy\n    - -r more.txt\n");
	const char *list = place_file(place, "specs.txt", "# a comment\n\n numpy <2 \npytorch\n");
	const char *explicit = place_file(place, "lock.txt",
					  "# platform: linux-64\n@EXPLICIT\nhttps://example.org/c/linux-64/a-1-0.conda#00\n");
	struct eg_arena *arena = place->run.arena;

	assert_int_equal(command(place, eg_strf(arena, "conda env create -f %s", yaml), &request), EG_OK);
	assert_true(request.env_file);
	assert_string_equal(request.name, "torch");
	assert_string_equal(joined(arena, &request.channels), "pytorch | nodefaults");
	assert_string_equal(joined(arena, &request.specs), "python=3.11 | pytorch::pytorch >=2");
	assert_string_equal(joined(arena, &request.pip), "ftfy | -r more.txt");
	assert_int_equal(command(place, eg_strf(arena, "conda install --file %s scipy", list), &request), EG_OK);
	assert_string_equal(joined(arena, &request.specs), "scipy | numpy <2 | pytorch");
	assert_int_equal(command(place, eg_strf(arena, "mamba create -n x -f %s", explicit), &request), EG_OK);
	assert_string_equal(joined(arena, &request.explicit_urls), "https://example.org/c/linux-64/a-1-0.conda#00");
	place_file(place, "broken.yml", "a: [b\n");
	assert_int_equal(command(place, eg_strf(arena, "conda env create -f %s/broken.yml", place->dir), &request), EG_FORMAT);
	assert_int_equal(command(place, "conda env create -f /nowhere.yml", &request), EG_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_commands, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_options, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_refused, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_transactions, place_set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(test_files, place_set_up, place_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
