#include "zip.h"

#include <zlib.h>

#include "ceilings.h"

enum {
	END_SIZE = 22,
	END64_LOCATOR_SIZE = 20,
	END64_SIZE = 56,
	ENTRY_SIZE = 46,
	LOCAL_SIZE = 30,
	MAX_COMMENT = 65535,
	READ_AHEAD = 32768, /* before the directory: there lies METADATA, as a rule */
	LOCAL_EXTRA = 512,  /* a guess at what the local header has more than the directory says */
	STORED = 0,
	DEFLATED = 8,
	ENCRYPTED = 1,
};
#define END_SIGNATURE         "PK\5\6"
#define END64_SIGNATURE       "PK\6\6"
#define END64_LOCATOR         "PK\6\7"
#define ENTRY_SIGNATURE       "PK\1\2"
#define LOCAL_SIGNATURE       "PK\3\4"

static uint64_t little(const unsigned char *s, unsigned n)
{
	uint64_t v = 0;

	while (n--)
		v = v << 8 | s[n];
	return v;
}

static enum eg_error_kind damaged(struct eg_run *run, const char *what, const char *how)
{
	return eg_fail(run, EG_FORMAT, "%s is not a readable zip archive: %s", what, how);
}

static enum eg_error_kind need(struct eg_need *ret, uint64_t start, uint64_t end)
{
	*ret = (struct eg_need){start, end};
	return EG_OK;
}

/* Offset of the end record, which a comment may follow; UINT64_MAX: none. */
static uint64_t find_end(const struct eg_sparse *file, const unsigned char *tail, size_t n)
{
	if (n < END_SIZE)
		return UINT64_MAX;
	for (size_t i = n - END_SIZE + 1; i-- > 0;)
		if (!memcmp(tail + i, END_SIGNATURE, 4) && little(tail + i + 20, 2) <= n - i - END_SIZE)
			return file->size - n + i;
	return UINT64_MAX;
}

struct directory {
	uint64_t offset, size, end; /* as said; and where it really ends */
};

/* Sizes and offsets that do not fit stand in a record of their own, before the end record. */
static enum eg_error_kind read_end64(struct eg_run *run, const struct eg_zip *zip, uint64_t end, struct directory *ret,
				     struct eg_need *ret_need)
{
	if (end < END64_LOCATOR_SIZE + END64_SIZE)
		return EG_OK;
	const unsigned char *locator = eg_sparse_at(zip->file, end - END64_LOCATOR_SIZE, END64_LOCATOR_SIZE);
	if (!locator)
		return need(ret_need, end - END64_LOCATOR_SIZE - END64_SIZE, end);
	if (memcmp(locator, END64_LOCATOR, 4))
		return EG_OK;
	/* as zipfile does: right before its locator, whatever the locator says */
	uint64_t at = end - END64_LOCATOR_SIZE - END64_SIZE;
	const unsigned char *record = eg_sparse_at(zip->file, at, END64_SIZE);
	if (!record)
		return need(ret_need, at, end);
	if (memcmp(record, END64_SIGNATURE, 4))
		return damaged(run, zip->what, "its zip64 end record is missing");
	*ret = (struct directory){.size = little(record + 40, 8), .offset = little(record + 48, 8), .end = at};
	return EG_OK;
}

enum eg_error_kind eg_zip_open(struct eg_run *run, const struct eg_sparse *file, const char *what, struct eg_zip *ret,
			       struct eg_need *ret_need)
{
	struct eg_zip zip = {.file = file, .what = what};

	*ret_need = (struct eg_need){0};
	if (file->size < END_SIZE)
		return damaged(run, what, "it is too short");
	uint64_t tail_n = file->size < END_SIZE + MAX_COMMENT ? file->size : END_SIZE + MAX_COMMENT;
	const unsigned char *tail = eg_sparse_at(file, file->size - tail_n, tail_n);
	if (!tail)
		return need(ret_need, file->size > EG_ZIP_TAIL ? file->size - EG_ZIP_TAIL : 0, file->size);
	uint64_t end = find_end(file, tail, (size_t)tail_n);
	if (end == UINT64_MAX)
		return damaged(run, what, "it has no end record");
	const unsigned char *record = eg_sparse_at(file, end, END_SIZE);
	struct directory d = {.size = little(record + 12, 4), .offset = little(record + 16, 4), .end = end};
	enum eg_error_kind e = read_end64(run, &zip, end, &d, ret_need);
	if (e || ret_need->end)
		return e;
	if (d.size > d.end || d.offset > d.end - d.size)
		return damaged(run, what, "its directory lies outside of it");
	if (d.size > EG_MAX_ZIP_DIRECTORY)
		return eg_fail(run, EG_LIMIT, "%s has a directory of more than %zu bytes", what, EG_MAX_ZIP_DIRECTORY);
	uint64_t start = d.end - d.size;
	zip.shift = start - d.offset;
	zip.next = eg_sparse_at(file, start, d.size);
	if (!zip.next)
		return need(ret_need, start > READ_AHEAD ? start - READ_AHEAD : 0, d.end);
	zip.end = zip.next + d.size;
	*ret = zip;
	return EG_OK;
}

/* The zip64 extra field holds those of the three values that are all ones, in this order. */
static void read_extra64(const unsigned char *extra, size_t n, struct eg_zip_entry *entry)
{
	uint64_t *const values[] = {&entry->unpacked, &entry->packed, &entry->offset};

	for (size_t size; n >= 4; extra += 4 + size, n -= 4 + size) {
		size = (size_t)little(extra + 2, 2);
		if (size > n - 4)
			return;
		if (little(extra, 2) != 1)
			continue;
		size_t at = 4;
		for (size_t i = 0; i < 3; i++)
			if (*values[i] == UINT32_MAX && at + 8 <= 4 + size) {
				*values[i] = little(extra + at, 8);
				at += 8;
			}
		return;
	}
}

bool eg_zip_next(struct eg_run *run, struct eg_zip *zip, struct eg_zip_entry *ret, enum eg_error_kind *ret_error)
{
	const unsigned char *s = zip->next;
	size_t left = (size_t)(zip->end - s);

	*ret_error = EG_OK;
	if (!left)
		return false;
	if (left < ENTRY_SIZE || memcmp(s, ENTRY_SIGNATURE, 4)) {
		*ret_error = damaged(run, zip->what, "its directory is damaged");
		return false;
	}
	size_t name_n = (size_t)little(s + 28, 2), extra_n = (size_t)little(s + 30, 2), comment_n = (size_t)little(s + 32, 2);
	if (name_n + extra_n + comment_n > left - ENTRY_SIZE) {
		*ret_error = damaged(run, zip->what, "its directory is cut off");
		return false;
	}
	*ret = (struct eg_zip_entry){
		.name = (const char *)s + ENTRY_SIZE,
		.name_n = name_n,
		.flags = (unsigned)little(s + 8, 2),
		.method = (unsigned)little(s + 10, 2),
		.crc = (uint32_t)little(s + 16, 4),
		.packed = little(s + 20, 4),
		.unpacked = little(s + 24, 4),
		.offset = little(s + 42, 4),
	};
	read_extra64(s + ENTRY_SIZE + name_n, extra_n, ret);
	zip->next = s + ENTRY_SIZE + name_n + extra_n + comment_n;
	return true;
}

/* Raw deflate of exactly ENTRY's sizes. */
static bool inflate_entry(const struct eg_zip_entry *entry, const unsigned char *packed, char *out)
{
	z_stream z = {
		.next_in = (unsigned char *)(uintptr_t)packed,
		.avail_in = (unsigned)entry->packed,
		.next_out = (unsigned char *)out,
		.avail_out = (unsigned)entry->unpacked,
	};

	if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
		return false;
	int status = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	return status == Z_STREAM_END && z.total_out == entry->unpacked;
}

static enum eg_error_kind unpack(struct eg_run *run, const struct eg_zip *zip, const struct eg_zip_entry *entry,
				 const unsigned char *packed, char **ret, size_t *ret_n)
{
	char *out = eg_alloc(run->arena, (size_t)entry->unpacked + 1);

	if (entry->method == STORED && entry->packed == entry->unpacked)
		memcpy(out, packed, (size_t)entry->packed);
	else if (entry->method != DEFLATED || !inflate_entry(entry, packed, out))
		return damaged(run, zip->what, "an entry cannot be unpacked");
	if (crc32(0, (unsigned char *)out, (unsigned)entry->unpacked) != entry->crc)
		return damaged(run, zip->what, "an entry's checksum is wrong");
	*ret = out;
	*ret_n = (size_t)entry->unpacked;
	return EG_OK;
}

enum eg_error_kind eg_zip_read(struct eg_run *run, const struct eg_zip *zip, const struct eg_zip_entry *entry, size_t max,
			       char **ret, size_t *ret_n, struct eg_need *ret_need)
{
	const struct eg_sparse *file = zip->file;
	uint64_t size = file->size;

	*ret_need = (struct eg_need){0};
	if (entry->packed > max || entry->unpacked > max)
		return eg_fail(run, EG_LIMIT, "%s: its %.*s is larger than %zu bytes", zip->what, (int)entry->name_n,
			       entry->name, max);
	if (entry->flags & ENCRYPTED)
		return damaged(run, zip->what, "an entry is encrypted");
	if (entry->offset > size || zip->shift > size - entry->offset || size - entry->offset - zip->shift < LOCAL_SIZE)
		return damaged(run, zip->what, "an entry lies outside of it");
	uint64_t at = entry->offset + zip->shift;
	uint64_t guess = at + LOCAL_SIZE + entry->name_n + LOCAL_EXTRA + entry->packed;
	const unsigned char *local = eg_sparse_at(file, at, LOCAL_SIZE);
	if (!local)
		return need(ret_need, at, guess < size ? guess : size);
	if (memcmp(local, LOCAL_SIGNATURE, 4))
		return damaged(run, zip->what, "an entry is not where its directory says");
	uint64_t data = at + LOCAL_SIZE + little(local + 26, 2) + little(local + 28, 2);
	if (data > size || entry->packed > size - data)
		return damaged(run, zip->what, "an entry is cut off");
	const unsigned char *packed = entry->packed ? eg_sparse_at(file, data, entry->packed) : local;
	if (!packed)
		return need(ret_need, data, data + entry->packed);
	return unpack(run, zip, entry, packed, ret, ret_n);
}
