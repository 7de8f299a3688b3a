/* Jobs for eg_fetch, and the server of the test that answers them. */
#ifndef EG_TEST_FETCHING_H
#define EG_TEST_FETCHING_H

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

static inline int start_server(void **state)
{
	(void)state;
	web = server_start((const char *const[]){"web.py", NULL});
	return web.port ? 0 : -1;
}

static inline int stop_server(void **state)
{
	(void)state;
	server_stop(&web);
	return 0;
}

static inline int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	static const char *const variables[] = {"http_proxy",    "https_proxy",   "all_proxy",    "HTTP_PROXY",
						"HTTPS_PROXY",   "ALL_PROXY",     "no_proxy",     "NO_PROXY",
						"NETRC",         "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
						"CURL_CA_BUNDLE"};

	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		unsetenv(variables[i]);
	place->run.arena = eg_arena_new(NULL);
	strcpy(place->dir, "/tmp/eg-fetch-XXXXXX");
	*state = place;
	if (!mkdtemp(place->dir))
		return -1;
	return setenv("HOME", place->dir, 1);
}

static inline int tear_down(void **state)
{
	struct place *place = *state;
	int rc = system(eg_strf(place->run.arena, "rm -rf '%s'", place->dir));

	eg_arena_free(place->run.arena);
	free(place);
	return rc;
}

static inline char *url_of(struct place *place, const char *path)
{
	return eg_strf(place->run.arena, "http://127.0.0.1:%d/%s", web.port, path);
}

static inline void see(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
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
static inline const struct eg_response *get_as(struct place *place, const struct eg_fetch_options *options,
					       struct eg_job job)
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

static inline const struct eg_response *get(struct place *place, const char *path)
{
	return get_as(place, NULL, (struct eg_job){.url = url_of(place, path), .max = 1 << 20});
}

/* Many jobs at once by one eg_fetch; every one is answered once. Returns the requests made. */
static inline size_t get_all(struct place *place, const struct eg_fetch_options *options, const struct eg_job *jobs,
			     size_t n, struct seen *ret)
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

static inline void forget(struct seen *seen, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((char *)seen[i].r.body);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
