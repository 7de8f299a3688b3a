/* transfers against a real server on this machine */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ceilings.h"
#include "fetch.h"
#include "file.h"
#include "server.h"

struct place {
	struct eg_run run;
	char dir[32];
};

/* What a job's callback saw, copied. */
struct seen {
	int times;
	struct eg_response r;
};

static struct server web;

static int start_server(void **state)
{
	(void)state;
	web = server_start((const char *const[]){"web.py", NULL});
	return web.port ? 0 : -1;
}

static int stop_server(void **state)
{
	(void)state;
	server_stop(&web);
	return 0;
}

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	static const char *const variables[] = {"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY",
						"no_proxy", "NO_PROXY", "NETRC", "SSL_CERT_FILE", "SSL_CERT_DIR",
						"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"};

	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		unsetenv(variables[i]);
	place->run.arena = eg_arena_new(NULL);
	strcpy(place->dir, "/tmp/eg-fetch-XXXXXX");
	*state = place;
	if (!mkdtemp(place->dir))
		return -1;
	return setenv("HOME", place->dir, 1);
}

static int tear_down(void **state)
{
	struct place *place = *state;
	int rc = system(eg_strf(place->run.arena, "rm -rf '%s'", place->dir));

	eg_arena_free(place->run.arena);
	free(place);
	return rc;
}

static char *url_of(struct place *place, const char *path)
{
	return eg_strf(place->run.arena, "http://127.0.0.1:%d/%s", web.port, path);
}

static void see(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	struct seen *seen = job->ctx;
	char *copy = malloc(response->n + 1);

	(void)fetch;
	memcpy(copy, response->body, response->n + 1);
	free((char *)seen->r.body);
	seen->times++;
	seen->r = *response;
	seen->r.body = copy;
}

/* One job by a fresh eg_fetch; the result lives until the next call. */
static const struct eg_response *get_as(struct place *place, const struct eg_fetch_options *options, struct eg_job job)
{
	static struct seen seen;
	struct eg_fetch_options none = {0};
	struct eg_fetch *fetch = eg_fetch_new(&place->run, options ? options : &none);

	seen.times = 0;
	job.done = see;
	job.ctx = &seen;
	eg_fetch_add(fetch, &job);
	assert_int_equal(seen.times, 0);
	enum eg_error_kind kind = eg_fetch_run(fetch);
	assert_int_equal(seen.times, 1);
	assert_int_equal(kind, seen.r.kind == EG_TIMEOUT ? EG_TIMEOUT : EG_OK);
	assert_true((seen.r.error == NULL) == (seen.r.kind == EG_OK));
	eg_fetch_free(fetch);
	return &seen.r;
}

static const struct eg_response *get(struct place *place, const char *path)
{
	return get_as(place, NULL, (struct eg_job){.url = url_of(place, path), .max = 1 << 20});
}

/* Many jobs at once by one eg_fetch; every one is answered once. Returns the requests made. */
static size_t get_all(struct place *place, const struct eg_fetch_options *options, const struct eg_job *jobs, size_t n,
		      struct seen *ret)
{
	struct eg_fetch *fetch = eg_fetch_new(&place->run, options);

	for (size_t i = 0; i < n; i++) {
		struct eg_job job = jobs[i];
		job.done = see;
		job.ctx = &ret[i];
		eg_fetch_add(fetch, &job);
	}
	enum eg_error_kind kind = eg_fetch_run(fetch);
	assert_int_equal(kind, place->run.deadline ? EG_TIMEOUT : EG_OK);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(ret[i].times, 1);
	size_t requests = eg_fetch_requests(fetch);
	eg_fetch_free(fetch);
	return requests;
}

static void forget(struct seen *seen, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((char *)seen[i].r.body);
}

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
	struct eg_job job = {.url = url_of(place, "echo/a b?x#fragment"), .accept = "text/x", .if_none_match = "\"e\"",
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

static void credentials_stay_on_their_host(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;
	const char *other = eg_strf(arena, "to/http://localhost:%d/echo", web.port);
	const char *same = eg_strf(arena, "to/http://127.0.0.1:%d/echo", web.port);
	const char *with = eg_strf(arena, "http://user:p%%40ss@127.0.0.1:%d/", web.port);
	const struct eg_response *r;

	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "%secho", with)});
	assert_non_null(strstr(r->body, "authorization: Basic dXNlcjpwQHNz\n"));
	assert_null(strstr(r->url, "user"));
	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "%s%s", with, same)});
	assert_non_null(strstr(r->body, "authorization: Basic dXNlcjpwQHNz\n"));
	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "%s%s", with, other)});
	assert_memory_equal(r->body, "GET /echo\n", 10);
	assert_null(strstr(r->body, "authorization"));
	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "%struncated", with)});
	assert_int_equal(r->kind, EG_NET);
	assert_null(strstr(r->error, "user"));
	assert_null(strstr(r->error, "ss@"));
	r = get_as(place, NULL, (struct eg_job){.url = eg_strf(arena, "%sloop", with)});
	assert_null(strstr(r->error, "user"));
}

static void caching_headers_are_understood(void **state)
{
	struct place *place = *state;
	static const struct {
		const char *path;
		int64_t s;
	} controls[] = {
		{"control/max-age=60", 60},           {"control/private,_max-age=60,_must-revalidate", 60},
		{"control/no-cache,max-age=60", 0},   {"control/max-age=60,_no-store", 0},
		{"control/s-maxage=9", -1},           {"control/max-age=-5", 0},
		{"control/max-age=junk", 0},          {"control/MAX-AGE=7", 7},
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
	const struct eg_response *r = get_as(place, NULL, (struct eg_job){.url = url_of(place, "range"), .range = "-10"});

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
		{.url = url_of(place, "busy/2")},  {.url = url_of(place, "truncated/1")}, {.url = url_of(place, "reset/2")},
		{.url = url_of(place, "later/1")}, {.url = url_of(place, "later/100")},
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
	struct eg_job jobs[] = {{.url = url_of(place, "hang")}, {.url = url_of(place, "stall")}, {.url = url_of(place, "drip")}};
	struct seen seen[3] = {0};
	int64_t start = eg_now_ms();

	get_all(place, &hasty, jobs, 3, seen);
	assert_in_range(eg_now_ms() - start, 1000, 4000);
	assert_int_equal(seen[0].r.kind, EG_NET);
	assert_non_null(strstr(seen[0].r.error, "no answer for 1 second"));
	assert_int_equal(seen[1].r.kind, EG_NET);
	assert_int_equal(seen[1].r.n, 0);
	assert_string_equal(seen[2].r.body, "012345");
	forget(seen, 3);
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
	assert_in_range(eg_now_ms() - start, 290, 1000);
	assert_int_equal(seen[0].r.status, 200);
	for (size_t i = 1; i < 50; i++)
		assert_int_equal(seen[i].r.kind, EG_TIMEOUT);
	assert_non_null(strstr(place->run.error.message, "and 48 more: the time budget is spent"));
	forget(seen, 50);
}

static bool tell(void *ctx, const char *url, const char **ret_user, const char **ret_password)
{
	int *asked = ctx;

	assert_null(strchr(url, '@'));
	++*asked;
	*ret_user = "user";
	*ret_password = *asked < 100 ? "p@ss" : "wrong";
	return *asked < 1000;
}

static void credentials_come_from_where_pip_has_them(void **state)
{
	struct place *place = *state;
	int asked = 0;
	struct eg_fetch_options ask = {.credentials = tell, .credentials_ctx = &asked}, netrc = {.netrc = true};
	struct eg_job job = {.url = url_of(place, "private")};

	assert_int_equal(get_as(place, NULL, job)->status, 401);
	assert_string_equal(get_as(place, &ask, job)->body, "secret");
	assert_int_equal(asked, 1);
	asked = 500;
	assert_int_equal(get_as(place, &ask, job)->status, 401); /* wrong ones */
	assert_int_equal(asked, 501);
	asked = 5000;
	assert_int_equal(get_as(place, &ask, job)->status, 401); /* none */
	assert_int_equal(asked, 5001);

	static const char text[] = "machine 127.0.0.1 login user password p@ss\n";
	char *file = eg_path_join(place->run.arena, place->dir, ".netrc");
	assert_int_equal(eg_file_write(&place->run, file, text, sizeof(text) - 1, 0600), EG_OK);
	assert_int_equal(get_as(place, NULL, job)->status, 401);
	assert_string_equal(get_as(place, &netrc, job)->body, "secret");
	char *moved = eg_path_join(place->run.arena, place->dir, "other");
	assert_int_equal(rename(file, moved), 0);
	assert_int_equal(get_as(place, &netrc, job)->status, 401);
	setenv("NETRC", moved, 1);
	assert_string_equal(get_as(place, &netrc, job)->body, "secret");
}

/* As pip: the credentials of an index's URL hold for the files on its host. */
static void credentials_of_a_host_are_shared_and_asked_once(void **state)
{
	struct place *place = *state;
	int asked = 0;
	struct eg_fetch_options ask = {.credentials = tell, .credentials_ctx = &asked};
	struct eg_job jobs[100];
	struct seen seen[100] = {0};

	for (size_t i = 0; i < 100; i++)
		jobs[i] = (struct eg_job){.url = url_of(place, "private")};
	get_all(place, &ask, jobs, 100, seen);
	assert_int_equal(asked, 1);
	for (size_t i = 0; i < 100; i++)
		assert_string_equal(seen[i].r.body, "secret");
	forget(seen, 100);

	struct eg_fetch *fetch = eg_fetch_new(&place->run, &(struct eg_fetch_options){0});
	struct seen two[2] = {0};
	char *with = eg_strf(place->run.arena, "http://user:p%%40ss@127.0.0.1:%d/hello", web.port);
	eg_fetch_add(fetch, &(struct eg_job){.url = with, .done = see, .ctx = &two[0]});
	assert_int_equal(eg_fetch_run(fetch), EG_OK);
	eg_fetch_add(fetch, &(struct eg_job){.url = url_of(place, "private"), .done = see, .ctx = &two[1]});
	assert_int_equal(eg_fetch_run(fetch), EG_OK);
	assert_string_equal(two[1].r.body, "secret");
	forget(two, 2);
	eg_fetch_free(fetch);
}

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
	assert_in_range(ms, 500 / EG_MAX_CONNECTIONS * 30, 5000); /* one after the other: 15000 */
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
	assert_int_equal(get_all(place, &options, jobs, 200, seen), 2 * EG_MAX_CONNECTIONS); /* the others need not try */
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

static void proxies_are_used(void **state)
{
	struct place *place = *state;
	char *proxy = eg_strf(place->run.arena, "http://127.0.0.1:%d", web.port);
	struct eg_fetch_options options = {.proxy = proxy};
	struct eg_job job = {.url = "http://nowhere.example.org/echo"};

	assert_non_null(strstr(get_as(place, &options, job)->body, "host: nowhere.example.org\n"));
	setenv("HTTP_PROXY", proxy, 1);
	assert_non_null(strstr(get_as(place, NULL, job)->body, "host: nowhere.example.org\n"));
	setenv("no_proxy", "example.org", 1);
	assert_int_equal(get_as(place, NULL, job)->kind, EG_NET);
	assert_non_null(strstr(get_as(place, &options, job)->body, "host: nowhere.example.org\n"));
	options.proxy = "http://user:secret@127.0.0.1:1/";
	assert_null(strstr(get_as(place, &options, job)->error, "secret"));
	options.proxy = "odd://user:secret@127.0.0.1:1/";
	assert_null(strstr(get_as(place, &options, job)->error, "secret"));
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

static void make_certificate(struct place *place, const char *name)
{
	char *command = eg_strf(place->run.arena,
				"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
				"-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout %s/%s.key -out %s/%s.pem 2>/dev/null",
				place->dir, name, place->dir, name);
	assert_int_equal(system(command), 0);
}

static void certificates_are_verified(void **state)
{
	struct place *place = *state;
	struct eg_arena *arena = place->run.arena;

	if (system("openssl version >/dev/null 2>&1")) {
		print_message("openssl is not installed\n");
		skip();
	}
	make_certificate(place, "server");
	make_certificate(place, "other");
	char *pem = eg_strf(arena, "%s/server.pem", place->dir), *key = eg_strf(arena, "%s/server.key", place->dir);
	struct server tls = server_start((const char *const[]){"web.py", pem, key, NULL});
	char *port = eg_strf(arena, "127.0.0.1:%d", tls.port);
	struct eg_job job = {.url = eg_strf(arena, "https://user:secret@%s/hello", port)};
	struct eg_fetch_options bundle = {.ca_bundle = pem}, other = {.ca_bundle = eg_strf(arena, "%s/other.pem", place->dir)};
	struct eg_fetch_options host = {.trusted_hosts = (const char *const[]){"elsewhere", "127.0.0.1", NULL}};
	struct eg_fetch_options with_port = {.trusted_hosts = (const char *const[]){port, NULL}};
	struct eg_fetch_options wrong_port = {.trusted_hosts = (const char *const[]){"127.0.0.1:1", NULL}};
	struct eg_fetch_options missing = {.ca_bundle = "/no/such/bundle.pem"};

	const struct eg_response *r = get_as(place, NULL, job);
	assert_int_equal(r->kind, EG_NET);
	assert_non_null(strstr(r->error, eg_strf(arena, "'https://%s/hello': the server's certificate does not verify", port)));
	assert_null(strstr(r->error, "secret"));
	assert_int_equal(get_as(place, &other, job)->kind, EG_NET);
	assert_int_equal(get_as(place, &wrong_port, job)->kind, EG_NET);
	assert_non_null(strstr(get_as(place, &missing, job)->error, "the CA bundle cannot be used"));
	assert_int_equal(get_as(place, &bundle, job)->status, 200);
	assert_int_equal(get_as(place, &host, job)->status, 200);
	assert_int_equal(get_as(place, &with_port, job)->status, 200);
	setenv("SSL_CERT_FILE", pem, 1);
	assert_int_equal(get_as(place, NULL, job)->status, 200);
	unsetenv("SSL_CERT_FILE");

	/* a downgrade is refused; what is trusted for one host is not for the one it redirects to */
	job.url = eg_strf(arena, "https://%s/to/http://localhost:%d/hello", port, web.port);
	assert_non_null(strstr(get_as(place, &bundle, job)->error, "redirected from https to 'http://localhost"));
	job.url = eg_strf(arena, "https://%s/to/https://localhost:%d/hello", port, tls.port);
	assert_non_null(strstr(get_as(place, &host, job)->error, "does not verify"));
	assert_int_equal(get_as(place, &bundle, job)->status, 200);
	server_stop(&tls);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plain_answers_tell_all),
		TEST(requests_carry_what_the_job_says),
		TEST(bodies_are_decompressed_up_to_the_ceiling),
		TEST(redirects_are_followed_but_not_forever),
		TEST(credentials_stay_on_their_host),
		TEST(caching_headers_are_understood),
		TEST(ranges_are_asked_for),
		TEST(what_passes_is_tried_again),
		TEST(silence_ends_and_slowness_does_not),
		TEST(the_time_budget_ends_everything),
		TEST(credentials_come_from_where_pip_has_them),
		TEST(credentials_of_a_host_are_shared_and_asked_once),
		TEST(many_go_at_once_over_kept_connections),
		TEST(hosts_that_are_not_there),
		TEST(proxies_are_used),
		TEST(files_are_answered_like_pages),
		TEST(certificates_are_verified),
	};
	return cmocka_run_group_tests(tests, start_server, stop_server);
}
