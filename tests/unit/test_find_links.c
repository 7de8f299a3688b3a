/* find-links, indexes of files, and links that a user gives */
#include "index_session.h"

#include "archive.h"
#include "checksum.h"

static char *wheel_file(struct place *place, const char *name, const char *metadata)
{
	struct zip_maker m = {0};

	zip_add(&m, "foo-1.0.dist-info/METADATA", metadata, strlen(metadata), true);
	struct eg_buf wheel = zip_done(&m);
	char *path = place_bytes(place, name, wheel.s, wheel.n, 0644);
	free(wheel.s);
	return path;
}

#define METADATA "Metadata-Version: 2.1\nName: foo\nVersion: 1.0\nRequires-Dist: bar\n"

static void find_links_of_every_kind(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	char *dir = place_dir(place, "links"), *wheel = wheel_file(place, "links/foo-1.0-py3-none-any.whl", METADATA);

	place_file(place, "links/foo-3.0.tar.gz", "");
	place_file(place, "links/foo-bar-3.0.tar.gz", "");
	place_file(place, "links/README.txt", "");
	place_file(place, "links/more.html", "<a href='sub/foo-4.0-py3-none-any.whl'>x</a><a href='bar-1.0-py3-none-any.whl'>x</a>");
	char *page = place_file(place, "page.htm", "<a href='https://example.org/foo-5.0-py3-none-any.whl'>x</a>");
	const char *const find_links[] = {
		dir, page, eg_strf(arena, "%s/foo/", url(place, "json")), wheel, wheel,
		eg_strf(arena, "http://127.0.0.1:%d/json/files/foo-1.0-py3-none-any.whl", web.port),
		place_path(place, "not-there"), NULL,
	};
	static const char *const expected[] = {
		/* archives, by URL from the highest */
		"http:foo-1.0-py3-none-any.whl", "file:foo-bar-3.0.tar.gz", /* could be bar-3.0 of foo */
		"file:foo-3.0.tar.gz", "file:foo-1.0-py3-none-any.whl", "file:foo-1.0-py3-none-any.whl",
		/* pages in order */
		"file:foo-4.0-py3-none-any.whl", "http:foo-5.0-py3-none-any.whl", "http:foo-1.0-py3-none-any.whl",
		"http:foo-1.1-py3-none-any.whl", "http:foo-2.0+cu121-py3-none-any.whl", "http:foo-2.0.tar.gz",
		/* the index */
		"http:foo-1.0-py3-none-any.whl",
	};
	struct session s = open_session(place, (const char *const[]){url(place, "html"), NULL}, find_links);

	assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
	for (size_t i = 0; i < s.n && i < sizeof(expected) / sizeof(*expected); i++) {
		bool local = !strncmp(eg_link_detail(s.index, s.links[i])->url, "file:", 5);
		const char *is = eg_strf(arena, "%s:%s", local ? "file" : "http", s.links[i]->file.filename);

		if (strcmp(is, expected[i]))
			fail_msg("link %zu is %s, not %s", i, is, expected[i]);
		assert_int_equal(!!s.links[i]->path, local);
	}
	assert_int_equal(s.n, 11 + 5);
	assert_int_equal(metadata_of(&s, s.links[3]), EG_KNOWN);
	assert_true(place_noted(place, "not-there' is passed over"));
	assert_int_equal(eg_fetch_requests(s.fetch), 2);
	assert_int_equal(links_of(&s, "foo-bar"), EG_KNOWN);
	assert_int_equal(s.n, 1);
	close_session(&s);

	s = open_session(place, NULL, find_links);
	assert_int_equal(links_of(&s, "missing"), EG_ABSENT);
	close_session(&s);
}

static void an_index_of_files(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	char *hash = eg_sha256(arena, METADATA, strlen(METADATA));

	wheel_file(place, "a b/files/foo-1.0-py3-none-any.whl", METADATA);
	place_file(place, "a b/files/foo-2.0-py3-none-any.whl.metadata", METADATA); /* without its wheel */
	place_file(place, "a b/simple/foo/index.html",
		   eg_strf(arena, "<a href='../../files/foo-1.0-py3-none-any.whl'>x</a>"
				  "<a href='../../files/foo-2.0-py3-none-any.whl' data-core-metadata='sha256=%s'>x</a>"
				  "<a href='../../files/foo-3.0-py3-none-any.whl'>x</a>", hash));
	for (int as_url = 0; as_url < 2; as_url++) {
		const char *index = eg_strf(arena, "%s%s/a%sb/simple", as_url ? "file://" : "", place->dir, as_url ? "%20" : " ");
		struct session s = open_session(place, (const char *const[]){index, NULL}, NULL);

		assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
		assert_int_equal(s.n, 3);
		assert_string_equal(s.links[0]->path, place_path(place, "a b/files/foo-1.0-py3-none-any.whl"));
		assert_string_equal(s.links[0]->index, eg_strf(arena, "file://%s/a%%20b/simple", place->dir));
		assert_int_equal(metadata_of(&s, s.links[0]), EG_KNOWN);
		assert_int_equal(metadata_of(&s, s.links[1]), EG_KNOWN);
		assert_int_equal(metadata_of(&s, s.links[2]), EG_FAILED);
		assert_int_equal(s.kind, EG_NOT_FOUND);
		assert_int_equal(links_of(&s, "bar"), EG_ABSENT);
		assert_int_equal(eg_fetch_requests(s.fetch), 0);
		close_session(&s);
	}
}

static void direct_urls_and_paths(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	char *wheel = wheel_file(place, "foo-1.0-py3-none-any.whl", METADATA), *bytes;
	size_t n;

	assert_int_equal(eg_file_read(&place->run, wheel, 100000, &bytes, &n), EG_OK);
	place_file(place, "project/pyproject.toml", "[project]\nname = 'foo'\nversion = '7'\ndependencies = ['a', 'b']\n");
	place_file(place, "bad-1.0-py3-none-any.whl", "PK");
	struct session s = open_session(place, NULL, NULL);
	struct eg_link *link = eg_index_direct(s.index, wheel);

	assert_ptr_equal(link, eg_index_direct(s.index, wheel));
	assert_string_equal(link->path, wheel);
	assert_null(link->index);
	assert_int_equal(metadata_of(&s, link), EG_KNOWN);
	assert_int_equal(s.metadata->n_requires_dist, 1);

	link = eg_index_direct(s.index, eg_strf(arena, "file://%s#sha256=%s", wheel, eg_sha256(arena, bytes, n)));
	assert_int_equal(metadata_of(&s, link), EG_KNOWN);
	assert_string_equal(eg_link_detail(s.index, link)->sha256, eg_sha256(arena, bytes, n));
	link = eg_index_direct(s.index, eg_strf(arena, "file://%s#sha256=%s", wheel, eg_sha256(arena, "", 0)));
	assert_int_equal(metadata_of(&s, link), EG_FAILED);
	assert_says(s.error, "wrong hash");

	link = eg_index_direct(s.index, eg_strf(arena, "file://%s/project/", place->dir));
	assert_int_equal(metadata_of(&s, link), EG_KNOWN);
	assert_int_equal(s.metadata->n_requires_dist, 2);
	assert_string_equal(s.metadata->version, "7");

	link = eg_index_direct(s.index, eg_strf(arena, "file://%s#subdirectory=project/", place->dir));
	assert_int_equal(metadata_of(&s, link), EG_KNOWN);
	assert_string_equal(s.metadata->version, "7");

	assert_int_equal(metadata_of(&s, eg_index_direct(s.index, place_path(place, "nothing.whl"))), EG_FAILED);
	assert_int_equal(s.kind, EG_NOT_FOUND);
	assert_int_equal(metadata_of(&s, eg_index_direct(s.index, place_path(place, "bad-1.0-py3-none-any.whl"))), EG_FAILED);
	assert_says(s.error, "bad-1.0-py3-none-any.whl' is not a readable zip archive");

	link = eg_index_direct(s.index, eg_strf(arena, "http://127.0.0.1:%d/json/files/big-1.0-py3-none-any.whl", web.port));
	assert_int_equal(metadata_of(&s, link), EG_KNOWN);
	assert_string_equal(s.metadata->name, "big");
	link = eg_index_direct(s.index, eg_strf(arena, "http://127.0.0.1:%d/json/files/gone-1.0-py3-none-any.whl", web.port));
	assert_int_equal(metadata_of(&s, link), EG_FAILED);
	assert_says(s.error, "/json/files/gone-1.0-py3-none-any.whl answered 404");
	close_session(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(find_links_of_every_kind, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(an_index_of_files, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(direct_urls_and_paths, set_up, place_tear_down),
	};
	return cmocka_run_group_tests(tests, start_server, stop_server);
}
