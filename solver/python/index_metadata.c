/* The metadata of one link: what the index serves (PEP 658), else a few ranges of the wheel, else the whole file. */
#include "index_private.h"

#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "ceilings.h"
#include "checksum.h"
#include "metadata_text.h"
#include "page_build.h"
#include "pep508.h"
#include "sdist.h"
#include "wheel_zip.h"

static const char kind[] = "metadata";

enum { DAY_S = 24 * 60 * 60, MAX_RANGES = 8, PARTIAL = 206, NO_RANGE = 416 };

bool eg_is_wheel_name(const char *filename)
{
	size_t n = strlen(filename);

	return n > 4 && !strcasecmp(filename + n - 4, ".whl");
}

const char *eg_wheel_project(struct eg_arena *arena, const char *filename)
{
	return eg_normalize(arena, filename, strcspn(filename, "-"));
}

struct eg_link_slot *eg_link_slot_of(struct eg_index *index, struct eg_link *link)
{
	if (!link->slot) {
		link->slot = EG_NEW(index->run->arena, struct eg_link_slot);
		*link->slot = (struct eg_link_slot){
			.index = index,
			.link = link,
			.detail = {.size = -1, .upload_us = -1},
		};
		if (link->page)
			eg_page_detail(index->run->arena, link->page, &link->file, &link->slot->detail);
	}
	return link->slot;
}

const struct eg_page_detail *eg_link_detail(struct eg_index *index, struct eg_link *link)
{
	return &eg_link_slot_of(index, link)->detail;
}

static const char *public_url(const struct eg_link_slot *slot)
{
	return eg_url_public(slot->index->run->arena, slot->detail.url);
}

/* Files with the same METADATA share an entry where its hash is known; another hash is another entry. */
static const char *cache_key(const struct eg_link_slot *slot)
{
	struct eg_arena *arena = slot->index->run->arena;
	const struct eg_page_detail *d = &slot->detail;

	if (slot->subdirectory)
		return eg_strf(arena, "%s#subdirectory=%s&sha256=%s", public_url(slot), slot->subdirectory,
			       d->sha256 ? d->sha256 : "");
	if (d->has_metadata && d->metadata_sha256)
		return eg_strf(arena, "sha256:%s", d->metadata_sha256);
	return d->sha256 ? eg_strf(arena, "%s#sha256=%s", public_url(slot), d->sha256) : public_url(slot);
}

static void fail(struct eg_link_slot *slot, enum eg_error_kind error, const char *message)
{
	slot->state = EG_FAILED;
	slot->kind = error;
	slot->error = message;
}

static void arrived(struct eg_link_slot *slot)
{
	const struct eg_index_watch *watch = &slot->index->watch;

	if (slot->state == EG_KNOWN && watch->metadata)
		watch->metadata(watch->ctx, slot->link, slot->metadata);
}

/* False (and nothing done) when the text is no metadata. */
static bool take_text(struct eg_link_slot *slot, const struct eg_metadata_text *text)
{
	struct eg_run *run = slot->index->run;
	const char *name = slot->link->file.filename;

	if (text->unknown) {
		fail(slot, EG_UNSUPPORTED, eg_strf(run->arena, "metadata of %s is not known: %s", name, text->unknown));
		return true;
	}
	struct eg_metadata *metadata = EG_NEW(run->arena, struct eg_metadata);
	struct eg_set_aside earlier = eg_error_set_aside(run);
	enum eg_error_kind e = eg_metadata_parse(run, text->text, text->n, name, metadata);
	struct eg_set_aside error = eg_error_put_back(run, earlier);
	if (e) {
		fail(slot, e, error.message);
		return false;
	}
	metadata->assumed = text->assumed;
	slot->metadata = metadata;
	slot->state = EG_KNOWN;
	return true;
}

/* "exact", "assumed WHAT" or "unknown WHY" on the first line, then the text. */
static void put(struct eg_link_slot *slot, const struct eg_metadata_text *text)
{
	struct eg_buf body = {0};
	const struct eg_cache_meta meta = {
		.expires = (slot->detail.sha256 || slot->detail.metadata_sha256) && !text->unknown
				   ? INT64_MAX
				   : (int64_t)time(NULL) + DAY_S,
	};

	if (text->unknown)
		eg_buf_printf(&body, "unknown %s\n", text->unknown);
	else if (text->assumed)
		eg_buf_printf(&body, "assumed %s\n", text->assumed);
	else
		eg_buf_puts(&body, "exact\n");
	eg_buf_add(&body, text->text, text->n);
	if (!body.overflow)
		eg_cache_put(slot->index->cache, kind, cache_key(slot), &meta, body.s, body.n);
	eg_buf_free(&body);
}

static bool take_cached(struct eg_link_slot *slot)
{
	const struct eg_run *run = slot->index->run;
	struct eg_cache_meta meta;
	size_t n;
	char *body = eg_cache_get(slot->index->cache, kind, cache_key(slot), &meta, &n);
	char *end = body ? memchr(body, '\n', n) : NULL;
	bool fresh = end && (meta.expires == INT64_MAX || run->offline ||
			     (!run->refresh && meta.expires > (int64_t)time(NULL)));

	if (!fresh)
		return false;
	*end = 0;
	struct eg_metadata_text text = {.text = end + 1, .n = n - (size_t)(end + 1 - body)};
	if (!strncmp(body, "unknown ", 8))
		text.unknown = body + 8;
	else if (!strncmp(body, "assumed ", 8))
		text.assumed = body + 8;
	else if (strcmp(body, "exact"))
		return false; /* what another release kept */
	bool taken = take_text(slot, &text);
	if (!taken)
		slot->state = EG_WANTED;
	return taken;
}

/* What an archive or the index gave: kept without its description. */
static void finish(struct eg_link_slot *slot, const struct eg_metadata_text *found)
{
	struct eg_metadata_text text = *found;

	if (text.text)
		text.text = eg_metadata_core(slot->index->run->arena, found->text, found->n, &text.n);
	if (take_text(slot, &text))
		put(slot, &text);
}

static void request(struct eg_link_slot *slot, enum eg_metadata_step step);

static bool has_hash(struct eg_link_slot *slot, const char *what, const char *sha256, const void *bytes, size_t n)
{
	struct eg_arena *arena = slot->index->run->arena;
	const char *actual = sha256 ? eg_sha256(arena, bytes, n) : NULL;

	if (!actual || !strcmp(actual, sha256))
		return true;
	fail(slot, EG_FORMAT, eg_strf(arena, "%s has the wrong hash: sha256 should be %s and is %s", what, sha256, actual));
	return false;
}

/* Goes on with the bytes of the wheel that are here. */
static void read_wheel(struct eg_link_slot *slot)
{
	struct eg_run *run = slot->index->run;
	const char *project = eg_wheel_project(run->arena, slot->link->file.filename);
	struct eg_metadata_text found = {0};
	char *text;
	struct eg_set_aside earlier = eg_error_set_aside(run);
	enum eg_error_kind e = eg_wheel_metadata(run, &slot->file, eg_strf(run->arena, "wheel %s", public_url(slot)),
						 project, &text, &found.n, &slot->need);
	struct eg_set_aside error = eg_error_put_back(run, earlier);

	if (e) {
		fail(slot, e, error.message);
	} else if (slot->need.end) {
		request(slot, EG_STEP_RANGE);
	} else {
		found.text = text;
		finish(slot, &found);
	}
}

static void forget_ranges(struct eg_link_slot *slot)
{
	eg_arena_free(slot->file.arena);
	slot->file = (struct eg_sparse){0};
}

static void take_whole(struct eg_link_slot *slot, const struct eg_response *response)
{
	struct eg_run *run = slot->index->run;
	const char *filename = slot->link->file.filename;
	struct eg_metadata_text found = {0};

	if (!has_hash(slot, public_url(slot), slot->detail.sha256, response->body, response->n))
		return;
	if (eg_is_wheel_name(filename)) {
		forget_ranges(slot);
		slot->file = (struct eg_sparse){.arena = eg_arena_scratch(run->arena), .size = response->n};
		eg_sparse_add(&slot->file, 0, response->body, response->n);
		read_wheel(slot);
		return;
	}
	struct eg_set_aside earlier = eg_error_set_aside(run);
	enum eg_error_kind e = eg_sdist_metadata(run, filename, eg_strf(run->arena, "sdist %s", public_url(slot)),
						 slot->subdirectory, response->body, response->n, &found);
	struct eg_set_aside error = eg_error_put_back(run, earlier);
	if (e)
		fail(slot, e, error.message);
	else
		finish(slot, &found);
}

static bool number(const char **s, char end, uint64_t *ret)
{
	char *after;

	if (**s < '0' || **s > '9')
		return false;
	*ret = strtoull(*s, &after, 10);
	if (*after != end || *ret > INT64_MAX)
		return false;
	*s = after + (end != 0);
	return true;
}

/* "bytes 0-99/1234" */
static bool content_range(const struct eg_response *r, uint64_t *ret_start, uint64_t *ret_size)
{
	const char *s = r->content_range;
	uint64_t end;

	return s && !strncasecmp(s, "bytes ", 6) && (s += 6, number(&s, '-', ret_start)) && number(&s, '/', &end) &&
	       number(&s, 0, ret_size) && end >= *ret_start && end - *ret_start + 1 == r->n && end < *ret_size;
}

static void take_range(struct eg_link_slot *slot, const struct eg_response *response)
{
	uint64_t start, size;

	if (!content_range(response, &start, &size) || (slot->file.size && size != slot->file.size)) {
		request(slot, EG_STEP_WHOLE);
		return;
	}
	if (!slot->file.arena)
		slot->file.arena = eg_arena_scratch(slot->index->run->arena);
	slot->file.size = size;
	eg_sparse_add(&slot->file, start, response->body, response->n);
	read_wheel(slot);
}

/* A server that refuses "the last N bytes" may still grant a range that starts at zero, which tells the size. */
static void refused(struct eg_link_slot *slot, const struct eg_response *response)
{
	long status = response->status;
	bool about_range = status == NO_RANGE || status == 400 || status == 403 || status == 405 || status == 501 ||
			   status == 505;

	if (slot->step == EG_STEP_METADATA_FILE && (status == 404 || status == 403)) {
		/* it is not served after all: what the wheel says is not known to have that hash */
		slot->detail.has_metadata = false;
		slot->detail.metadata_sha256 = NULL;
		request(slot, eg_is_wheel_name(slot->link->file.filename) ? EG_STEP_TAIL : EG_STEP_WHOLE);
	} else if (slot->step == EG_STEP_TAIL && about_range) {
		request(slot, EG_STEP_SIZE);
	} else if ((slot->step == EG_STEP_SIZE || slot->step == EG_STEP_RANGE) && about_range) {
		request(slot, EG_STEP_WHOLE);
	} else {
		fail(slot, EG_NET, eg_strf(slot->index->run->arena, "%s%s answered %ld", public_url(slot),
					   slot->step == EG_STEP_METADATA_FILE ? ".metadata" : "", status));
	}
}

static void take_response(struct eg_link_slot *slot, const struct eg_response *response)
{
	struct eg_run *run = slot->index->run;
	const struct eg_metadata_text found = {.text = response->body, .n = response->n};

	if (response->kind == EG_LIMIT && slot->step != EG_STEP_METADATA_FILE)
		fail(slot, EG_LIMIT, eg_strf(run->arena, "%s is too large to be read whole for its metadata, and its server refuses ranges",
					     public_url(slot)));
	else if (response->kind != EG_OK)
		fail(slot, response->kind, eg_strdup(run->arena, response->error));
	else if (response->status == 200 && slot->step == EG_STEP_METADATA_FILE) {
		if (has_hash(slot, eg_strf(run->arena, "%s.metadata", public_url(slot)), slot->detail.metadata_sha256,
			     response->body, response->n))
			finish(slot, &found);
	} else if (response->status == 200)
		take_whole(slot, response);
	else if (response->status == PARTIAL && slot->step != EG_STEP_WHOLE)
		take_range(slot, response);
	else
		refused(slot, response);
}

static void done(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	struct eg_link_slot *slot = job->ctx;

	(void)fetch;
	slot->index->waiting--;
	take_response(slot, response);
	if (slot->state != EG_WANTED)
		forget_ranges(slot);
	arrived(slot);
}

static const char *range_of(const struct eg_link_slot *slot)
{
	struct eg_arena *arena = slot->index->run->arena;
	uint64_t size = slot->detail.size > 0 ? (uint64_t)slot->detail.size : 0;

	switch (slot->step) {
	case EG_STEP_TAIL:
		if (!size)
			return eg_strf(arena, "-%d", EG_ZIP_TAIL);
		return eg_strf(arena, "%llu-%llu", (unsigned long long)(size > EG_ZIP_TAIL ? size - EG_ZIP_TAIL : 0),
			       (unsigned long long)size - 1);
	case EG_STEP_SIZE:
		return "0-0";
	case EG_STEP_RANGE:
		return eg_strf(arena, "%llu-%llu", (unsigned long long)slot->need.start,
			       (unsigned long long)slot->need.end - 1);
	default:
		return NULL;
	}
}

static void request(struct eg_link_slot *slot, enum eg_metadata_step step)
{
	struct eg_index *index = slot->index;
	bool wheel = eg_is_wheel_name(slot->link->file.filename);
	const char *url = slot->detail.url;

	if (++slot->requests > MAX_RANGES) {
		fail(slot, EG_FORMAT, eg_strf(index->run->arena, "%s: its server does not send the ranges it is asked for",
					      public_url(slot)));
		return;
	}
	slot->step = step;
	if (step == EG_STEP_METADATA_FILE)
		url = eg_strf(index->run->arena, "%s.metadata", url);
	const struct eg_job job = {
		.url = eg_index_private_url(index, url),
		.range = range_of(slot),
		.max = step == EG_STEP_METADATA_FILE ? EG_MAX_METADATA : wheel ? EG_MAX_WHEEL : EG_MAX_SDIST,
		.done = done,
		.ctx = slot,
	};
	index->waiting++;
	eg_fetch_add(index->fetch, &job);
}

static void read_local(struct eg_link_slot *slot)
{
	struct eg_run *run = slot->index->run;
	struct eg_set_aside earlier = eg_error_set_aside(run);
	struct eg_metadata_text found = {0};
	enum eg_error_kind e = eg_local_metadata(run, slot, &found);
	struct eg_set_aside error = eg_error_put_back(run, earlier);

	if (e)
		fail(slot, e, error.message);
	else
		take_text(slot, &found);
}

static void start(struct eg_link_slot *slot)
{
	struct eg_run *run = slot->index->run;

	if (slot->link->path)
		read_local(slot);
	else if (take_cached(slot))
		;
	else if (run->offline)
		fail(slot, EG_NET, eg_strf(run->arena, "metadata of %s is not in the cache, and --offline forbids to ask",
					   public_url(slot)));
	else if (slot->detail.has_metadata)
		request(slot, EG_STEP_METADATA_FILE);
	else
		request(slot, eg_is_wheel_name(slot->link->file.filename) ? EG_STEP_TAIL : EG_STEP_WHOLE);
}

enum eg_known eg_index_metadata(struct eg_index *index, struct eg_link *link, const struct eg_metadata **ret,
				enum eg_error_kind *ret_kind, const char **ret_error)
{
	struct eg_link_slot *slot = eg_link_slot_of(index, link);

	if (!slot->asked) {
		slot->asked = true;
		start(slot);
	}
	if (slot->state == EG_KNOWN)
		*ret = slot->metadata;
	if (slot->state == EG_FAILED) {
		*ret_kind = slot->kind;
		*ret_error = slot->error;
	}
	return slot->state;
}

const struct eg_metadata *eg_index_metadata_known(const struct eg_link *link)
{
	return link->slot && link->slot->state == EG_KNOWN ? link->slot->metadata : NULL;
}
