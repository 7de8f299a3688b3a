/* transfers against a real server on this machine */
#include "fetching.h"

static void plain_answers_tell_all(void **state)
{
	struct place *place = *state;
	const struct eg_response *r = get(place, "hello");

	assert_int_equal(r->status, 200);
	assert_string_equal(r->body, "hello, world\n");
	assert_int_equal(r->n, 13);
	assert_string_equal(r->url, url_of(place, "hello"));
	assert_string_equal(r->content_type, "text/plain; charset=utf-8");
	assert_string_equal(r->etag, "\"h1\"");
	assert_string_equal(r->last_modified, "Mon, 01 Jan 2024 00:00:00 GMT");
	assert_null(r->content_range);
	assert_int_equal(r->max_age_s, -1);
	r = get(place, "nothing-here");
	assert_int_equal(r->status, 404);
	assert_string_equal(r->body, "no such page");
	assert_null(r->etag);
}

static void requests_carry_what_the_job_says(void **state)
{
	struct place *place = *state;
	struct eg_fetch_options options = {.user_agent = "pip/99"};
	struct eg_job job = {.url = url_of(place, "echo/a b?x#fragment"),
			     .accept = "text/x",
			     .if_none_match = "\"e\"",
			     .if_modified_since = "yesterday"};
	const struct eg_response *r = get_as(place, &options, job);

	assert_memory_equal(r->body, "GET /echo/a%20b?x\n", 18);
	assert_non_null(strstr(r->body, "user-agent: pip/99\n"));
	assert_non_null(strstr(r->body, "accept: text/x\n"));
	assert_non_null(strstr(r->body, "if-none-match: \"e\"\n"));
	assert_non_null(strstr(r->body, "if-modified-since: yesterday\n"));
	assert_non_null(strstr(r->body, "gzip"));
	assert_null(strstr(r->body, "authorization"));
	r = get(place, "echo/torch.tar.gz");
	assert_non_null(strstr(r->body, "accept-encoding: identity\n"));
	r = get_as(place, NULL, (struct eg_job){.url = url_of(place, "range"), .head = true});
	assert_int_equal(r->status, 200);
	assert_int_equal(r->n, 0);
}

static void bodies_are_decompressed_up_to_the_ceiling(void **state)
{
	struct place *place = *state;
	const struct eg_response *r = get(place, "gzip");

	assert_int_equal(r->n, 13000);
	assert_memory_equal(r->body + 12987, "hello, world\n", 14);
	r = get(place, "bomb");
	assert_int_equal(r->kind, EG_LIMIT);
	assert_int_equal(r->status, 0);
	assert_non_null(strstr(r->error, "larger than 1048576 bytes"));
	assert_int_equal(get(place, "big/1048576")->n, 1048576);
	assert_int_equal(get(place, "big/1048577")->kind, EG_LIMIT);
	assert_int_equal(get(place, "endless")->kind, EG_LIMIT);
	assert_int_equal(get_as(place, NULL, (struct eg_job){.url = url_of(place, "big/2000000")})->n, 2000000);
}

static void redirects_are_followed_but_not_forever(void **state)
{
	struct place *place = *state;
	const struct eg_response *r = get(place, "redirect/3");

	assert_int_equal(r->status, 200);
	assert_string_equal(r->url, url_of(place, "hello"));
	r = get(place, "loop");
	assert_int_equal(r->kind, EG_NET);
	assert_non_null(strstr(r->error, "redirected more than 10 times, last to 'http://127.0.0.1"));
	r = get(place, "to/file:///etc/passwd");
	assert_int_equal(r->kind, EG_NET);
	assert_int_equal(r->n, 0);
	assert_non_null(strstr(r->error, "'file:///etc/passwd', which is no web address"));
}

static void caching_headers_are_understood(void **state)
{
	struct place *place = *state;
	static const struct {
		const char *path;
		int64_t s;
	} controls[] = {
		{"control/max-age=60", 60},
		{"control/private,_max-age=60,_must-revalidate", 60},
		{"control/no-cache,max-age=60", 0},
		{"control/max-age=60,_no-store", 0},
		{"control/s-maxage=9", -1},
		{"control/max-age=-5", 0},
		{"control/max-age=junk", 0},
		{"control/MAX-AGE=7", 7},
		{"control/max-age=99999999999999999999", INT32_MAX},
	};
	const struct eg_response *r = get(place, "cached");

	assert_int_equal(r->max_age_s, 500);
	r = get_as(place, NULL, (struct eg_job){.url = url_of(place, "cached"), .if_none_match = "\"c1\""});
	assert_int_equal(r->status, 304);
	assert_int_equal(r->n, 0);
	assert_int_equal(r->max_age_s, 500);
	assert_string_equal(r->etag, "\"c1\"");
	for (size_t i = 0; i < sizeof(controls) / sizeof(*controls); i++)
		assert_int_equal(get(place, controls[i].path)->max_age_s, controls[i].s);
}

static void ranges_are_asked_for(void **state)
{
	struct place *place = *state;
	const struct eg_response *r =
		get_as(place, NULL, (struct eg_job){.url = url_of(place, "range"), .range = "-10"});

	assert_int_equal(r->status, 206);
	assert_int_equal(r->n, 10);
	assert_string_equal(r->content_range, "bytes 990-999/1000");
	assert_int_equal((unsigned char)r->body[0], 990 % 251);
	r = get_as(place, NULL, (struct eg_job){.url = url_of(place, "range"), .range = "5-6"});
	assert_int_equal(r->n, 2);
	r = get_as(place, NULL, (struct eg_job){.url = url_of(place, "range"), .range = "5000-6000"});
	assert_int_equal(r->status, 416);
	r = get_as(place, NULL, (struct eg_job){.url = url_of(place, "hello"), .range = "-5"}); /* a server without */
	assert_int_equal(r->status, 200);
	assert_int_equal(r->n, 13);
	r = get_as(place, NULL, (struct eg_job){.url = url_of(place, "range"), .range = "5-6", .max = 2});
	assert_int_equal(r->kind, EG_OK);
}

static void what_passes_is_tried_again(void **state)
{
	struct place *place = *state;
	struct eg_fetch_options patient = {.retries = 5}, once = {.retries = 1};
	struct eg_job jobs[] = {
		{.url = url_of(place, "busy/2")},    {.url = url_of(place, "truncated/1")},
		{.url = url_of(place, "reset/2")},   {.url = url_of(place, "later/1")},
		{.url = url_of(place, "later/100")},
	};
	struct seen seen[5] = {0};

	get_all(place, &patient, jobs, 5, seen);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(seen[i].r.status, 200);
		assert_string_equal(seen[i].r.body, "hello, world\n");
	}
	assert_int_equal(seen[4].r.status, 429); /* that would be too long to wait for */
	forget(seen, 5);
	assert_int_equal(get(place, "busy/99")->status, 503);
	const struct eg_response *r = get_as(place, &once, (struct eg_job){.url = url_of(place, "truncated")});
	assert_int_equal(r->kind, EG_NET);
	assert_int_equal(r->n, 0);
}

static void silence_ends_and_slowness_does_not(void **state)
{
	struct place *place = *state;
	struct eg_fetch_options hasty = {.timeout_s = 1};
	struct eg_job jobs[] = {
		{.url = url_of(place, "hang")}, {.url = url_of(place, "stall")}, {.url = url_of(place, "drip")}};
	struct seen seen[3] = {0};
	int64_t start = eg_now_ms();

	get_all(place, &hasty, jobs, 3, seen);
	assert_in_range(eg_now_ms() - start, 1000, 10000);
	assert_int_equal(seen[0].r.kind, EG_NET);
	assert_non_null(strstr(seen[0].r.error, "no answer for 1 second"));
	assert_int_equal(seen[1].r.kind, EG_NET);
	assert_int_equal(seen[1].r.n, 0);
	assert_string_equal(seen[2].r.body, "012345");
	forget(seen, 3);
}

static void strangers_are_not_waited_for_where_they_need_not_be(void **state)
{
	struct place *place = *state;
	struct eg_fetch_options patient = {.timeout_s = 60, .retries = 3};
	struct eg_job jobs[] = {{.url = url_of(place, "hang")}, {.url = url_of(place, "hello")}};
	struct seen seen[1] = {0}, then[2] = {0}, last[1] = {0};
	int64_t start = eg_now_ms();

	place->run.stranger_ms = 1000;
	get_all(place, &patient, jobs, 1, seen);
	assert_in_range(eg_now_ms() - start, 1000, 10000); /* the server would be silent for a minute */
	assert_int_equal(seen[0].r.kind, EG_NET);
	assert_non_null(strstr(seen[0].r.error, "no answer for 1 second"));
	forget(seen, 1);
	start = eg_now_ms();
	get_all(place, &patient, jobs, 2, then);
	assert_in_range(eg_now_ms() - start, 0, 900); /* known by now, also to other sessions of the run */
	assert_int_equal(then[1].r.kind, EG_NET);
	forget(then, 2);
	place->run.stranger_ms = 0;
	get_all(place, &patient, jobs + 1, 1, last);
	assert_int_equal(last[0].r.status, 200);
	forget(last, 1);
}

static void who_was_heard_is_no_stranger(void **state)
{
	struct place *place = *state;
	struct eg_fetch_options hasty = {.timeout_s = 2};
	struct eg_job jobs[] = {{.url = url_of(place, "hello")}, {.url = url_of(place, "hang")}};
	struct seen seen[1] = {0}, then[1] = {0};
	int64_t start = eg_now_ms();

	place->run.stranger_ms = 1;
	eg_vec_push(place->run.arena, &place->run.hosts_heard, eg_url_origin(place->run.arena, jobs[0].url));
	get_all(place, &hasty, jobs, 1, seen);
	assert_int_equal(seen[0].r.status, 200);
	forget(seen, 1);
	get_all(place, &hasty, jobs + 1, 1, then);
	assert_in_range(eg_now_ms() - start, 2000, 10000);
	forget(then, 1);
}

static void the_time_budget_ends_everything(void **state)
{
	struct place *place = *state;
	struct eg_fetch_options options = {.retries = 3};
	struct eg_job jobs[50];
	struct seen seen[50] = {0};
	int64_t start = eg_now_ms();

	for (size_t i = 0; i < 50; i++)
		jobs[i] = (struct eg_job){.url = url_of(place, i ? "hang" : "hello")};
	place->run.deadline = start + 300;
	get_all(place, &options, jobs, 50, seen);
	assert_in_range(eg_now_ms() - start, 290, 5000); /* the server would be silent for a minute */
	assert_int_equal(seen[0].r.status, 200);
	for (size_t i = 1; i < 50; i++)
		assert_int_equal(seen[i].r.kind, EG_TIMEOUT);
	assert_non_null(strstr(place->run.error.message, "and 48 more: the time budget is spent"));
	forget(seen, 50);
}

/* As pip: the credentials of an index's URL hold for the files on its host. */
struct chain {
	struct place *place;
	int left, wrong;
};

static void go_on(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	struct chain *chain = job->ctx;

	chain->wrong += response->status != 200 || response->n != strlen(strrchr(job->url, '/') + 1);
	if (chain->left > 0) {
		struct eg_job next = *job;
		next.url = url_of(chain->place, eg_strf(chain->place->run.arena, "latency/%d", chain->left--));
		eg_fetch_add(fetch, &next);
	}
}

static void many_go_at_once_over_kept_connections(void **state)
{
	struct place *place = *state;
	struct chain chain = {.place = place, .left = 400};
	int before = atoi(get(place, "counts/connections")->body);
	struct eg_fetch_options none = {0};
	struct eg_fetch *fetch = eg_fetch_new(&place->run, &none);
	int64_t start = eg_now_ms();

	for (int i = 0; i < 100; i++) {
		char *url = url_of(place, eg_strf(place->run.arena, "latency/first-%d", i));
		eg_fetch_add(fetch, &(struct eg_job){.url = url, .done = go_on, .ctx = &chain});
	}
	assert_int_equal(eg_fetch_run(fetch), EG_OK);
	int64_t ms = eg_now_ms() - start;
	assert_int_equal(chain.left, 0);
	assert_int_equal(chain.wrong, 0);
	assert_int_equal(eg_fetch_requests(fetch), 500);
	eg_fetch_free(fetch);
	print_message("500 files in %d ms\n", (int)ms);
	assert_in_range(ms, 500 / EG_MAX_CONNECTIONS * 30, 14000); /* one after the other: 15000 */
	int opened = atoi(get(place, "counts/connections")->body) - before;
	assert_in_range(opened, 2, EG_MAX_CONNECTIONS + 1);
}

static void hosts_that_are_not_there(void **state)
{
	struct place *place = *state;
	struct eg_fetch_options options = {.retries = 1};
	struct eg_job jobs[200];
	struct seen seen[200] = {0};

	for (size_t i = 0; i < 200; i++)
		jobs[i] = (struct eg_job){.url = "http://127.0.0.1:1/simple/"};
	assert_int_equal(get_all(place, &options, jobs, 200, seen),
			 2 * EG_MAX_CONNECTIONS); /* the others need not try */
	for (size_t i = 0; i < 200; i++) {
		assert_int_equal(seen[i].r.kind, EG_NET);
		assert_non_null(strstr(seen[i].r.error, "cannot fetch 'http://127.0.0.1:1/simple/': "));
	}
	forget(seen, 200);
	const struct eg_response *r = get_as(place, NULL, (struct eg_job){.url = "ftp://127.0.0.1/x"});
	assert_int_equal(r->kind, EG_UNSUPPORTED);
	place->run.offline = true;
	assert_int_equal(get(place, "hello")->kind, EG_NET);
}

static void files_are_answered_like_pages(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	char *name = eg_path_join(arena, place->dir, "a b+c.txt");
	char *url = eg_strf(arena, "file://%s/a%%20b%%2Bc.txt", place->dir);
	const struct eg_response *r;

	assert_int_equal(eg_file_write(&place->run, name, "0123456789", 10, 0600), EG_OK);
	r = get_as(place, NULL, (struct eg_job){.url = url});
	assert_int_equal(r->status, 200);
	assert_string_equal(r->body, "0123456789");
	r = get_as(place, NULL, (struct eg_job){.url = url, .range = "-3"});
	assert_int_equal(r->status, 206);
	assert_string_equal(r->body, "789");
	assert_string_equal(r->content_range, "bytes 7-9/10");
	r = get_as(place, NULL, (struct eg_job){.url = url, .range = "2-4"});
	assert_string_equal(r->body, "234");
	r = get_as(place, NULL, (struct eg_job){.url = url, .range = "8-"});
	assert_string_equal(r->body, "89");
	assert_string_equal(get_as(place, NULL, (struct eg_job){.url = url, .range = "-99"})->body, "0123456789");
	assert_int_equal(get_as(place, NULL, (struct eg_job){.url = url, .range = "10-"})->status, 416);
	assert_int_equal(get_as(place, NULL, (struct eg_job){.url = url, .max = 9})->kind, EG_LIMIT);
	assert_int_equal(get_as(place, NULL, (struct eg_job){.url = url, .head = true})->n, 0);
	assert_int_equal(get_as(place, NULL, (struct eg_job){.url = "file:///no/such/file"})->status, 404);
	assert_int_equal(get_as(place, NULL, (struct eg_job){.url = "file://elsewhere/x"})->kind, EG_UNSUPPORTED);
	assert_int_equal(get_as(place, NULL, (struct eg_job){.url = place->dir})->kind, EG_UNSUPPORTED);
	char *page = eg_path_join(arena, place->dir, "index.html");
	assert_int_equal(eg_file_write(&place->run, page, "<a>", 3, 0600), EG_OK);
	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "file://localhost%s", place->dir)});
	assert_string_equal(r->body, "<a>");
	assert_string_equal(r->content_type, "text/html");
	assert_string_equal(eg_url_join(arena, r->url, "x"), eg_strf(arena, "file://localhost%s/x", place->dir));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_answers_tell_all),
		TEST(requests_carry_what_the_job_says),
		TEST(bodies_are_decompressed_up_to_the_ceiling),
		TEST(redirects_are_followed_but_not_forever),
		TEST(caching_headers_are_understood),
		TEST(ranges_are_asked_for),
		TEST(what_passes_is_tried_again),
		TEST(silence_ends_and_slowness_does_not),
		TEST(strangers_are_not_waited_for_where_they_need_not_be),
		TEST(who_was_heard_is_no_stranger),
		TEST(the_time_budget_ends_everything),
		TEST(many_go_at_once_over_kept_connections),
		TEST(hosts_that_are_not_there),
		TEST(files_are_answered_like_pages),
	};
	return cmocka_run_group_tests(tests, start_server, stop_server);
}
