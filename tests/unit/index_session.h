/* Indexes and find-links in a run of their own, and a server to ask. */
#ifndef EG_TEST_INDEX_SESSION_H
#define EG_TEST_INDEX_SESSION_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cache.h"
#include "fetch.h"
#include "place.h"
#include "python/index.h"
#include "server.h"

static struct server web;

static inline int start_server(void **state)
{
	static const char *const variables[] = {"http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"};

	(void)state;
	for (size_t i = 0; i < sizeof(variables) / sizeof(*variables); i++)
		unsetenv(variables[i]);
	web = server_start((const char *const[]){"index_server.py", NULL});
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
	int rc = place_set_up(state);
	struct place *place = *state;

	return rc ? rc : setenv("ENVGUARD_CACHE_DIR", place_path(place, "cache"), 1);
}

/* One run of the program: an index over up to two indexes and find-links. */
struct session {
	struct eg_run *run;
	struct eg_fetch *fetch;
	struct eg_index *index;
	struct eg_link *const *links;
	size_t n;
	const struct eg_metadata *metadata;
	enum eg_error_kind kind;
	const char *error;
};

static inline struct session open_session(struct place *place, const char *const *indexes, const char *const *find_links)
{
	struct session s = {.run = &place->run};
	const struct eg_fetch_options fetch = {.user_agent = "test", .timeout_s = 5};
	struct eg_index_options options = {.indexes = indexes, .find_links = find_links};

	while (indexes && indexes[options.n_indexes])
		options.n_indexes++;
	while (find_links && find_links[options.n_find_links])
		options.n_find_links++;
	eg_recover(&place->run);
	s.fetch = eg_fetch_new(s.run, &fetch);
	s.index = eg_index_new(s.run, eg_cache_open(s.run), s.fetch, &options);
	return s;
}

static inline char *url(struct place *place, const char *flags)
{
	return eg_strf(place->run.arena, "http://127.0.0.1:%d/%s/simple", web.port, flags);
}

static inline struct session open_one(struct place *place, const char *flags)
{
	return open_session(place, (const char *const[]){url(place, flags), NULL}, NULL);
}

static inline void close_session(struct session *s)
{
	eg_fetch_free(s->fetch);
	assert_int_equal(s->run->error.kind, EG_OK);
}

/* Asks, runs, asks again. */
static inline enum eg_known links_of(struct session *s, const char *project)
{
	enum eg_known known = eg_index_links(s->index, project, &s->links, &s->n);

	if (known == EG_WANTED) {
		assert_true(eg_index_waiting(s->index));
		assert_int_equal(eg_index_run(s->index), EG_OK);
		known = eg_index_links(s->index, project, &s->links, &s->n);
	}
	assert_false(eg_index_waiting(s->index));
	assert_int_not_equal(known, EG_WANTED);
	if (known == EG_FAILED)
		s->error = eg_index_error(s->index, project, &s->kind);
	return known;
}

static inline enum eg_known metadata_of(struct session *s, struct eg_link *link)
{
	enum eg_known known = eg_index_metadata(s->index, link, &s->metadata, &s->kind, &s->error);

	if (known == EG_WANTED) {
		assert_int_equal(eg_index_run(s->index), EG_OK);
		known = eg_index_metadata(s->index, link, &s->metadata, &s->kind, &s->error);
	}
	assert_int_not_equal(known, EG_WANTED);
	return known;
}

static inline struct eg_link *link_named(const struct session *s, const char *filename)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->links[i]->file.filename, filename))
			return s->links[i];
	fail_msg("no link %s", filename);
	return NULL;
}

static inline void assert_says(const char *text, const char *part)
{
	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("'%s' is not in: %s", part, text);
}

#endif
