#include "index.h"

#include <stdlib.h>

#include "file.h"
#include "index_private.h"
#include "mirrors.h"
#include "page_build.h"

struct eg_set_aside eg_error_set_aside(struct eg_run *run)
{
	struct eg_set_aside earlier = {run->error.kind, run->error.message};

	eg_recover(run);
	return earlier;
}

struct eg_set_aside eg_error_put_back(struct eg_run *run, struct eg_set_aside earlier)
{
	struct eg_set_aside latest = {run->error.kind, run->error.message};

	run->error.kind = earlier.kind;
	run->error.message = earlier.message;
	return latest;
}

/* "user:password" of a URL; NULL: none. */
static const char *credentials_of(struct eg_arena *arena, const char *url)
{
	const char *authority = strstr(url, "://"), *at = NULL;

	if (!authority)
		return NULL;
	authority += 3;
	for (const char *s = authority; *s && *s != '/' && *s != '?' && *s != '#'; s++)
		if (*s == '@')
			at = s;
	return at ? eg_strndup(arena, authority, (size_t)(at - authority)) : NULL;
}

/* "https://host:port" */
static size_t origin_length(const char *url)
{
	const char *authority = strstr(url, "://");

	return authority ? (size_t)(authority - url) + 3 + strcspn(authority + 3, "/?#") : 0;
}

const char *eg_index_private_url(const struct eg_index *index, const char *url)
{
	size_t n = origin_length(url);

	for (size_t i = 0; i < index->n_indexes + index->n_find_links; i++) {
		const struct eg_source *s =
			i < index->n_indexes ? &index->indexes[i] : &index->find_links[i - index->n_indexes];

		if (!n || !s->credentials || origin_length(s->asked) != n || strncmp(url, s->asked, n))
			continue;
		size_t scheme = (size_t)(strstr(url, "://") - url) + 3;
		return eg_strf(index->run->arena, "%.*s%s@%s", (int)scheme, url, s->credentials, url + scheme);
	}
	return url;
}

/* pip's build_source (index/sources.py): a path that exists, a file: URL, another URL. */
static void source_init(struct eg_run *run, struct eg_source *source, const char *location, bool is_index)
{
	const char *path = eg_path_of_url(run->arena, location), *home = getenv("HOME");

	if (!is_index && !path && location[0] == '~' && location[1] == '/' && home) {
		const char *expanded = eg_path_join(run->arena, home, location + 2);

		location = eg_is_dir(expanded) || eg_is_file(expanded) ? expanded : location;
	}
	if (!path && (eg_is_dir(location) || eg_is_file(location)))
		path = location;
	*source = (struct eg_source){.is_index = is_index, .usable = true};
	if (path) {
		source->path = eg_path_absolute(run->arena, path);
		source->url = source->asked = eg_url_of_path(run->arena, source->path);
	} else {
		const char *mirror = eg_mirror_of(run, location), *asked = mirror ? mirror : location;

		source->path = eg_path_of_url(run->arena, asked);
		source->credentials = credentials_of(run->arena, asked);
		source->url = eg_url_public(run->arena, location);
		source->asked = eg_url_public(run->arena, asked);
		source->usable = strstr(location, "://");
	}
	if (!source->usable) {
		eg_note(run, "'%s' is passed over: it is neither a URL nor a path that exists", source->url);
		source->noted = true;
	}
}

/* Sources named twice are asked once, as pip does. */
static struct eg_source *sources_new(struct eg_run *run, const char *const *v, size_t n, bool is_index, size_t *ret_n)
{
	struct eg_source *sources = EG_ARRAY(run->arena, struct eg_source, n);
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		bool again = false;

		source_init(run, &sources[kept], v[i], is_index);
		for (size_t j = 0; j < kept && !is_index; j++)
			again = again || !strcmp(sources[j].url, sources[kept].url);
		kept += !again;
	}
	*ret_n = kept;
	return sources;
}

struct eg_index *eg_index_new(struct eg_run *run, struct eg_cache *cache, struct eg_fetch *fetch,
			      const struct eg_index_options *options)
{
	struct eg_index *index = EG_NEW(run->arena, struct eg_index);

	*index = (struct eg_index){
		.run = run,
		.cache = cache,
		.fetch = fetch,
		.prefer_html = options->prefer_html,
		.projects = {.arena = run->arena},
		.direct = {.arena = run->arena},
	};
	index->indexes = sources_new(run, options->indexes, options->n_indexes, true, &index->n_indexes);
	index->find_links = sources_new(run, options->find_links, options->n_find_links, false, &index->n_find_links);
	return index;
}

void **eg_index_memo(struct eg_index *index)
{
	return &index->memo;
}

void eg_index_watch(struct eg_index *index, const struct eg_index_watch *watch)
{
	index->watch = *watch;
}

static struct eg_index_project *project_get(struct eg_index *index, const char *name)
{
	struct eg_index_project *p = eg_map_get(&index->projects, name);

	if (!p) {
		p = EG_NEW(index->run->arena, struct eg_index_project);
		p->name = eg_strdup(index->run->arena, name);
		p->answers = EG_ARRAY(index->run->arena, struct eg_answer *, index->n_indexes);
		eg_map_put(&index->projects, p->name, p);
	}
	return p;
}

/* Has everything that was asked for the project been answered? */
static bool is_answered(const struct eg_index *index, const struct eg_index_project *p)
{
	for (size_t i = 0; i < index->n_indexes; i++)
		if (p->answers[i] && p->answers[i]->state == EG_WANTED)
			return false;
	for (size_t i = 0; i < index->n_find_links; i++)
		if (index->find_links[i].answer && index->find_links[i].answer->state == EG_WANTED)
			return false;
	return true;
}

void eg_index_answered(struct eg_index *index, const struct eg_answer *answer)
{
	struct eg_index_project *one = answer->project ? eg_map_get(&index->projects, answer->project) : NULL;

	if (!index->watch.page)
		return;
	if (one && is_answered(index, one))
		index->watch.page(index->watch.ctx, one->name);
	/* the map may grow meanwhile */
	for (size_t i = 0; !answer->project && i < index->projects.n; i++) {
		const struct eg_index_project *p = index->projects.v[i].value;

		if (p->state == EG_WANTED && is_answered(index, p))
			index->watch.page(index->watch.ctx, p->name);
	}
}

static void append(struct eg_arena *arena, struct eg_link_list *list, const struct eg_link_list *more)
{
	for (size_t i = 0; more && i < more->n; i++)
		eg_vec_push(arena, list, more->v[i]);
}

static int by_url_descending(const void *a, const void *b)
{
	const struct eg_link *const *x = a, *const *y = b;

	return -strcmp((*x)->slot->detail.url, (*y)->slot->detail.url);
}

/* Archives that find-links name, highest URL first, then what stands on their pages. */
static void append_find_links(struct eg_index *index, const char *project, struct eg_link_list *list)
{
	struct eg_arena *arena = index->run->arena;

	for (size_t i = 0; i < index->n_find_links; i++)
		append(arena, list, eg_map_get(&index->find_links[i].answer->files, project));
	for (size_t i = 0; i < list->n; i++)
		eg_link_slot_of(index, list->v[i]);
	if (list->n > 1)
		qsort(list->v, list->n, sizeof(*list->v), by_url_descending);
	for (size_t i = 0; i < index->n_find_links; i++)
		append(arena, list, eg_map_get(&index->find_links[i].answer->page_links, project));
}

/* pip's find_all_candidates: archives named by find-links, highest URL first; pages of find-links; pages of indexes. */
static void merge(struct eg_index *index, struct eg_index_project *p)
{
	struct eg_arena *arena = index->run->arena;
	struct eg_link_list *list = &p->links;

	if (index->n_indexes == 1 && !index->n_find_links) {
		*list = p->answers[0]->links;
		return;
	}
	append_find_links(index, p->name, list);
	for (size_t i = 0; i < index->n_indexes; i++)
		append(arena, list, &p->answers[i]->links);
}

/* Where one source fails and others have the project, pip goes on; so do we, and say it once. */
static void note_failure(struct eg_run *run, struct eg_answer *answer)
{
	if (!answer->source->noted)
		eg_note(run, "%s", answer->error);
	answer->source->noted = true;
}

static struct eg_answer *answer_of(const struct eg_index *index, const struct eg_index_project *p, size_t i)
{
	return i < index->n_indexes ? p->answers[i] : index->find_links[i - index->n_indexes].answer;
}

static void conclude(struct eg_index *index, struct eg_index_project *p)
{
	size_t n = index->n_indexes + index->n_find_links;
	const struct eg_answer *failed = NULL;

	merge(index, p);
	bool known = p->links.n;
	for (size_t i = 0; i < index->n_indexes; i++)
		known = known || p->answers[i]->state == EG_KNOWN;
	p->state = known ? EG_KNOWN : EG_ABSENT;
	for (size_t i = 0; i < n; i++) {
		struct eg_answer *a = answer_of(index, p, i);

		if (a->state != EG_FAILED)
			continue;
		failed = failed ? failed : a;
		if (known)
			note_failure(index->run, a);
	}
	if (!known && failed) {
		p->state = EG_FAILED;
		p->kind = failed->kind;
		p->error = failed->error;
	}
}

enum eg_known eg_index_links(struct eg_index *index, const char *project, struct eg_link *const **ret_v, size_t *ret_n)
{
	struct eg_index_project *p = project_get(index, project);

	if (p->state == EG_WANTED) {
		for (size_t i = 0; i < index->n_indexes; i++)
			if (!p->answers[i])
				p->answers[i] = eg_answer_ask(index, &index->indexes[i], p->name);
		for (size_t i = 0; i < index->n_find_links; i++)
			if (!index->find_links[i].answer)
				index->find_links[i].answer = eg_answer_ask(index, &index->find_links[i], NULL);
		if (!is_answered(index, p))
			return EG_WANTED;
		conclude(index, p);
	}
	if (p->state == EG_KNOWN) {
		*ret_v = p->links.v;
		*ret_n = p->links.n;
	}
	return p->state;
}

enum eg_known eg_index_links_at(struct eg_index *index, size_t i, const char *project, struct eg_link *const **ret_v,
				size_t *ret_n)
{
	struct eg_index_project *p = project_get(index, project);

	if (!p->answers[i])
		p->answers[i] = eg_answer_ask(index, &index->indexes[i], p->name);
	const struct eg_answer *a = p->answers[i];
	if (a->state == EG_KNOWN) {
		*ret_v = a->links.v;
		*ret_n = a->links.n;
	}
	return a->state;
}

enum eg_known eg_index_find_links(struct eg_index *index, const char *project, struct eg_link *const **ret_v, size_t *ret_n)
{
	struct eg_link_list list = {0};
	enum eg_known state = EG_KNOWN;

	for (size_t i = 0; i < index->n_find_links; i++) {
		if (!index->find_links[i].answer)
			index->find_links[i].answer = eg_answer_ask(index, &index->find_links[i], NULL);
		if (index->find_links[i].answer->state == EG_WANTED)
			state = EG_WANTED;
	}
	if (state == EG_WANTED)
		return state;
	append_find_links(index, project, &list);
	*ret_v = list.v;
	*ret_n = list.n;
	return EG_KNOWN;
}

const char *eg_index_error(const struct eg_index *index, const char *project, enum eg_error_kind *ret_kind)
{
	const struct eg_index_project *p = eg_map_get(&index->projects, project);

	if (p && p->state == EG_FAILED) {
		*ret_kind = p->kind;
		return p->error;
	}
	for (size_t i = 0; p && i < index->n_indexes; i++)
		if (p->answers[i] && p->answers[i]->state == EG_FAILED) {
			*ret_kind = p->answers[i]->kind;
			return p->answers[i]->error;
		}
	return NULL;
}

enum eg_error_kind eg_index_run(struct eg_index *index)
{
	return index->waiting ? eg_fetch_run(index->fetch) : EG_OK;
}

bool eg_index_waiting(const struct eg_index *index)
{
	return index->waiting;
}
