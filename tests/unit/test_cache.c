/* the on-disk cache: round trips, damage, many processes, pruning */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "cache.h"
#include "file.h"
#include "ceilings.h"

struct place {
	struct eg_run run;
	char dir[32];
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	place->run.arena = eg_arena_new(NULL);
	strcpy(place->dir, "/tmp/eg-cache-XXXXXX");
	*state = place;
	if (!mkdtemp(place->dir))
		return -1;
	unsetenv("ENVGUARD_CACHE_MAX");
	return setenv("ENVGUARD_CACHE_DIR", eg_strf(place->run.arena, "%s/deep/cache", place->dir), 1);
}

static int tear_down(void **state)
{
	struct place *place = *state;
	int rc = system(eg_strf(place->run.arena, "rm -rf '%s'", place->dir));

	eg_arena_free(place->run.arena);
	free(place);
	return rc;
}

static const struct eg_cache_meta immutable = {.expires = INT64_MAX};

/* Incompressible but always the same. */
static char *noise(struct eg_arena *arena, size_t n, unsigned seed)
{
	char *s = eg_alloc(arena, n);
	uint64_t x = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;

	for (size_t i = 0; i < n; i++) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		s[i] = (char)x;
	}
	return s;
}

static char *only_entry(struct place *place)
{
	char *path = eg_strf(place->run.arena, "%s/path", place->dir);
	char *command = eg_strf(place->run.arena, "find '%s/deep/cache' -mindepth 2 -type f > '%s'", place->dir, path);
	char *s = NULL;

	assert_int_equal(system(command), 0);
	assert_int_equal(eg_file_read(&place->run, path, 4096, &s, NULL), EG_OK);
	assert_non_null(strchr(s, '\n'));
	assert_null(strchr(strchr(s, '\n') + 1, '\n'));
	*strchr(s, '\n') = 0;
	return s;
}

static void what_was_put_is_got(void **state)
{
	struct place *place = *state;
	struct eg_cache *cache = eg_cache_open(&place->run);
	struct eg_cache_meta meta = {.etag = "\"e\"", .last_modified = "Mon, 01 Jan 2024 00:00:00 GMT", .expires = 17};
	struct eg_cache_meta got;
	size_t n = 9;

	assert_null(eg_cache_get(cache, "page", "k", &got, &n));
	assert_int_equal(n, 9);
	eg_cache_put(cache, "page", "k", &meta, "a\0b", 3);
	eg_cache_put(cache, "metadata", "k", &immutable, "", 0);
	char *s = eg_cache_get(cache, "page", "k", &got, &n);
	assert_non_null(s);
	assert_int_equal(n, 3);
	assert_memory_equal(s, "a\0b", 4);
	assert_string_equal(got.etag, meta.etag);
	assert_string_equal(got.last_modified, meta.last_modified);
	assert_int_equal(got.expires, 17);
	s = eg_cache_get(cache, "metadata", "k", &got, &n);
	assert_non_null(s);
	assert_int_equal(n, 0);
	assert_null(got.etag);
	assert_null(got.last_modified);
	assert_true(got.expires == INT64_MAX);
	assert_null(eg_cache_get(cache, "pag", "ek", NULL, NULL));
	eg_cache_put(cache, "page", "k", &meta, "new", 3);
	assert_string_equal(eg_cache_get(cache, "page", "k", NULL, NULL), "new");
	assert_null(eg_cache_get(NULL, "page", "k", NULL, NULL));
	eg_cache_put(NULL, "page", "k", &meta, "", 0);
}

static void another_process_finds_it_and_large_bodies_hold(void **state)
{
	struct place *place = *state;
	size_t n = 3 << 20, got_n = 0;
	char *body = noise(place->run.arena, n, 1);

	eg_cache_put(eg_cache_open(&place->run), "page", "big", &immutable, body, n);
	struct eg_cache *again = eg_cache_open(&place->run);
	char *got = eg_cache_get(again, "page", "big", NULL, &got_n);
	assert_non_null(got);
	assert_int_equal(got_n, n);
	assert_memory_equal(got, body, n);
	assert_int_equal(place->run.notes.n, 0);
}

static void touching_renews_all_but_the_body(void **state)
{
	struct place *place = *state;
	struct eg_cache *cache = eg_cache_open(&place->run);
	struct eg_cache_meta meta = {.etag = "\"old\"", .expires = 1}, got;

	eg_cache_put(cache, "page", "k", &meta, "body", 4);
	eg_cache_touch(cache, "page", "k", &(struct eg_cache_meta){.last_modified = "today", .expires = 99});
	assert_string_equal(eg_cache_get(cache, "page", "k", &got, NULL), "body");
	assert_null(got.etag);
	assert_string_equal(got.last_modified, "today");
	assert_int_equal(got.expires, 99);
	eg_cache_touch(cache, "page", "absent", &meta);
	assert_null(eg_cache_get(cache, "page", "absent", NULL, NULL));
}

static void damage_counts_as_absent(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	struct eg_cache *cache = eg_cache_open(&place->run);
	struct eg_cache_meta meta = {.etag = "\"e\"", .last_modified = "today", .expires = 1};
	static const char body[] =
		"Metadata-Version: 2.1\nName: a\nRequires-Dist: b\nRequires-Dist: c\nRequires-Dist: d\n";
	char *entry = NULL;
	size_t size = 0;
	int refused = 0;

	eg_cache_put(cache, "metadata", "k", &meta, body, sizeof(body));
	char *path = only_entry(place);
	assert_int_equal(eg_file_read(&place->run, path, 1 << 20, &entry, &size), EG_OK);
	for (size_t i = 0; i < 2 * size; i++) { /* one bit, and all bits, of every byte */
		char *copy = eg_alloc(arena, size);
		size_t n = 0;
		memcpy(copy, entry, size);
		copy[i / 2] ^= (char)(i % 2 ? 255 : 1 << i / 2 % 8);
		assert_int_equal(eg_file_write(&place->run, path, copy, size, 0600), EG_OK);
		char *got = eg_cache_get(cache, "metadata", "k", NULL, &n);
		refused += !got;
		if (got) { /* a bit that means nothing to zstd */
			assert_int_equal(n, sizeof(body));
			assert_memory_equal(got, body, n);
		}
	}
	assert_true(refused > (int)(2 * size) * 9 / 10);
	for (size_t n = 0; n <= size + 1; n++) {
		char *copy = eg_alloc(arena, size + 1);
		memcpy(copy, entry, size);
		assert_int_equal(eg_file_write(&place->run, path, copy, n, 0600), EG_OK);
		char *got = eg_cache_get(cache, "metadata", "k", NULL, NULL);
		assert_true((got != NULL) == (n == size));
	}
	eg_cache_put(cache, "metadata", "k", &meta, "whole", 5);
	assert_string_equal(eg_cache_get(cache, "metadata", "k", NULL, NULL), "whole");
}

/* An entry under another entry's name, as two keys with one hash would have it. */
static void the_key_inside_decides(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	struct eg_cache *cache = eg_cache_open(&place->run);

	eg_cache_put(cache, "page", "one", &immutable, "1", 1);
	char *one = only_entry(place);
	char *kept = eg_strf(arena, "%s/kept", place->dir);
	assert_int_equal(rename(one, kept), 0);
	eg_cache_put(cache, "page", "two", &immutable, "2", 1);
	assert_int_equal(rename(kept, only_entry(place)), 0);
	assert_null(eg_cache_get(cache, "page", "two", NULL, NULL));
}

/* Every body tells its own length and seed, so that a mixture of two would show. */
static int hammer(struct eg_run *run, unsigned who)
{
	struct eg_cache *cache = eg_cache_open(run);

	for (unsigned i = 0; i < 300; i++) {
		const char *key = eg_strf(run->arena, "key-%u", (i * 7 + who) % 5);
		unsigned seed = who * 1000 + i;
		size_t n = 100 + seed * 37 % 20000, got_n = 0;
		char *body = noise(run->arena, n, seed);

		memcpy(body, &seed, sizeof(seed));
		if (i % 3 == 0)
			eg_cache_put(cache, "page", key, &immutable, body, n);
		else if (i % 11 == 0)
			eg_cache_touch(cache, "page", key, &(struct eg_cache_meta){.expires = i});
		char *got = eg_cache_get(cache, "page", key, NULL, &got_n);
		if (!got)
			continue;
		memcpy(&seed, got, sizeof(seed));
		char *expected = noise(run->arena, got_n, seed);
		memcpy(expected, &seed, sizeof(seed));
		if (got_n != 100 + seed * 37 % 20000 || memcmp(got, expected, got_n))
			return 1;
	}
	return 0;
}

static void many_processes_never_see_half_an_entry(void **state)
{
	struct place *place = *state;
	pid_t child[8];

	for (unsigned i = 0; i < 8; i++) {
		child[i] = fork();
		if (!child[i])
			_exit(hammer(&place->run, i));
		assert_true(child[i] > 0);
	}
	for (unsigned i = 0; i < 8; i++) {
		int status = -1;
		assert_int_equal(waitpid(child[i], &status, 0), child[i]);
		assert_int_equal(status, 0);
	}
	struct eg_cache_info info;
	assert_int_equal(eg_cache_info(&place->run, &info), EG_OK);
	assert_int_equal(info.entries, 5);
}

static void age(const char *path, int64_t s)
{
	struct timespec times[2] = {{.tv_sec = s}, {.tv_sec = s}};

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void pruning_keeps_what_was_used_last(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	struct eg_cache *cache = eg_cache_open(&place->run);
	struct eg_cache_info info;

	for (int i = 0; i < 20; i++) {
		char *key = eg_strf(arena, "key-%d", i);
		eg_cache_put(cache, "page", key, &immutable, noise(arena, 10000, (unsigned)i), 10000);
	}
	char *list = eg_strf(arena, "%s/list", place->dir), *names = NULL;
	assert_int_equal(system(eg_strf(arena, "find '%s/deep/cache' -mindepth 2 > '%s'", place->dir, list)), 0);
	assert_int_equal(eg_file_read(&place->run, list, 1 << 20, &names, NULL), EG_OK);
	int64_t old = 1000000;
	for (char *name = strtok(names, "\n"); name; name = strtok(NULL, "\n"))
		age(name, old++);
	/* the newest entry of all is one that was used, not written, last */
	eg_cache_touch(cache, "page", "key-3", &immutable);
	assert_int_equal(eg_cache_info(&place->run, &info), EG_OK);
	assert_int_equal(info.entries, 20);
	uint64_t each = info.bytes / 20;
	assert_int_equal(eg_cache_prune(&place->run, info.dir, info.bytes, 0), info.bytes);
	assert_true(eg_cache_prune(&place->run, info.dir, info.bytes - 1, 5 * each + each / 2) <= 6 * each);
	assert_int_equal(eg_cache_info(&place->run, &info), EG_OK);
	assert_int_equal(info.entries, 5);
	assert_non_null(eg_cache_get(cache, "page", "key-3", NULL, NULL));
}

static void writing_prunes_by_itself(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	struct eg_cache_info info;

	setenv("ENVGUARD_CACHE_MAX", "2", 1);
	for (unsigned i = 0; i < 600; i++) {
		struct eg_cache *cache = eg_cache_open(&place->run); /* as many short runs do */
		eg_cache_put(cache, "page", eg_strf(arena, "key-%u", i), &immutable, noise(arena, 10000, i), 10000);
		if (i == 100) {
			assert_int_equal(eg_cache_info(&place->run, &info), EG_OK);
			assert_int_equal(info.entries, 101);
		}
	}
	assert_int_equal(eg_cache_info(&place->run, &info), EG_OK);
	assert_int_equal(info.max_bytes, 2 * EG_MIB);
	assert_in_range(info.bytes, 1 * EG_MIB, 2 * EG_MIB);
	assert_non_null(eg_cache_get(eg_cache_open(&place->run), "page", "key-599", NULL, NULL));
}

static void clearing_leaves_what_is_not_ours(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	struct eg_cache_info info;
	uint64_t bytes = 0;

	eg_cache_put(eg_cache_open(&place->run), "page", "k", &immutable, "1", 1);
	assert_int_equal(eg_cache_info(&place->run, &info), EG_OK);
	assert_int_equal(info.entries, 1);
	assert_true(info.bytes > 0);
	char *photo = eg_path_join(arena, info.dir, "photo.jpg"), *fan = eg_path_join(arena, info.dir, "ab");
	char *notes = eg_path_join(arena, fan, "notes.txt");
	assert_int_equal(eg_mkdirs(&place->run, fan), EG_OK);
	assert_int_equal(eg_file_write(&place->run, photo, "", 0, 0600), EG_OK);
	assert_int_equal(eg_file_write(&place->run, notes, "", 0, 0600), EG_OK);
	assert_int_equal(eg_cache_clear(&place->run, &bytes), EG_OK);
	assert_int_equal(bytes, info.bytes);
	assert_true(eg_is_file(photo));
	assert_true(eg_is_file(notes));
	assert_int_equal(eg_cache_info(&place->run, &info), EG_OK);
	assert_int_equal(info.entries, 0);
	assert_int_equal(eg_cache_clear(&place->run, &bytes), EG_OK);
	assert_int_equal(bytes, 0);
}

static void without_a_directory_all_goes_on(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	char *file = eg_strf(arena, "%s/file", place->dir);
	struct eg_cache_info info;

	assert_int_equal(eg_file_write(&place->run, file, "", 0, 0600), EG_OK);
	setenv("ENVGUARD_CACHE_DIR", eg_path_join(arena, file, "below"), 1);
	assert_null(eg_cache_open(&place->run));
	assert_int_equal(place->run.notes.n, 1);
	assert_int_equal(place->run.error.kind, EG_OK);
	setenv("ENVGUARD_CACHE_DIR", "/proc/self", 1); /* exists, but takes no files */
	struct eg_cache *cache = eg_cache_open(&place->run);
	eg_cache_put(cache, "page", "k", &immutable, "1", 1);
	assert_null(eg_cache_get(cache, "page", "k", NULL, NULL));
	assert_int_equal(place->run.error.kind, EG_OK);
	unsetenv("ENVGUARD_CACHE_DIR");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	assert_null(eg_cache_open(&place->run));
	assert_int_equal(eg_cache_info(&place->run, &info), EG_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_put_is_got),
		TEST(another_process_finds_it_and_large_bodies_hold),
		TEST(touching_renews_all_but_the_body),
		TEST(damage_counts_as_absent),
		TEST(the_key_inside_decides),
		TEST(many_processes_never_see_half_an_entry),
		TEST(pruning_keeps_what_was_used_last),
		TEST(writing_prunes_by_itself),
		TEST(clearing_leaves_what_is_not_ours),
		TEST(without_a_directory_all_goes_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
