/* The packed page, little more than the page's own words: a header, the strings that many files share (the page's URL and
   status first, then URL prefixes, Requires-Python, yank reasons), one row per file with its name, and for each file the
   bytes of the rest, hashes in binary. */
#include "page.h"

#include "ceilings.h"
#include "page_build.h"

enum { HASH = 32, URL_STRING = 1, STATUS_STRING = 2 };

/* what follows in a file's packed bytes, in this order after the URL prefix's number */
enum {
	HAS_HASH_DIRS = 1 << 0, /* PREFIX aa/bb/60 hex digits/ LAST */
	LAST_IS_FILENAME = 1 << 1,
	HAS_SHA256 = 1 << 2,
	HAS_METADATA = 1 << 3,
	HAS_METADATA_SHA256 = 1 << 4,
	HAS_SIZE = 1 << 5,
	HAS_UPLOAD = 1 << 6,
	HAS_HASHES = 1 << 7,
};

struct header {
	char magic[4];
	uint32_t files, strings, strings_size, rows_size, packed_size;
};
static const char magic[4] = {'E', 'G', 'P', '1'};

static void put_number(struct eg_buf *buf, uint64_t v)
{
	unsigned char bytes[10];
	size_t n = 0;

	for (; v > 127; v >>= 7)
		bytes[n++] = (unsigned char)(v | 128);
	bytes[n++] = (unsigned char)v;
	eg_buf_add(buf, bytes, n);
}

static void put_string(struct eg_buf *buf, const char *s)
{
	eg_buf_add(buf, s, strlen(s) + 1);
}

static void put_hash(struct eg_buf *buf, const char *hex)
{
	unsigned char bytes[HASH];

	for (size_t i = 0; i < HASH; i++) {
		int high = hex[2 * i], low = hex[2 * i + 1];

		bytes[i] = (unsigned char)((high <= '9' ? high - '0' : high - 'a' + 10) << 4 |
					   (low <= '9' ? low - '0' : low - 'a' + 10));
	}
	eg_buf_add(buf, bytes, HASH);
}

/* Number of S among the shared strings; 0 is NULL. */
static uint64_t intern(struct eg_page_builder *builder, const char *s)
{
	if (!s)
		return 0;
	uintptr_t i = (uintptr_t)eg_map_get(&builder->interned, s);
	if (!i) {
		i = builder->interned.n + 1 + STATUS_STRING;
		eg_map_put(&builder->interned, eg_strdup(builder->scratch, s), (void *)i);
		put_string(&builder->strings, s);
	}
	return i;
}

void eg_page_builder_init(struct eg_page_builder *builder, struct eg_arena *scratch, const char *url)
{
	*builder = (struct eg_page_builder){
		.scratch = scratch,
		.url = url,
		.base = url,
		.interned = {.arena = scratch},
		.strings = {.max = 4 * EG_MAX_PAGE},
		.rows = {.max = 4 * EG_MAX_PAGE},
		.packed = {.max = 4 * EG_MAX_PAGE},
	};
}

/* Length of what precedes "aa/bb/60 hex digits/", the way large indexes lay out their files; LEN where the directory of
   URL does not end so. */
static size_t before_hash_dirs(const char *url, size_t len, char hex[2 * HASH + 1])
{
	enum { DIRS = 2 + 1 + 2 + 1 + 60 + 1 };
	const char *d = url + len - DIRS;
	size_t n = 0;

	if (len <= DIRS || d[-1] != '/' || d[2] != '/' || d[5] != '/')
		return len;
	for (size_t i = 0; i < DIRS - 1; i++) {
		if (i == 2 || i == 5)
			continue;
		if (!((d[i] >= '0' && d[i] <= '9') || (d[i] >= 'a' && d[i] <= 'f')))
			return len;
		hex[n++] = d[i];
	}
	return len - DIRS;
}

static void put_detail(struct eg_page_builder *builder, const struct eg_page_entry *e, const char *url,
		       const char *filename)
{
	struct eg_buf *out = &builder->packed;
	char hex[2 * HASH + 1];
	const char *slash = strrchr(url, '/');
	size_t dir = slash ? (size_t)(slash - url) + 1 : 0, prefix = before_hash_dirs(url, dir, hex);
	bool plain = !strcmp(url + dir, filename);
	unsigned char flags = (unsigned char)((prefix < dir ? HAS_HASH_DIRS : 0) | (plain ? LAST_IS_FILENAME : 0) |
					      (e->sha256 ? HAS_SHA256 : 0) | (e->has_metadata ? HAS_METADATA : 0) |
					      (e->metadata_sha256 ? HAS_METADATA_SHA256 : 0) |
					      (e->size >= 0 ? HAS_SIZE : 0) | (e->upload_us >= 0 ? HAS_UPLOAD : 0) |
					      (e->hashes ? HAS_HASHES : 0));

	eg_buf_add(out, &flags, 1);
	put_number(out, intern(builder, eg_strndup(builder->scratch, url, prefix)));
	if (prefix < dir)
		put_hash(out, hex);
	if (!plain)
		put_string(out, url + dir);
	if (e->sha256)
		put_hash(out, e->sha256);
	if (e->metadata_sha256)
		put_hash(out, e->metadata_sha256);
	if (e->size >= 0)
		put_number(out, (uint64_t)e->size);
	if (e->upload_us >= 0)
		put_number(out, (uint64_t)e->upload_us);
	if (e->hashes)
		put_string(out, e->hashes);
}

/* pip's LinkHash: the first "#NAME=VALUE" or "&NAME=VALUE" with a hash that it supports outranks what the page says. */
static void take_fragment_hash(struct eg_page_builder *builder, struct eg_page_entry *e, const char *fragment)
{
	static const char *const names[] = {"sha512", "sha384", "sha256", "sha224", "sha1", "md5"};

	for (const char *s = fragment, *and; s; s = and ? and + 1 : NULL) {
		size_t n = strcspn(s, "&"), eq = strcspn(s, "=&");

		and = strchr(s, '&');
		for (size_t i = 0; i < sizeof(names) / sizeof(*names) && eq < n; i++) {
			if (eq != strlen(names[i]) || strncmp(s, names[i], eq))
				continue;
			if (i == 2)
				e->sha256 = eg_strndup(builder->scratch, s + eq + 1, n - eq - 1);
			else
				e->hashes = eg_strndup(builder->scratch, s, n);
			return;
		}
	}
}

static bool is_printable(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 127)
			return false;
	return true;
}

void eg_page_builder_add(struct eg_page_builder *builder, const struct eg_page_entry *entry)
{
	struct eg_page_entry e = *entry;
	const char *fragment;

	if (!e.href || !*e.href)
		return;
	const char *url = eg_page_link_url(builder->scratch, builder->base, e.href, &fragment);
	const char *filename = eg_url_filename(builder->scratch, url);
	if (!eg_is_archive_name(filename) || !is_printable(filename) || strlen(filename) > EG_MAX_FILENAME)
		return;
	take_fragment_hash(builder, &e, fragment);
	if (e.sha256)
		e.sha256 = eg_hex(builder->scratch, e.sha256, HASH);
	if (e.metadata_sha256)
		e.metadata_sha256 = eg_hex(builder->scratch, e.metadata_sha256, HASH);
	size_t before = builder->packed.n;
	put_detail(builder, &e, url, filename);
	put_number(&builder->rows, intern(builder, e.requires_python && *e.requires_python ? e.requires_python : NULL));
	put_number(&builder->rows, intern(builder, e.yanked));
	put_number(&builder->rows, builder->packed.n - before);
	put_string(&builder->rows, filename);
	builder->n++;
}

char *eg_page_builder_finish(struct eg_page_builder *builder, struct eg_arena *arena, size_t *ret_n)
{
	struct eg_buf *parts[] = {&builder->strings, &builder->rows, &builder->packed};
	struct eg_buf head = {0};
	char *all = NULL;
	size_t n = 0;

	put_string(&head, builder->url);
	put_string(&head, builder->status ? builder->status : "");
	struct header h = {
		.files = (uint32_t)builder->n,
		.strings = (uint32_t)builder->interned.n + STATUS_STRING,
		.strings_size = (uint32_t)(head.n + builder->strings.n),
		.rows_size = (uint32_t)builder->rows.n,
		.packed_size = (uint32_t)builder->packed.n,
	};
	memcpy(h.magic, magic, sizeof(magic));
	if (!head.overflow && !builder->strings.overflow && !builder->rows.overflow && !builder->packed.overflow) {
		all = eg_alloc(arena, sizeof(h) + head.n + builder->strings.n + builder->rows.n + builder->packed.n);
		memcpy(all, &h, sizeof(h));
		memcpy(all + sizeof(h), head.s, head.n);
		n = sizeof(h) + head.n;
	}
	eg_buf_free(&head);
	for (size_t i = 0; i < 3; i++) {
		if (all && parts[i]->n) {
			memcpy(all + n, parts[i]->s, parts[i]->n);
			n += parts[i]->n;
		}
		eg_buf_free(parts[i]);
	}
	*ret_n = n;
	return all;
}

/* Splits the N strings of SIZE bytes at S; false when there are fewer. */
static bool split(const char **v, size_t n, const char *s, size_t size)
{
	for (size_t i = 0; i < n; i++) {
		const char *end = size ? memchr(s, 0, size) : NULL;

		if (!end)
			return false;
		v[i] = s;
		size -= (size_t)(end + 1 - s);
		s = end + 1;
	}
	return true;
}

enum eg_error_kind eg_page_open(struct eg_run *run, const char *packed, size_t n, struct eg_page *ret)
{
	struct header h;

	if (n < sizeof(h))
		return eg_fail(run, EG_FORMAT, "packed index page is damaged");
	memcpy(&h, packed, sizeof(h));
	if (memcmp(h.magic, magic, sizeof(magic)) || h.strings < STATUS_STRING || h.strings > h.strings_size ||
	    h.files > h.rows_size || n - sizeof(h) != (uint64_t)h.strings_size + h.rows_size + h.packed_size)
		return eg_fail(run, EG_FORMAT, "packed index page is damaged");
	const char *strings = packed + sizeof(h), *rows = strings + h.strings_size;
	const char **v = EG_ARRAY(run->arena, const char *, h.strings);
	if (!split(v, h.strings, strings, h.strings_size))
		return eg_fail(run, EG_FORMAT, "packed index page is damaged");
	*ret = (struct eg_page){
		.url = v[URL_STRING - 1],
		.status = *v[STATUS_STRING - 1] ? v[STATUS_STRING - 1] : NULL,
		.n = h.files,
		.strings = v,
		.n_strings = h.strings,
		.row = rows,
		.rows_end = rows + h.rows_size,
		.packed = (const unsigned char *)rows + h.rows_size,
		.packed_end = (const unsigned char *)rows + h.rows_size + h.packed_size,
	};
	return EG_OK;
}

static uint64_t number(const unsigned char **s, const unsigned char *end)
{
	uint64_t v = 0;

	for (unsigned shift = 0; *s < end && shift < 64; shift += 7) {
		unsigned char c = *(*s)++;

		v |= (uint64_t)(c & 127) << shift;
		if (c < 128)
			break;
	}
	return v;
}

static const char *shared(const struct eg_page *page, uint64_t i)
{
	return i && i <= page->n_strings ? page->strings[i - 1] : NULL;
}

bool eg_page_next(struct eg_page *page, struct eg_page_file *ret)
{
	const unsigned char *s = (const unsigned char *)page->row, *end = (const unsigned char *)page->rows_end;
	uint64_t requires_python = number(&s, end), yanked = number(&s, end), size = number(&s, end);
	const char *filename_end = s < end ? memchr(s, 0, (size_t)(end - s)) : NULL;

	if (!filename_end || size > (uint64_t)(page->packed_end - page->packed))
		return false;
	*ret = (struct eg_page_file){
		.filename = (const char *)s,
		.requires_python = shared(page, requires_python),
		.yanked = shared(page, yanked),
		.packed = page->packed,
	};
	page->packed += size;
	page->row = filename_end + 1;
	return true;
}

/* SIZE bytes at *S, or NULL. */
static const unsigned char *take(const unsigned char **s, const unsigned char *end, size_t size)
{
	const unsigned char *at = *s;

	if ((size_t)(end - at) < size)
		return NULL;
	*s += size;
	return at;
}

static const char *take_string(const unsigned char **s, const unsigned char *end)
{
	const char *at = (const char *)*s, *nul = *s < end ? memchr(at, 0, (size_t)(end - *s)) : NULL;

	if (!nul)
		return "";
	*s = (const unsigned char *)nul + 1;
	return at;
}

static const char *take_hash(struct eg_arena *arena, const unsigned char **s, const unsigned char *end)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *bytes = take(s, end, HASH);

	if (!bytes)
		return NULL;
	char *hex = eg_alloc(arena, 2 * HASH + 1);
	for (size_t i = 0; i < HASH; i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	return hex;
}

void eg_page_detail(struct eg_arena *arena, const struct eg_page *page, const struct eg_page_file *file,
		    struct eg_page_detail *ret)
{
	const unsigned char *s = file->packed, *end = page->packed_end, *first = take(&s, end, 1);
	unsigned flags = first ? *first : 0;
	const char *prefix = shared(page, number(&s, end)), *hex = flags & HAS_HASH_DIRS ? take_hash(arena, &s, end) : NULL;
	const char *last = flags & LAST_IS_FILENAME ? file->filename : take_string(&s, end);

	prefix = prefix ? prefix : "";
	*ret = (struct eg_page_detail){.size = -1, .upload_us = -1, .has_metadata = flags & HAS_METADATA};
	ret->url = hex ? eg_strf(arena, "%s%.2s/%.2s/%s/%s", prefix, hex, hex + 2, hex + 4, last)
		       : eg_strf(arena, "%s%s", prefix, last);
	if (flags & HAS_SHA256)
		ret->sha256 = take_hash(arena, &s, end);
	if (flags & HAS_METADATA_SHA256)
		ret->metadata_sha256 = take_hash(arena, &s, end);
	if (flags & HAS_SIZE)
		ret->size = (int64_t)(number(&s, end) & INT64_MAX);
	if (flags & HAS_UPLOAD)
		ret->upload_us = (int64_t)(number(&s, end) & INT64_MAX);
	if (flags & HAS_HASHES)
		ret->hashes = take_string(&s, end);
}
