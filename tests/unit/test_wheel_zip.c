/* METADATA out of wheels of which some bytes are at hand, and wheels that are wrong */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "archive.h"
#include "ceilings.h"
#include "python/wheel_zip.h"

#define METADATA "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\n"

struct result {
	struct eg_run run;
	enum eg_error_kind error;
	char *text;
	size_t n;
	unsigned requests;
	uint64_t asked; /* bytes */
};

/* As over the network: gives what is asked for, and counts. */
static void read_wheel(struct result *r, const struct eg_buf *wheel)
{
	memset(r, 0, sizeof(*r));
	r->run.arena = eg_arena_new(NULL);
	struct eg_sparse file = {.arena = r->run.arena, .size = wheel->n};
	struct eg_need need;

	do {
		r->error = eg_wheel_metadata(&r->run, &file, "wheel x", "foo", &r->text, &r->n, &need);
		if (r->error || !need.end)
			return;
		assert_true(need.start < need.end);
		assert_true(need.end <= file.size);
		r->requests++;
		r->asked += need.end - need.start;
		eg_sparse_add(&file, need.start, wheel->s + need.start, (size_t)(need.end - need.start));
	} while (r->requests < 10);
	fail_msg("no end of requests");
}

static void done(struct result *r)
{
	eg_arena_free(r->run.arena);
}

static void expect(struct zip_maker *m, unsigned requests)
{
	struct eg_buf wheel = zip_done(m);
	struct result r;

	read_wheel(&r, &wheel);
	if (r.error)
		fail_msg("%s", r.run.error.message);
	assert_string_equal(r.text, METADATA);
	assert_int_equal(r.n, strlen(METADATA));
	assert_int_equal(r.requests, requests);
	done(&r);
	free(wheel.s);
}

static void expect_error(struct zip_maker *m, enum eg_error_kind error, const char *message)
{
	struct eg_buf wheel = zip_done(m);
	struct result r;

	read_wheel(&r, &wheel);
	assert_int_equal(r.error, error);
	if (!strstr(r.run.error.message, message))
		fail_msg("'%s' is not in: %s", message, r.run.error.message);
	done(&r);
	free(wheel.s);
}

static void add_metadata(struct zip_maker *m, bool deflate_it)
{
	zip_add(m, "foo-1.0.dist-info/METADATA", METADATA, strlen(METADATA), deflate_it);
}

static void add_filler(struct zip_maker *m, const char *name, size_t n)
{
	unsigned char *filler = calloc(1, n);

	zip_add(m, name, filler, n, false);
	free(filler);
}

static void a_small_wheel_takes_one_request(void **state)
{
	(void)state;
	for (int deflate_it = 0; deflate_it < 2; deflate_it++) {
		struct zip_maker m = {0};

		zip_add(&m, "foo/__init__.py", "", 0, false);
		add_metadata(&m, deflate_it);
		zip_add(&m, "foo-1.0.dist-info/", "", 0, false);
		expect(&m, 1);
	}
}

static void a_large_wheel_takes_its_tail(void **state)
{
	struct zip_maker m = {0};

	(void)state;
	add_filler(&m, "foo/lib.so", 5000000);
	add_metadata(&m, true);
	expect(&m, 1);
}

static void metadata_far_from_the_end_takes_two(void **state)
{
	struct zip_maker m = {.local_extra = 300};

	(void)state;
	add_metadata(&m, true);
	add_filler(&m, "foo/lib.so", 5000000);
	expect(&m, 2);
}

static void a_long_local_header_takes_three(void **state)
{
	struct zip_maker m = {.local_extra = 30000};

	(void)state;
	add_metadata(&m, true);
	m.local_extra = 0;
	add_filler(&m, "foo/lib.so", 5000000);
	expect(&m, 3);
}

static void a_long_directory_takes_two(void **state)
{
	struct zip_maker m = {0};

	(void)state;
	add_filler(&m, "foo/lib.so", 500000);
	for (int i = 0; i < 4000; i++) {
		char name[64];

		snprintf(name, sizeof(name), "foo/a/long/enough/name/to/fill/the/tail/%d.h", i);
		zip_add(&m, name, "", 0, false);
	}
	add_metadata(&m, true);
	expect(&m, 2);
}

static void zip64_comment_and_prefix_are_read(void **state)
{
	struct zip_maker m = {.zip64 = true}, c = {.comment = "a comment with PK\5\6 in it, long enough for a record"};

	(void)state;
	add_metadata(&m, true);
	expect(&m, 1);
	add_metadata(&c, false);
	expect(&c, 1);

	/* a program before the archive, as of a self-extracting one */
	struct zip_maker p = {0};
	add_metadata(&p, true);
	struct eg_buf wheel = zip_done(&p), shifted = {0};
	struct result r;
	eg_buf_puts(&shifted, "#!/bin/sh\n");
	eg_buf_add(&shifted, wheel.s, wheel.n);
	read_wheel(&r, &shifted);
	assert_int_equal(r.error, EG_OK);
	assert_string_equal(r.text, METADATA);
	done(&r);
	free(wheel.s);
	eg_buf_free(&shifted);
}

static void the_dist_info_must_be_one_and_of_the_project(void **state)
{
	struct zip_maker none = {0}, two = {0}, other = {0}, no_metadata = {0}, nested = {0}, odd = {0};

	(void)state;
	zip_add(&none, "foo/__init__.py", "", 0, false);
	expect_error(&none, EG_FORMAT, "has no .dist-info");
	add_metadata(&two, false);
	zip_add(&two, "bar-1.0.dist-info/RECORD", "", 0, false);
	expect_error(&two, EG_FORMAT, "several .dist-info");
	zip_add(&other, "bar-1.0.dist-info/METADATA", METADATA, strlen(METADATA), false);
	expect_error(&other, EG_FORMAT, "does not start with 'foo'");
	zip_add(&no_metadata, "foo-1.0.dist-info/WHEEL", "", 0, false);
	expect_error(&no_metadata, EG_FORMAT, "has no METADATA");
	zip_add(&nested, "foo/vendor/bar-1.0.dist-info/METADATA", "x", 1, false);
	add_metadata(&nested, false);
	expect(&nested, 1);
	zip_add(&odd, "Foo_-1.0.dist-info/METADATA", METADATA, strlen(METADATA), false);
	expect(&odd, 1);
}

static void bombs_and_lies_are_refused(void **state)
{
	struct zip_maker large = {.claimed = 64 << 20}, lie = {.claimed = 1 << 20}, small = {.claimed = 3}, crc = {.crc = 1},
			 secret = {.flags = 1}, method = {0};

	(void)state;
	add_metadata(&large, true);
	expect_error(&large, EG_LIMIT, "larger than");
	add_metadata(&lie, true);
	expect_error(&lie, EG_FORMAT, "cannot be unpacked");
	add_metadata(&small, true);
	expect_error(&small, EG_FORMAT, "cannot be unpacked");
	add_metadata(&crc, true);
	expect_error(&crc, EG_FORMAT, "checksum");
	add_metadata(&secret, true);
	expect_error(&secret, EG_FORMAT, "encrypted");
	add_metadata(&method, true);
	method.directory.s[10] = 12; /* bzip2 */
	expect_error(&method, EG_FORMAT, "cannot be unpacked");

	/* zeros, of the size that is claimed */
	static char zeros[16 << 20];
	struct zip_maker bomb = {0};
	zip_add(&bomb, "foo-1.0.dist-info/METADATA", zeros, sizeof(zeros), true);
	expect_error(&bomb, EG_LIMIT, "larger than");
}

static void every_truncation_and_every_flip_is_survived(void **state)
{
	struct zip_maker m = {.zip64 = true};
	size_t readable = 0;

	(void)state;
	zip_add(&m, "foo/__init__.py", "x = 1\n", 6, true);
	add_metadata(&m, true);
	struct eg_buf wheel = zip_done(&m);
	for (size_t n = 0; n < wheel.n; n++) {
		struct eg_buf cut = {.s = malloc(n + 1), .n = n};
		struct result r;

		memcpy(cut.s, wheel.s, n);
		read_wheel(&r, &cut);
		assert_int_equal(r.error, EG_FORMAT);
		done(&r);
		free(cut.s);
	}
	for (size_t at = 0; at < wheel.n; at++)
		for (int v = 0; v < 3; v++) {
			char was = wheel.s[at];
			struct result r;

			wheel.s[at] = (char)(v == 0 ? 0 : v == 1 ? 0xff : was ^ 1);
			read_wheel(&r, &wheel);
			if (!r.error)
				readable += !strcmp(r.text, METADATA);
			wheel.s[at] = was;
			done(&r);
		}
	assert_true(readable > 0);
	free(wheel.s);
}

static void sparse_ranges_merge(void **state)
{
	struct eg_arena *arena = eg_arena_new(NULL);
	struct eg_sparse file = {.arena = arena, .size = 10};

	(void)state;
	eg_sparse_add(&file, 0, "ab", 2);
	eg_sparse_add(&file, 6, "ghXXXXXX", 8); /* beyond the end */
	assert_null(eg_sparse_at(&file, 0, 3));
	assert_null(eg_sparse_at(&file, 1, UINT64_MAX));
	assert_null(eg_sparse_at(&file, 9, 2));
	eg_sparse_add(&file, 2, "cdef", 4);
	assert_memory_equal(eg_sparse_at(&file, 0, 10), "abcdefghXX", 10);
	assert_int_equal(file.chunks.n, 1);
	eg_sparse_add(&file, 3, "D", 1);
	assert_memory_equal(eg_sparse_at(&file, 0, 8), "abcDefgh", 8);
	eg_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_wheel_takes_one_request),
		cmocka_unit_test(a_large_wheel_takes_its_tail),
		cmocka_unit_test(metadata_far_from_the_end_takes_two),
		cmocka_unit_test(a_long_local_header_takes_three),
		cmocka_unit_test(a_long_directory_takes_two),
		cmocka_unit_test(zip64_comment_and_prefix_are_read),
		cmocka_unit_test(the_dist_info_must_be_one_and_of_the_project),
		cmocka_unit_test(bombs_and_lies_are_refused),
		cmocka_unit_test(every_truncation_and_every_flip_is_survived),
		cmocka_unit_test(sparse_ranges_merge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
