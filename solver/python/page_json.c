/* PEP 691 pages, read in one pass: a page of a large project has thousands of files. */
#include "page_build.h"

#include <stdlib.h>
#include <yajl/yajl_parse.h>

/* The keys that matter, by the depth they stand at. */
enum word { OTHER, META, STATUS, FILES, URL, HASHES, REQUIRES_PYTHON, YANKED, CORE, DIST_INFO, SIZE, UPLOAD_TIME, SHA256, VERSION };

enum { TOP = 1, SECTION = 2, FILE_ = 3, HASH_TABLE = 4, DEPTHS = 5 };

static const struct {
	unsigned depth;
	const char *key;
	enum word word;
} words[] = {
	{TOP, "meta", META},
	{TOP, "project-status", STATUS},
	{TOP, "files", FILES},
	{SECTION, "api-version", VERSION},
	{SECTION, "status", STATUS},
	{FILE_, "url", URL},
	{FILE_, "hashes", HASHES},
	{FILE_, "requires-python", REQUIRES_PYTHON},
	{FILE_, "yanked", YANKED},
	{FILE_, "core-metadata", CORE},
	{FILE_, "dist-info-metadata", DIST_INFO},
	{FILE_, "size", SIZE},
	{FILE_, "upload-time", UPLOAD_TIME},
	{HASH_TABLE, "sha256", SHA256},
};

struct metadata_info {
	bool said, served;
	const char *sha256;
};

struct reader {
	struct eg_page_builder *builder;
	unsigned depth;
	bool array[DEPTHS];
	enum word key[DEPTHS];
	const char *hash_name; /* of HASH_TABLE, where it is not sha256 */
	struct eg_page_entry entry;
	struct metadata_info core, dist_info;
	const char *foreign; /* an API version that is not ours */
	bool is_page;
};

static bool in_file(const struct reader *r)
{
	return r->depth >= FILE_ && r->key[TOP] == FILES && !r->array[TOP] && r->array[SECTION] && !r->array[FILE_];
}

static char *text_of(struct reader *r, const unsigned char *s, size_t n)
{
	return eg_strndup(r->builder->scratch, (const char *)s, n);
}

static struct metadata_info *metadata_info(struct reader *r)
{
	return r->key[FILE_] == CORE ? &r->core : r->key[FILE_] == DIST_INFO ? &r->dist_info : NULL;
}

static void hash_value(struct reader *r, const char *value)
{
	struct metadata_info *info = metadata_info(r);
	bool sha256 = r->key[HASH_TABLE] == SHA256;

	if (info && sha256)
		info->sha256 = value;
	else if (r->key[FILE_] == HASHES && sha256)
		r->entry.sha256 = value;
	else if (r->key[FILE_] == HASHES && r->hash_name)
		r->entry.hashes = r->entry.hashes ? eg_strf(r->builder->scratch, "%s %s=%s", r->entry.hashes,
							     r->hash_name, value)
						  : eg_strf(r->builder->scratch, "%s=%s", r->hash_name, value);
}

static void file_value(struct reader *r, const char *value)
{
	struct metadata_info *info = metadata_info(r);

	if (info)
		*info = (struct metadata_info){.said = true, .served = *value};
	switch (r->key[FILE_]) {
	case URL:
		r->entry.href = value;
		break;
	case REQUIRES_PYTHON:
		r->entry.requires_python = value;
		break;
	case YANKED:
		r->entry.yanked = *value ? value : NULL;
		break;
	case UPLOAD_TIME:
		r->entry.upload_us = eg_iso_time(value);
		break;
	default:
		break;
	}
}

static int on_string(void *ctx, const unsigned char *s, size_t n)
{
	struct reader *r = ctx;

	if (r->depth == SECTION && r->key[TOP] == META && r->key[SECTION] == VERSION) {
		const char *version = text_of(r, s, n);
		if (eg_page_is_foreign_version(version))
			r->foreign = version;
		return !r->foreign;
	}
	if (r->depth == SECTION && r->key[TOP] == STATUS && r->key[SECTION] == STATUS)
		r->builder->status = text_of(r, s, n);
	else if (r->depth == FILE_ && in_file(r) && r->key[FILE_])
		file_value(r, text_of(r, s, n));
	else if (r->depth == HASH_TABLE && in_file(r) && !r->array[HASH_TABLE])
		hash_value(r, text_of(r, s, n));
	return 1;
}

static int on_boolean(void *ctx, int value)
{
	struct reader *r = ctx;

	if (r->depth != FILE_ || !in_file(r))
		return 1;
	struct metadata_info *info = metadata_info(r);
	if (info)
		*info = (struct metadata_info){.said = true, .served = value};
	else if (r->key[FILE_] == YANKED)
		r->entry.yanked = value ? "" : NULL;
	return 1;
}

static int on_number(void *ctx, const char *s, size_t n)
{
	struct reader *r = ctx;
	char digits[20] = {0};

	if (r->depth == FILE_ && in_file(r) && r->key[FILE_] == SIZE && n < sizeof(digits)) {
		memcpy(digits, s, n);
		long long size = strtoll(digits, NULL, 10);
		r->entry.size = size < 0 ? -1 : size;
	}
	return 1;
}

static int on_key(void *ctx, const unsigned char *s, size_t n)
{
	struct reader *r = ctx;

	if (r->depth >= DEPTHS)
		return 1;
	enum word *key = &r->key[r->depth];
	*key = OTHER;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (words[i].depth == r->depth && strlen(words[i].key) == n && !memcmp(words[i].key, s, n))
			*key = words[i].word;
	if (r->depth == HASH_TABLE)
		r->hash_name = *key || !in_file(r) || r->key[FILE_] != HASHES ? NULL : text_of(r, s, n);
	return 1;
}

static void enter(struct reader *r, bool array)
{
	if (++r->depth >= DEPTHS)
		return;
	r->array[r->depth] = array;
	r->key[r->depth] = OTHER;
	if (r->depth == TOP)
		r->is_page = !array;
	if (r->depth == FILE_ && in_file(r)) {
		r->entry = EG_PAGE_ENTRY_NONE;
		r->core = r->dist_info = (struct metadata_info){0};
	}
	if (r->depth == HASH_TABLE && in_file(r) && metadata_info(r))
		*metadata_info(r) = (struct metadata_info){.said = true, .served = !array};
}

static int on_object(void *ctx)
{
	enter(ctx, false);
	return 1;
}

static int on_array(void *ctx)
{
	enter(ctx, true);
	return 1;
}

static int on_end(void *ctx)
{
	struct reader *r = ctx;

	if (r->depth == FILE_ && in_file(r)) {
		/* PEP 714: the old name counts where the new one is missing */
		const struct metadata_info *info = r->core.said ? &r->core : &r->dist_info;

		r->entry.has_metadata = info->served;
		r->entry.metadata_sha256 = info->served ? info->sha256 : NULL;
		eg_page_builder_add(r->builder, &r->entry);
	}
	r->depth--;
	return 1;
}

enum eg_error_kind eg_page_parse_json(struct eg_run *run, struct eg_page_builder *builder, const char *body, size_t n)
{
	static const yajl_callbacks callbacks = {
		.yajl_boolean = on_boolean,
		.yajl_number = on_number,
		.yajl_string = on_string,
		.yajl_start_map = on_object,
		.yajl_map_key = on_key,
		.yajl_end_map = on_end,
		.yajl_start_array = on_array,
		.yajl_end_array = on_end,
	};
	struct reader r = {.builder = builder};
	yajl_handle yajl = yajl_alloc(&callbacks, NULL, &r);

	if (!yajl)
		return eg_fail(run, EG_LIMIT, "index page %s: no memory to read it", builder->url);
	yajl_status status = yajl_parse(yajl, (const unsigned char *)body, n);
	size_t at = yajl_get_bytes_consumed(yajl);
	if (status == yajl_status_ok)
		status = yajl_complete_parse(yajl);
	yajl_free(yajl);
	if (r.foreign)
		return eg_fail(run, EG_FORMAT, "index page %s has API version '%.20s', which is not supported",
			       builder->url, r.foreign);
	if (status != yajl_status_ok)
		return eg_fail(run, EG_FORMAT, "index page %s is not valid JSON (at byte %zu)", builder->url, at);
	if (!r.is_page)
		return eg_fail(run, EG_FORMAT, "index page %s is no JSON object", builder->url);
	return EG_OK;
}
