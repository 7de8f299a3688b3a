#include "index_private.h"

#include <time.h>

#include "ceilings.h"
#include "file.h"
#include "page_build.h"

static const char kind[] = "page";

/* Where the server says nothing: what the largest index says of its own pages. */
enum { DEFAULT_MAX_AGE_S = 600, NOT_FOUND = 404, GONE = 410, UNAUTHORIZED = 401, PROXY_LOGIN = 407, NOT_MODIFIED = 304 };

void eg_answer_fail(struct eg_answer *answer, enum eg_error_kind error, const char *message)
{
	answer->state = EG_FAILED;
	answer->kind = error;
	answer->error = message;
}

static void add_link(struct eg_answer *answer, const struct eg_page *page, struct eg_link *link,
		     const struct eg_page_file *file)
{
	*link = (struct eg_link){.file = *file, .index = answer->source->url, .page = page};
	if (answer->source->path) {
		struct eg_link_slot *slot = eg_link_slot_of(answer->index, link);

		link->path = eg_path_of_url(answer->index->run->arena, slot->detail.url);
	}
}

void eg_answer_add_page(struct eg_answer *answer, const char *packed, size_t n, struct eg_link_list *list)
{
	struct eg_run *run = answer->index->run;
	struct eg_set_aside earlier = eg_error_set_aside(run);
	struct eg_page *page = EG_NEW(run->arena, struct eg_page);
	enum eg_error_kind e = eg_page_open(run, packed, n, page);
	struct eg_set_aside error = eg_error_put_back(run, earlier);
	struct eg_page_file file;

	if (e) {
		eg_answer_fail(answer, e, error.message);
		return;
	}
	answer->state = EG_KNOWN;
	struct eg_link *links = EG_ARRAY(run->arena, struct eg_link, page->n);
	if (!list->n) {
		list->v = EG_ARRAY(run->arena, struct eg_link *, page->n);
		list->cap = page->n;
	}
	for (size_t i = 0; i < page->n && eg_page_next(page, &file); i++) {
		add_link(answer, page, &links[i], &file);
		eg_vec_push(run->arena, list, &links[i]);
	}
}

enum eg_error_kind eg_answer_parse_page(struct eg_answer *answer, const char *content_type, const char *url,
					const char *body, size_t n, char **ret_packed, size_t *ret_n)
{
	struct eg_run *run = answer->index->run;
	struct eg_set_aside earlier = eg_error_set_aside(run);
	enum eg_error_kind e = eg_page_parse(run, content_type, eg_url_public(run->arena, url), body, n, ret_packed, ret_n);
	struct eg_set_aside error = eg_error_put_back(run, earlier);

	if (e)
		eg_answer_fail(answer, e, error.message);
	return e;
}

void eg_answer_read_local(struct eg_answer *answer, const char *path, struct eg_link_list *list)
{
	struct eg_run *run = answer->index->run;
	char *body, *packed;
	size_t n, packed_n;

	if (!eg_is_file(path))
		return;
	struct eg_set_aside earlier = eg_error_set_aside(run);
	enum eg_error_kind e = eg_file_read(run, path, EG_MAX_PAGE, &body, &n);
	struct eg_set_aside error = eg_error_put_back(run, earlier);
	if (e)
		eg_answer_fail(answer, e, error.message);
	else if (!eg_answer_parse_page(answer, "text/html", eg_url_of_path(run->arena, path), body, n, &packed, &packed_n))
		eg_answer_add_page(answer, packed, packed_n, list);
}

static bool is_fresh(const struct eg_run *run, const struct eg_cache_meta *meta)
{
	return run->offline || (!run->refresh && meta->expires > (int64_t)time(NULL));
}

/* An empty entry stands for a project that is not there. */
static void use_cached(struct eg_answer *answer, const char *packed, size_t n)
{
	if (n)
		eg_answer_add_page(answer, packed, n, &answer->links);
	else
		answer->state = EG_ABSENT;
}

static void put(struct eg_answer *answer, const struct eg_response *response, const char *packed, size_t n)
{
	int64_t age = response->max_age_s < 0 || !n ? DEFAULT_MAX_AGE_S : response->max_age_s;
	const struct eg_cache_meta meta = {
		.etag = n ? response->etag : NULL,
		.last_modified = n ? response->last_modified : NULL,
		.expires = (int64_t)time(NULL) + age,
	};

	if (response->status == NOT_MODIFIED)
		eg_cache_touch(answer->index->cache, kind, answer->key, &meta);
	else
		eg_cache_put(answer->index->cache, kind, answer->key, &meta, packed, n);
}

static void take_page(struct eg_answer *answer, const struct eg_response *response)
{
	char *packed;
	size_t n;

	if (eg_answer_parse_page(answer, response->content_type, response->url, response->body, response->n, &packed, &n))
		return;
	put(answer, response, packed, n);
	eg_answer_add_page(answer, packed, n, &answer->links);
}

/* pip passes over whatever answers with an error; what cannot be told from a passing failure, or asks for a login, is
   not the same as "no such project" here. Some indexes answer 403 for a project that they do not have. */
static void take_response(struct eg_answer *answer, const struct eg_response *response)
{
	struct eg_run *run = answer->index->run;
	long status = response->status;

	if (response->kind != EG_OK) {
		eg_answer_fail(answer, response->kind, eg_strdup(run->arena, response->error));
	} else if (status == NOT_MODIFIED && answer->stale) {
		put(answer, response, answer->stale, answer->stale_n);
		use_cached(answer, answer->stale, answer->stale_n);
	} else if (status == 200) {
		take_page(answer, response);
	} else if (status == NOT_FOUND || status == GONE) {
		answer->state = EG_ABSENT;
		put(answer, response, "", 0);
	} else if (status >= 400 && status < 500 && status != UNAUTHORIZED && status != PROXY_LOGIN && status != 429) {
		answer->state = EG_ABSENT;
		if (!answer->source->noted)
			eg_note(run, "%s answered %ld, which counts as: no such project there", answer->url, status);
		answer->source->noted = true;
	} else {
		eg_answer_fail(answer, EG_NET,
			       eg_strf(run->arena, "%s answered %ld%s", answer->url, status,
				       status == UNAUTHORIZED ? ": it asks for a user name and a password" : ""));
	}
}

static void page_done(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	struct eg_answer *answer = job->ctx;

	(void)fetch;
	answer->index->waiting--;
	take_response(answer, response);
	if (!answer->project)
		eg_find_links_group(answer, &answer->page_links, &answer->links);
	eg_index_answered(answer->index, answer);
}

/* What another release kept counts as absent. */
static bool is_readable(struct eg_run *run, const char *packed, size_t n)
{
	struct eg_set_aside earlier = eg_error_set_aside(run);
	struct eg_page page;
	enum eg_error_kind e = eg_page_open(run, packed, n, &page);

	eg_error_put_back(run, earlier);
	return e == EG_OK;
}

static void ask_server(struct eg_answer *answer)
{
	struct eg_index *index = answer->index;
	struct eg_run *run = index->run;
	struct eg_cache_meta meta = {0};
	size_t n = 0;
	char *packed = eg_cache_get(index->cache, kind, answer->key, &meta, &n);

	if (packed && n && !is_readable(run, packed, n))
		packed = NULL;
	if (packed && is_fresh(run, &meta)) {
		use_cached(answer, packed, n);
		return;
	}
	if (run->offline) {
		eg_answer_fail(answer, EG_NET, eg_strf(run->arena, "%s is not in the cache, and --offline forbids to ask",
						       answer->url));
		return;
	}
	if (packed && n) {
		answer->stale = packed;
		answer->stale_n = n;
		answer->stale_meta = meta;
	}
	const struct eg_job job = {
		.url = eg_index_private_url(index, answer->url),
		.accept = index->prefer_html ? EG_PAGE_ACCEPT_HTML : EG_PAGE_ACCEPT,
		.if_none_match = answer->stale_meta.etag,
		.if_modified_since = answer->stale_meta.last_modified,
		.max = EG_MAX_PAGE,
		.done = page_done,
		.ctx = answer,
	};
	index->waiting++;
	eg_fetch_add(index->fetch, &job);
}

/* pip's mkurl_pypi_url (models/search_scope.py). */
static const char *project_url(struct eg_arena *arena, const char *index, const char *project)
{
	size_t n = strlen(index);

	return eg_strf(arena, "%s%s%s/", index, n && index[n - 1] == '/' ? "" : "/", project);
}

struct eg_answer *eg_answer_ask(struct eg_index *index, struct eg_source *source, const char *project)
{
	struct eg_arena *arena = index->run->arena;
	struct eg_answer *answer = EG_NEW(arena, struct eg_answer);

	*answer = (struct eg_answer){
		.index = index,
		.source = source,
		.project = project,
		.url = project ? project_url(arena, source->url, project) : source->url,
		.files = {.arena = arena},
		.page_links = {.arena = arena},
	};
	answer->key = eg_strf(arena, "%s%s", project ? project_url(arena, source->asked, project) : source->asked,
			      source->credentials ? " (credentials)" : "");
	if (!source->usable) {
		answer->state = EG_ABSENT;
	} else if (project && source->path) {
		answer->state = EG_ABSENT;
		eg_answer_read_local(answer, eg_strf(arena, "%s/%s/index.html", source->path, project), &answer->links);
	} else if (!project && (source->path || eg_is_archive_name(source->url))) {
		answer->state = EG_KNOWN;
		eg_find_links_read(answer);
	} else {
		ask_server(answer);
		if (!project)
			eg_find_links_group(answer, &answer->page_links, &answer->links);
	}
	return answer;
}
