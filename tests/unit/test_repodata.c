/* conda repodata: what is read of a channel, and what becomes of broken ones */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "conda/repodata.h"
#include "file.h"

struct place {
	struct eg_run run;
	char dir[32];
	struct eg_conda_config config;
	struct eg_channel channel;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	place->run.arena = eg_arena_new(NULL);
	strcpy(place->dir, "/tmp/eg-repodata-XXXXXX");
	*state = place;
	if (!mkdtemp(place->dir))
		return -1;
	place->config = (struct eg_conda_config){.subdir = "linux-64", .channel_alias = "https://example.org"};
	place->channel = (struct eg_channel){.name = "demo", .url = eg_strf(place->run.arena, "file://%s/demo", place->dir)};
	return setenv("ENVGUARD_CACHE_DIR", eg_strf(place->run.arena, "%s/cache", place->dir), 1);
}

static int tear_down(void **state)
{
	struct place *place = *state;
	int rc = system(eg_strf(place->run.arena, "rm -rf '%s'", place->dir));

	eg_arena_free(place->run.arena);
	free(place);
	return rc;
}

static void write_file(struct place *place, const char *name, const char *text)
{
	char *path = eg_strf(place->run.arena, "%s/demo/%s", place->dir, name);
	char *dir = eg_strndup(place->run.arena, path, (size_t)(strrchr(path, '/') - path));

	assert_int_equal(eg_mkdirs(&place->run, dir), EG_OK);
	assert_int_equal(eg_file_write(&place->run, path, text, strlen(text), 0644), EG_OK);
}

static enum eg_error_kind load(struct place *place, const char *name, struct eg_conda_universe *ret)
{
	struct eg_strs names = {0};

	eg_vec_push(place->run.arena, &names, name);
	return eg_conda_universe_load(&place->run, eg_cache_open(&place->run), NULL, &place->config, &place->channel, 1,
				      &names, ret);
}

/* The file names of a subdir's records, in their order. */
static const char *files(struct place *place, const struct eg_subdir *subdir)
{
	const char *result = "";

	for (size_t i = 0; i < subdir->n_records; i++)
		result = eg_strf(place->run.arena, "%s%s%s", result, i ? " " : "", subdir->records[i]->fn);
	return result;
}

#define RECORD(fn, name, version, more) \
	"\"" fn "\": {\"name\": \"" name "\", \"version\": \"" version "\", \"build\": \"0\"" more "}"

static const char demo[] =
	"{\"info\": {\"subdir\": \"linux-64\"}, \"packages\": {"
	RECORD("a-1-0.tar.bz2", "a", "1", ", \"depends\": [\"b >=1\"]") ","
	RECORD("a-2-0.tar.bz2", "a", "2", "") ","
	RECORD("stray-1-0.tar.bz2", "stray", "1", "") "},"
	"\"packages.conda\": {"
	RECORD("a-2-0.conda", "a", "2", ", \"depends\": [\"c\", \"demo::D[version='>1']\", \"__cuda\"], \"timestamp\": 1700000000123,"
	       "\"sha256\": \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\", \"size\": 7,"
	       "\"build_number\": 3, \"noarch\": \"python\", \"constrains\": [\"x <1\"], \"track_features\": \"f g\"") ","
	RECORD("b-1-0.conda", "b", "1", "") ","
	RECORD("c-1-0.conda", "c", "1", ", \"depends\": [\"a\"]") ","
	RECORD("d-1-0.conda", "d", "1", "") "},"
	"\"removed\": []}";

static void names_that_are_reached_in_the_order_of_the_channel(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_file(place, "linux-64/repodata.json", demo);
	write_file(place, "noarch/repodata.json", "{\"packages\": {" RECORD("d-2-0.tar.bz2", "d", "2", "") "}}");
	for (int round = 0; round < 2; round++) { /* built, then out of the cache */
		assert_int_equal(load(place, "a", &universe), EG_OK);
		assert_int_equal(universe.n_subdirs, 2);
		assert_string_equal(files(place, &universe.subdirs[0]),
				    "a-2-0.conda b-1-0.conda c-1-0.conda d-1-0.conda a-1-0.tar.bz2");
		assert_string_equal(files(place, &universe.subdirs[1]), "d-2-0.tar.bz2");
	}
	assert_int_equal(load(place, "b", &universe), EG_OK);
	assert_string_equal(files(place, &universe.subdirs[0]), "b-1-0.conda");
	assert_int_equal(load(place, "[bc]*", &universe), EG_OK);
	assert_int_equal(load(place, "s*y", &universe), EG_OK);
	assert_string_equal(files(place, &universe.subdirs[0]), "stray-1-0.tar.bz2");
}

static void every_field_of_a_record(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_file(place, "linux-64/repodata.json", demo);
	write_file(place, "noarch/repodata.json", "{}");
	assert_int_equal(load(place, "a", &universe), EG_OK);
	const struct eg_conda_record *record = universe.subdirs[0].records[0];
	assert_string_equal(record->name, "a");
	assert_string_equal(record->version, "2");
	assert_string_equal(record->build, "0");
	assert_int_equal(record->build_number, 3);
	assert_string_equal(record->channel, "demo");
	assert_string_equal(record->subdir, "linux-64");
	assert_string_equal(record->url, eg_strf(place->run.arena, "%s/linux-64/a-2-0.conda", place->channel.url));
	assert_string_equal(record->sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_null(record->md5);
	assert_int_equal(record->size, 7);
	assert_int_equal(record->timestamp, 1700000000);
	assert_int_equal(record->noarch, EG_NOARCH_PYTHON);
	assert_int_equal(record->depends.n, 3);
	assert_string_equal(record->depends.v[1], "demo::D[version='>1']");
	assert_int_equal(record->constrains.n, 1);
	assert_int_equal(record->track_features.n, 2);
	assert_string_equal(record->track_features.v[1], "g");
	assert_int_equal(universe.subdirs[0].records[1]->size, -1);
}

static void only_tar_bz2(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_file(place, "linux-64/repodata.json", demo);
	write_file(place, "noarch/repodata.json", "{}");
	place->config.use_only_tar_bz2 = true;
	assert_int_equal(load(place, "a", &universe), EG_OK);
	assert_string_equal(files(place, &universe.subdirs[0]), "a-1-0.tar.bz2 a-2-0.tar.bz2");
}

static void a_channel_that_changed_is_read_anew(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_file(place, "noarch/repodata.json", "{}");
	write_file(place, "linux-64/repodata.json", demo);
	assert_int_equal(load(place, "b", &universe), EG_OK);
	write_file(place, "linux-64/repodata.json", "{\"packages\": {" RECORD("b-2-0.tar.bz2", "b", "2", "") "}}");
	assert_int_equal(load(place, "b", &universe), EG_OK);
	assert_string_equal(files(place, &universe.subdirs[0]), "b-2-0.tar.bz2");
}

static void packages_that_lie_elsewhere(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_file(place, "linux-64/repodata.json",
		   "{\"info\": {\"base_url\": \"https://u:p@example.org/t/tk-1/files/\"}, \"packages\": {"
		   RECORD("a-1-0.tar.bz2", "a", "1", "") "}}");
	write_file(place, "noarch/repodata.json", "{}");
	assert_int_equal(load(place, "a", &universe), EG_OK);
	assert_string_equal(universe.subdirs[0].records[0]->url, "https://example.org/files/a-1-0.tar.bz2");
}

static void broken_records_are_left_out(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_file(place, "noarch/repodata.json", "{}");
	write_file(place, "linux-64/repodata.json",
		   "{\"packages\": {\"x\": null, \"y\": [1], \"z\": \"z\", "
		   RECORD("a-1-0.tar.bz2", "a", "1", ", \"depends\": \"b\"") ","
		   RECORD("a-2-0.tar.bz2", "a", "2", ", \"depends\": {\"b\": [[1]]}") ","
		   "\"a-3-0.tar.bz2\": {\"name\": \"a\", \"version\": 3, \"build\": \"0\"},"
		   "\"a-4-0.tar.bz2\": {\"name\": \"a\", \"version\": \"4\"},"
		   RECORD("a-5-0.tar.bz2", "a", "5", ", \"extra\": {\"name\": [{}]}") "}}");
	assert_int_equal(load(place, "a", &universe), EG_OK);
	assert_string_equal(files(place, &universe.subdirs[0]), "a-5-0.tar.bz2");
	assert_int_equal(place->run.notes.n, 1);
	assert_non_null(strstr(place->run.notes.v[0], "7 records are left out"));
}

static void what_is_no_repodata(void **state)
{
	static const struct {
		const char *name, *text, *says;
	} bad[] = {
		{"repodata.json", "{\"packages\": {\"a-1-0.tar.bz2\": {\"name\": \"a\", ", "is no repodata"},
		{"repodata.json", "[]", "no JSON object"},
		{"repodata.json", "", "is no repodata"},
		{"repodata.json", "<html>", "is no repodata"},
		{"repodata.json.zst", "{}", "is damaged"},
		{"repodata.json.zst", "\x28\xb5\x2f\xfd\x04", "is cut off"},
		{"repodata.json.bz2", "{}", "is damaged"},
		{"repodata.json.bz2", "BZh9", "is cut off"},
	};
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_file(place, "noarch/repodata.json", "{}");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		const char *name = eg_strf(place->run.arena, "linux-64/%s", bad[i].name);

		write_file(place, "linux-64/repodata.json", demo);
		assert_int_equal(load(place, "b", &universe), EG_OK);
		write_file(place, name, bad[i].text);
		assert_int_equal(load(place, "b", &universe), EG_FORMAT);
		assert_non_null(strstr(place->run.error.message, bad[i].says));
		assert_non_null(strstr(place->run.error.message, name));
		eg_recover(&place->run);
		assert_int_equal(unlink(eg_strf(place->run.arena, "%s/demo/%s", place->dir, name)), 0);
	}
}

static void a_channel_without_a_subdir(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_file(place, "noarch/repodata.json", "{\"packages\": {" RECORD("a-1-0.tar.bz2", "a", "1", "") "}}");
	assert_int_equal(load(place, "a", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 0);
	assert_int_equal(universe.subdirs[1].n_records, 1);
	assert_int_equal(unlink(eg_strf(place->run.arena, "%s/demo/noarch/repodata.json", place->dir)), 0);
	assert_int_equal(load(place, "a", &universe), EG_NET);
	assert_non_null(strstr(place->run.error.message, "is no channel"));
}

static void repodata_of_another_name(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_file(place, "noarch/repodata.json", "{}");
	write_file(place, "linux-64/repodata.json", demo);
	write_file(place, "noarch/current_repodata.json", "{}");
	write_file(place, "linux-64/current_repodata.json", "{\"packages\": {" RECORD("b-3-0.tar.bz2", "b", "3", "") "}}");
	eg_vec_push(place->run.arena, &place->config.repodata_fns, "current_repodata.json");
	assert_int_equal(load(place, "b", &universe), EG_OK);
	assert_string_equal(files(place, &universe.subdirs[0]), "b-3-0.tar.bz2");
	assert_int_equal(unlink(eg_strf(place->run.arena, "%s/demo/linux-64/current_repodata.json", place->dir)), 0);
	assert_int_equal(load(place, "b", &universe), EG_NET);
	assert_non_null(strstr(place->run.error.message, "has no current_repodata.json"));
}

static void a_damaged_cache_is_made_anew(void **state)
{
	struct place *place = *state;
	struct eg_conda_universe universe;

	write_file(place, "noarch/repodata.json", "{}");
	write_file(place, "linux-64/repodata.json", demo);
	assert_int_equal(load(place, "a", &universe), EG_OK);
	assert_int_equal(system(eg_strf(place->run.arena,
					"for f in $(find '%s/cache' -type f -size +200c); do"
					" printf 'damage!!!' | dd of=$f bs=1 seek=8 conv=notrunc status=none; done",
					place->dir)), 0);
	assert_int_equal(load(place, "a", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 5);
	assert_int_equal(system(eg_strf(place->run.arena,
					"for f in $(find '%s/cache' -type f -size +200c); do truncate -s 150 $f; done",
					place->dir)), 0);
	assert_int_equal(load(place, "a", &universe), EG_OK);
	assert_int_equal(universe.subdirs[0].n_records, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(names_that_are_reached_in_the_order_of_the_channel, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_field_of_a_record, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_tar_bz2, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_channel_that_changed_is_read_anew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(packages_that_lie_elsewhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(broken_records_are_left_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_repodata, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_channel_without_a_subdir, set_up, tear_down),
		cmocka_unit_test_setup_teardown(repodata_of_another_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_cache_is_made_anew, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
