/* indexes and find-links, asked through a real server on this machine */
#include "index_session.h"

static void every_kind_of_page_gives_the_same(void **state)
{
	static const char *const flags[] = {"json", "html", "html,base", "type=application~vnd.pypi.simple.v1+html,html"};

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		struct place *place = *state;
		struct session s = open_one(place, flags[i]);

		assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
		assert_int_equal(s.n, 5); /* "wrong name.whl" too: that is for the resolution to judge */
		assert_string_equal(s.links[0]->file.filename, "foo-1.0-py3-none-any.whl");
		assert_string_equal(s.links[0]->file.requires_python, ">=3.8");
		assert_null(s.links[0]->file.yanked);
		assert_null(s.links[0]->path);
		assert_string_equal(s.links[0]->index, url(place, flags[i]));
		assert_string_equal(s.links[1]->file.yanked, "broken <badly>");
		struct eg_link *local = link_named(&s, "foo-2.0+cu121-py3-none-any.whl");
		assert_says(eg_link_detail(s.index, local)->url, "/files/foo-2.0%2Bcu121-py3-none-any.whl");
		assert_int_equal(metadata_of(&s, local), EG_KNOWN);
		assert_int_equal(s.metadata->n_requires_dist, 2);
		assert_int_equal(eg_fetch_requests(s.fetch), i ? 1 : 2); /* the same METADATA is had once */
		close_session(&s);
	}
}

static void what_is_cached_takes_no_request(void **state)
{
	for (int run = 0; run < 2; run++) {
		struct session s = open_one(*state, "json");
		size_t requests = run ? 0 : 6;

		assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
		assert_int_equal(metadata_of(&s, link_named(&s, "foo-1.0-py3-none-any.whl")), EG_KNOWN);
		assert_string_equal(s.metadata->requires_dist[0].text, "bar>=1");
		assert_int_equal(metadata_of(&s, link_named(&s, "foo-2.0.tar.gz")), EG_KNOWN);
		assert_null(s.metadata->assumed);
		assert_int_equal(links_of(&s, "missing"), EG_ABSENT);
		assert_int_equal(links_of(&s, "old"), EG_KNOWN);
		assert_int_equal(metadata_of(&s, s.links[0]), EG_FAILED);
		assert_int_equal(s.kind, EG_UNSUPPORTED);
		assert_says(s.error, "old-1.0.tar.gz");
		assert_int_equal(eg_fetch_requests(s.fetch), requests);
		close_session(&s);
	}
}

static size_t counted(struct place *place, const char *word);

static void outdated_pages_are_asked_for_conditionally(void **state)
{
	struct place *place = *state;
	size_t before = counted(place, "status-304");

	for (int run = 0; run < 3; run++) {
		struct session s = open_one(place, "age=0,etag");

		assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
		assert_int_equal(s.n, 5);
		assert_int_equal(eg_fetch_requests(s.fetch), 1);
		close_session(&s);
	}
	assert_int_equal(counted(place, "status-304") - before, 2);

	for (int run = 0; run < 2; run++) {
		struct session s = open_one(place, "age=100,etag");

		place->run.refresh = run;
		assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
		assert_int_equal(eg_fetch_requests(s.fetch), 1);
		close_session(&s);
	}
	place->run.refresh = false;
	assert_int_equal(counted(place, "status-304") - before, 3);
}

static void take_count(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	(void)fetch;
	*(size_t *)job->ctx = strtoul(response->body, NULL, 10);
}

static size_t counted(struct place *place, const char *word)
{
	struct session s = open_session(place, NULL, NULL);
	size_t n = 0;
	const struct eg_job job = {
		.url = eg_strf(place->run.arena, "http://127.0.0.1:%d/counts/%s", web.port, word),
		.max = 100,
		.done = take_count,
		.ctx = &n,
	};

	eg_fetch_add(s.fetch, &job);
	assert_int_equal(eg_fetch_run(s.fetch), EG_OK);
	close_session(&s);
	return n;
}

static void offline_answers_from_the_cache_only(void **state)
{
	struct place *place = *state;

	for (int run = 0; run < 2; run++) {
		struct session s = open_one(place, "age=0,etag");

		place->run.offline = run;
		assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
		assert_int_equal(metadata_of(&s, s.links[0]), EG_KNOWN);
		if (run) {
			assert_int_equal(metadata_of(&s, s.links[1]), EG_FAILED);
			assert_int_equal(s.kind, EG_NET);
			assert_says(s.error, "--offline");
			assert_int_equal(links_of(&s, "bar"), EG_FAILED);
			assert_says(s.error, "/simple/bar/ is not in the cache");
			assert_int_equal(eg_fetch_requests(s.fetch), 0);
		}
		close_session(&s);
	}
}

static void metadata_with_the_wrong_hash_is_refused(void **state)
{
	for (int run = 0; run < 2; run++) {
		struct session s = open_one(*state, "wrong-hash,hash");

		assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
		assert_int_equal(metadata_of(&s, s.links[0]), EG_FAILED);
		assert_int_equal(s.kind, EG_FORMAT);
		assert_says(s.error, "foo-1.0-py3-none-any.whl.metadata has the wrong hash");
		assert_int_equal(metadata_of(&s, link_named(&s, "foo-2.0.tar.gz")), EG_FAILED);
		assert_says(s.error, "foo-2.0.tar.gz has the wrong hash");
		assert_int_equal(eg_fetch_requests(s.fetch), run ? 2 : 3); /* nothing of it was kept */
		close_session(&s);
	}
}

static void ranges_are_enough_where_no_metadata_is_served(void **state)
{
	static const struct {
		const char *flags, *project;
		size_t requests;
	} cases[] = {
		{"no-658", "foo", 1},
		{"no-658", "bigger", 1},
		{"no-658", "big", 2},
		{"no-658,no-suffix", "foo", 3}, /* the tail, the size, the tail by its offset */
		{"no-658,no-suffix", "big", 4},
		{"no-658,no-range", "big", 1},
		{"no-658,hash,no-range", "big", 1},
		{"no-658,lying-range", "foo", 2},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct session s = open_one(*state, cases[i].flags);

		assert_int_equal(links_of(&s, cases[i].project), EG_KNOWN);
		if (metadata_of(&s, s.links[0]) != EG_KNOWN)
			fail_msg("%s", s.error);
		assert_string_equal(s.metadata->name, cases[i].project);
		assert_int_equal(s.metadata->n_requires_dist, 1);
		assert_int_equal(eg_fetch_requests(s.fetch), 1 + cases[i].requests);
		close_session(&s);
	}
}

static void metadata_that_is_not_there_is_read_from_the_wheel(void **state)
{
	struct session s = open_one(*state, "lost");

	assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
	assert_int_equal(metadata_of(&s, s.links[0]), EG_KNOWN);
	assert_int_equal(eg_fetch_requests(s.fetch), 3);
	close_session(&s);

	/* and is not kept as what has the hash that was told */
	s = open_one(*state, "json");
	assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
	assert_int_equal(metadata_of(&s, s.links[0]), EG_KNOWN);
	assert_int_equal(eg_fetch_requests(s.fetch), 2);
	close_session(&s);
}

static void wheels_that_cannot_be_read_say_so(void **state)
{
	static const struct {
		const char *flags, *project, *message;
		enum eg_error_kind kind;
	} cases[] = {
		{"json", "broken", "broken-1.0-py3-none-any.whl is not a readable zip archive", EG_FORMAT},
		{"no-range", "huge", "too large to be read whole", EG_LIMIT},
		{"json", "huge", "it has no end record", EG_FORMAT},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct session s = open_one(*state, cases[i].flags);

		assert_int_equal(links_of(&s, cases[i].project), EG_KNOWN);
		assert_int_equal(metadata_of(&s, s.links[0]), EG_FAILED);
		assert_int_equal(s.kind, cases[i].kind);
		assert_says(s.error, cases[i].message);
		close_session(&s);
	}
}

static void servers_that_refuse_are_named(void **state)
{
	static const struct {
		const char *flags, *message;
		enum eg_known known;
		enum eg_error_kind kind;
	} cases[] = {
		{"status=404", NULL, EG_ABSENT, EG_OK},
		{"status=410", NULL, EG_ABSENT, EG_OK},
		{"status=403", NULL, EG_ABSENT, EG_OK},
		{"status=500", "/simple/foo/ answered 500", EG_FAILED, EG_NET},
		{"private", "/simple/foo/ answered 401: it asks for a user name", EG_FAILED, EG_NET},
		{"type=application~xml", "content type is 'application/xml'", EG_FAILED, EG_FORMAT},
		{"api=2.0", "API version '2.0'", EG_FAILED, EG_FORMAT},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct place *place = *state;
		struct session s = open_one(place, cases[i].flags);

		assert_int_equal(links_of(&s, "foo"), cases[i].known);
		if (cases[i].known == EG_FAILED) {
			assert_int_equal(s.kind, cases[i].kind);
			assert_says(s.error, cases[i].message);
		}
		close_session(&s);
	}
	assert_true(place_noted(*state, "answered 403, which counts as"));
	struct session s = open_session(*state, (const char *const[]){"http://user:secret@127.0.0.1:1/simple", NULL}, NULL);
	assert_int_equal(links_of(&s, "foo"), EG_FAILED);
	assert_int_equal(s.kind, EG_NET);
	assert_says(s.error, "cannot fetch 'http://127.0.0.1:1/simple/foo/': ");
	assert_null(strstr(s.error, "secret"));
	close_session(&s);
}

static void indexes_are_merged_in_order(void **state)
{
	struct place *place = *state;
	const char *const two[] = {url(place, "json"), url(place, "html"), NULL};
	struct session s = open_session(place, two, NULL);
	struct eg_link *const *links;
	size_t n;

	assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
	assert_int_equal(s.n, 10);
	assert_string_equal(s.links[0]->index, two[0]);
	assert_string_equal(s.links[5]->index, two[1]);
	assert_int_equal(eg_index_links_at(s.index, 1, "foo", &links, &n), EG_KNOWN);
	assert_int_equal(n, 5);
	assert_ptr_equal(links[0], s.links[5]);
	assert_int_equal(eg_index_links_at(s.index, 0, "bar", &links, &n), EG_WANTED);
	assert_int_equal(eg_index_run(s.index), EG_OK);
	assert_int_equal(eg_index_links_at(s.index, 0, "bar", &links, &n), EG_KNOWN);
	assert_int_equal(eg_fetch_requests(s.fetch), 3);
	close_session(&s);

	s = open_session(place, (const char *const[]){url(place, "status=500"), two[1], url(place, "status=404"), NULL}, NULL);
	assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
	assert_int_equal(s.n, 5);
	assert_true(place_noted(place, "answered 500"));
	assert_int_equal(links_of(&s, "missing"), EG_FAILED); /* the one that failed might have it */
	close_session(&s);
}

static void credentials_go_to_their_host_only(void **state)
{
	struct place *place = *state;
	char *with = eg_strf(place->run.arena, "http://user:p%%40ss@127.0.0.1:%d/private/simple/", web.port);

	for (int run = 0; run < 2; run++) {
		struct session s = open_session(place, (const char *const[]){with, NULL}, NULL);

		assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
		assert_string_equal(s.links[0]->index, eg_strf(place->run.arena, "%s/", url(place, "private")));
		assert_null(strstr(eg_link_detail(s.index, s.links[0])->url, "p%40ss"));
		assert_int_equal(metadata_of(&s, s.links[0]), EG_KNOWN);
		close_session(&s);
	}
	/* what was had with credentials is not for those without */
	struct session s = open_session(place, (const char *const[]){eg_strf(place->run.arena, "%s/", url(place, "private")), NULL},
					NULL);
	assert_int_equal(links_of(&s, "foo"), EG_FAILED);
	close_session(&s);
}

static void another_releases_cache_is_not_trusted(void **state)
{
	struct place *place = *state;
	char *key = eg_strf(place->run.arena, "%s/foo/", url(place, "etag"));

	for (int outdated = 0; outdated < 2; outdated++) {
		struct eg_cache_meta meta = {.expires = outdated ? 0 : INT64_MAX};
		size_t n;

		struct session s = open_one(place, "etag");
		assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
		close_session(&s);
		struct eg_cache *cache = eg_cache_open(&place->run);
		struct eg_cache_meta kept;
		assert_non_null(eg_cache_get(cache, "page", key, &kept, &n));
		meta.etag = kept.etag;
		eg_cache_put(cache, "page", key, &meta, "EGP0 something else", 19);
		s = open_one(place, "etag");
		assert_int_equal(links_of(&s, "foo"), EG_KNOWN);
		assert_int_equal(s.n, 5);
		assert_int_equal(eg_fetch_requests(s.fetch), 1);
		close_session(&s);
	}
}

struct watcher {
	struct session *s;
	unsigned pages, metadata;
};

static void page_came(void *ctx, const char *project)
{
	struct watcher *w = ctx;

	w->pages++;
	if (eg_index_links(w->s->index, project, &w->s->links, &w->s->n) == EG_KNOWN)
		eg_index_metadata(w->s->index, w->s->links[0], &w->s->metadata, &w->s->kind, &w->s->error);
}

static void metadata_came(void *ctx, struct eg_link *link, const struct eg_metadata *metadata)
{
	struct watcher *w = ctx;

	(void)link;
	w->metadata++;
	for (size_t i = 0; i < metadata->n_requires_dist; i++)
		eg_index_links(w->s->index, metadata->requires_dist[i].project, &w->s->links, &w->s->n);
}

/* big needs foo, foo needs bar: all in one run. */
static void what_arrives_leads_on_in_the_same_run(void **state)
{
	struct session s = open_one(*state, "html");
	struct watcher w = {.s = &s};
	const struct eg_index_watch watch = {page_came, metadata_came, &w};

	eg_index_watch(s.index, &watch);
	assert_int_equal(eg_index_links(s.index, "big", &s.links, &s.n), EG_WANTED);
	assert_int_equal(eg_index_links(s.index, "big", &s.links, &s.n), EG_WANTED); /* asked for once */
	assert_int_equal(eg_index_run(s.index), EG_OK);
	assert_int_equal(w.pages, 3);
	assert_int_equal(w.metadata, 3);
	assert_int_equal(eg_fetch_requests(s.fetch), 6);
	assert_int_equal(eg_index_links(s.index, "bar", &s.links, &s.n), EG_KNOWN);
	assert_int_equal(metadata_of(&s, s.links[0]), EG_KNOWN);
	close_session(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_kind_of_page_gives_the_same, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(what_is_cached_takes_no_request, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(outdated_pages_are_asked_for_conditionally, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(offline_answers_from_the_cache_only, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(metadata_with_the_wrong_hash_is_refused, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(ranges_are_enough_where_no_metadata_is_served, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(metadata_that_is_not_there_is_read_from_the_wheel, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(wheels_that_cannot_be_read_say_so, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(servers_that_refuse_are_named, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(indexes_are_merged_in_order, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(credentials_go_to_their_host_only, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(another_releases_cache_is_not_trusted, set_up, place_tear_down),
		cmocka_unit_test_setup_teardown(what_arrives_leads_on_in_the_same_run, set_up, place_tear_down),
	};
	return cmocka_run_group_tests(tests, start_server, stop_server);
}
