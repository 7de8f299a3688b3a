/* conda-meta: what is read of it, what is kept of that, and what a damaged one says */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "conda/prefix.h"
#include "place.h"

static int set_up(void **state)
{
	int rc = place_set_up(state);

	return rc ? rc : setenv("ENVGUARD_CACHE_DIR", place_path(*state, "cache"), 1);
}

static void write_record(struct place *place, const char *file, const char *text)
{
	char *path = eg_strf(place->run.arena, "env/conda-meta/%s", file);

	place_bytes(place, path, text, strlen(text), 0644);
	/* the same time for all: what changes is what a test changes */
	const struct timespec times[2] = {{.tv_sec = 1700000000}, {.tv_sec = 1700000000}};
	assert_int_equal(utimensat(AT_FDCWD, place_path(place, path), times, 0), 0);
}

static void write_plain(struct place *place, const char *name, const char *version, const char *depends)
{
	write_record(place, eg_strf(place->run.arena, "%s-%s-0.json", name, version),
		     eg_strf(place->run.arena, "{\"name\": \"%s\", \"version\": \"%s\", \"build\": \"0\", \"build_number\": 2, "
			     "\"channel\": \"https://u:p@example.org/t/tk-1/c/linux-64\", \"depends\": [\"%s\"], "
			     "\"url\": \"https://example.org/t/tk-1/c/linux-64/%s-%s-0.conda\", \"noarch\": \"python\", "
			     "\"timestamp\": 1700000000123, \"track_features\": \"f g\", \"size\": 7, \"files\": [\"a\"]}",
			     name, version, depends, name, version));
}

static enum eg_error_kind read_prefix(struct place *place, bool mamba, struct eg_conda_prefix *ret)
{
	return eg_conda_prefix_read(&place->run, eg_cache_open(&place->run), place_path(place, "env"), mamba, ret);
}

static const char *names(struct place *place, const struct eg_conda_prefix *prefix)
{
	const char *text = "";

	for (size_t i = 0; i < prefix->n_records; i++)
		text = eg_strf(place->run.arena, "%s%s%s %s", text, i ? ", " : "", prefix->records[i]->name,
			       prefix->records[i]->version);
	return text;
}

static void the_same_out_of_the_cache(void **state)
{
	struct place *place = *state;
	struct eg_conda_prefix prefix;

	write_plain(place, "b", "1", "c >=1");
	write_plain(place, "a", "2", "b");
	write_record(place, "old-1-x.json", "{\"name\": \"old\", \"version\": \"1\", \"build_string\": \"x\"}");
	for (int round = 0; round < 2; round++) {
		assert_int_equal(read_prefix(place, false, &prefix), EG_OK);
		assert_string_equal(names(place, &prefix), "a 2, b 1, old 1");
		const struct eg_conda_record *record = prefix.records[1];
		assert_string_equal(record->channel, "https://example.org/c/linux-64");
		assert_string_equal(record->url, "https://example.org/c/linux-64/b-1-0.conda");
		assert_string_equal(record->fn, "b-1-0.conda");
		assert_string_equal(record->subdir, "");
		assert_string_equal(record->depends.v[0], "c >=1");
		assert_int_equal(record->track_features.n, 2);
		assert_int_equal(record->constrains.n, 0);
		assert_int_equal(record->build_number, 2);
		assert_int_equal(record->timestamp, 1700000000);
		assert_int_equal(record->size, 7);
		assert_int_equal(record->noarch, EG_NOARCH_PYTHON);
		assert_null(record->sha256);
		assert_null(prefix.records[2]->url);
		assert_int_equal(read_prefix(place, true, &prefix), EG_OK);
		assert_string_equal(prefix.records[1]->track_features.v[0], "f g");
	}
}

/* Only a file that another size, time or inode shows to be another is read again. */
static void only_what_changed_is_parsed(void **state)
{
	struct place *place = *state;
	struct eg_conda_prefix prefix;

	write_plain(place, "a", "1", "b");
	write_plain(place, "b", "1", "c");
	assert_int_equal(read_prefix(place, false, &prefix), EG_OK);
	int fd = open(place_path(place, "env/conda-meta/a-1-0.json"), O_WRONLY);
	assert_int_equal(write(fd, "!", 1), 1); /* no JSON any more, in the same place and of the same size */
	const struct timespec times[2] = {{.tv_sec = 1700000000}, {.tv_sec = 1700000000}};
	assert_int_equal(futimens(fd, times), 0);
	write_plain(place, "c", "1", "d");
	assert_int_equal(unlink(place_path(place, "env/conda-meta/b-1-0.json")), 0);
	for (int round = 0; round < 2; round++) {
		assert_int_equal(read_prefix(place, false, &prefix), EG_OK);
		assert_string_equal(names(place, &prefix), "a 1, c 1");
		assert_string_equal(prefix.records[0]->depends.v[0], "b");
	}
	assert_int_equal(futimens(fd, NULL), 0);
	close(fd);
	assert_int_equal(read_prefix(place, false, &prefix), EG_FORMAT);
}

static void a_broken_record_is_named(void **state)
{
	static const char *const bad[] = {"", "{\"name\": \"x\"", "[]", "{\"name\": \"x\", \"version\": 1, \"build\": \"0\"}",
					  "\xff\xfe", "{\"name\": \"x\", \"version\": \"1\"}"};
	struct place *place = *state;
	struct eg_conda_prefix prefix;

	write_plain(place, "a", "1", "b");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		write_record(place, "x-1-0.json", bad[i]);
		assert_int_equal(read_prefix(place, i % 2, &prefix), EG_FORMAT);
		assert_non_null(strstr(place->run.error.message, "/env/conda-meta/x-1-0.json' is no record"));
		eg_recover(&place->run);
	}
	assert_int_equal(unlink(place_path(place, "env/conda-meta/x-1-0.json")), 0);
	write_record(place, "._x-1-0.json", "macOS");
	write_record(place, "notes.txt", "none");
	assert_int_equal(read_prefix(place, false, &prefix), EG_OK);
	assert_string_equal(names(place, &prefix), "a 1");
}

/* PrefixData._load_single_record passes over it, libmamba does not look at the name. */
static void a_record_in_another_ones_file(void **state)
{
	struct place *place = *state;
	struct eg_conda_prefix prefix;

	write_plain(place, "a", "1", "b");
	write_record(place, "b-2-0.json", "{\"name\": \"b\", \"version\": \"1\", \"build\": \"0\"}");
	assert_int_equal(read_prefix(place, false, &prefix), EG_OK);
	assert_string_equal(names(place, &prefix), "a 1");
	assert_non_null(strstr(place->run.notes.v[0], "b-2-0.json' is passed over: it is the record of b-1-0"));
	assert_int_equal(read_prefix(place, true, &prefix), EG_OK);
	assert_string_equal(names(place, &prefix), "a 1, b 1");
}

static void two_records_of_one_name(void **state)
{
	struct place *place = *state;
	struct eg_conda_prefix conda, mamba;

	write_plain(place, "a", "1", "b");
	write_plain(place, "a", "2", "b");
	assert_int_equal(read_prefix(place, false, &conda), EG_OK);
	assert_int_equal(place->run.notes.n, 1);
	assert_non_null(strstr(place->run.notes.v[0], "two records of a: 'a-"));
	assert_int_equal(read_prefix(place, true, &mamba), EG_OK);
	assert_int_equal(conda.n_records, 1);
	assert_int_equal(mamba.n_records, 1);
	assert_string_not_equal(conda.records[0]->version, mamba.records[0]->version);
}

static void a_frozen_one(void **state)
{
	struct place *place = *state;
	struct eg_conda_prefix prefix;

	write_plain(place, "a", "1", "b");
	assert_int_equal(read_prefix(place, false, &prefix), EG_OK);
	assert_null(prefix.frozen);
	place_bytes(place, "env/conda-meta/frozen", "", 0, 0644);
	assert_int_equal(read_prefix(place, false, &prefix), EG_OK);
	assert_string_equal(prefix.frozen, "");
	place_bytes(place, "env/conda-meta/frozen", "{\"message\": \"ask ops\"}", 22, 0644);
	assert_int_equal(read_prefix(place, false, &prefix), EG_OK);
	assert_string_equal(prefix.frozen, "ask ops");
}

static void none_at_all(void **state)
{
	struct eg_conda_prefix prefix;

	assert_int_equal(read_prefix(*state, false, &prefix), EG_OK);
	assert_false(prefix.exists);
	assert_int_equal(prefix.n_records, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_same_out_of_the_cache, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(only_what_changed_is_parsed, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(a_broken_record_is_named, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(a_record_in_another_ones_file, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(two_records_of_one_name, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(a_frozen_one, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(none_at_all, set_up, place_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
