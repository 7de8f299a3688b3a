/* Archives made byte by byte, so that a test can make wrong ones too. */
#ifndef EG_TEST_ARCHIVE_H
#define EG_TEST_ARCHIVE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "buf.h"

struct zip_maker {
	struct eg_buf zip, directory;
	unsigned n;
	bool zip64;             /* sizes and offsets in the extra field */
	unsigned flags;         /* of the entries */
	uint32_t claimed;       /* unpacked size to claim instead of the real one; 0: the real one */
	uint32_t crc;           /* to add to the real one */
	size_t local_extra;     /* bytes of extra field in the local header only */
	const char *comment;
};

static inline void put_little(struct eg_buf *buf, uint64_t v, unsigned n)
{
	for (; n--; v >>= 8)
		eg_buf_add(buf, &(unsigned char){(unsigned char)v}, 1);
}

static inline struct eg_buf deflated(const void *bytes, size_t n, int window)
{
	struct eg_buf out = {0};
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)bytes, .avail_in = (unsigned)n};

	deflateInit2(&z, 9, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY);
	size_t cap = deflateBound(&z, n) + 64;
	unsigned char *packed = malloc(cap);
	z.next_out = packed;
	z.avail_out = (unsigned)cap;
	deflate(&z, Z_FINISH);
	eg_buf_add(&out, packed, z.total_out);
	deflateEnd(&z);
	free(packed);
	return out;
}

static inline void zip_add(struct zip_maker *m, const char *name, const void *bytes, size_t n, bool deflate_it)
{
	struct eg_buf packed = {0};
	size_t offset = m->zip.n;
	uint32_t crc = (uint32_t)crc32(0, bytes, (unsigned)n) + m->crc, claimed = m->claimed ? m->claimed : (uint32_t)n;

	if (deflate_it)
		packed = deflated(bytes, n, -15);
	else
		eg_buf_add(&packed, bytes, n);
	eg_buf_add(&m->zip, "PK\3\4\24\0", 6);
	put_little(&m->zip, m->flags, 2);
	put_little(&m->zip, deflate_it ? 8 : 0, 2);
	put_little(&m->zip, 0, 4);
	put_little(&m->zip, crc, 4);
	put_little(&m->zip, packed.n, 4);
	put_little(&m->zip, claimed, 4);
	put_little(&m->zip, strlen(name), 2);
	put_little(&m->zip, m->local_extra, 2);
	eg_buf_puts(&m->zip, name);
	for (size_t i = 0; i < m->local_extra; i++)
		eg_buf_add(&m->zip, "", 1);
	eg_buf_add(&m->zip, packed.s, packed.n);

	eg_buf_add(&m->directory, "PK\1\2\24\3\24\0", 8);
	put_little(&m->directory, m->flags, 2);
	put_little(&m->directory, deflate_it ? 8 : 0, 2);
	put_little(&m->directory, 0, 4);
	put_little(&m->directory, crc, 4);
	put_little(&m->directory, m->zip64 ? UINT32_MAX : packed.n, 4);
	put_little(&m->directory, m->zip64 ? UINT32_MAX : claimed, 4);
	put_little(&m->directory, strlen(name), 2);
	put_little(&m->directory, m->zip64 ? 4 + 4 + 28 : 0, 2);
	put_little(&m->directory, 0, 2 + 2 + 2 + 4);
	put_little(&m->directory, m->zip64 ? UINT32_MAX : offset, 4);
	eg_buf_puts(&m->directory, name);
	if (m->zip64) {
		eg_buf_add(&m->directory, "\1\2\0\0", 4); /* another field before it */
		put_little(&m->directory, 1, 2);
		put_little(&m->directory, 28, 2);
		put_little(&m->directory, claimed, 8);
		put_little(&m->directory, packed.n, 8);
		put_little(&m->directory, offset, 8);
		put_little(&m->directory, 0, 4);
	}
	eg_buf_free(&packed);
	m->n++;
}

/* The archive; the caller frees its .s. */
static inline struct eg_buf zip_done(struct zip_maker *m)
{
	size_t start = m->zip.n, end;

	eg_buf_add(&m->zip, m->directory.s, m->directory.n);
	end = m->zip.n;
	if (m->zip64) {
		eg_buf_puts(&m->zip, "PK\6\6");
		put_little(&m->zip, 44, 8);
		put_little(&m->zip, 0, 2 + 2 + 4 + 4);
		put_little(&m->zip, m->n, 8);
		put_little(&m->zip, m->n, 8);
		put_little(&m->zip, end - start, 8);
		put_little(&m->zip, start, 8);
		eg_buf_puts(&m->zip, "PK\6\7");
		put_little(&m->zip, 0, 4);
		put_little(&m->zip, end, 8);
		put_little(&m->zip, 1, 4);
	}
	eg_buf_puts(&m->zip, "PK\5\6");
	put_little(&m->zip, 0, 4);
	put_little(&m->zip, m->n, 2);
	put_little(&m->zip, m->n, 2);
	put_little(&m->zip, m->zip64 ? UINT32_MAX : end - start, 4);
	put_little(&m->zip, m->zip64 ? UINT32_MAX : start, 4);
	put_little(&m->zip, m->comment ? strlen(m->comment) : 0, 2);
	eg_buf_puts(&m->zip, m->comment ? m->comment : "");
	eg_buf_free(&m->directory);
	return m->zip;
}

/* One header and contents of SIZE claimed bytes, N of them there. */
static inline void tar_add_raw(struct eg_buf *tar, const char *name, char type, uint64_t size, const void *bytes, size_t n)
{
	unsigned char header[512] = {0};
	unsigned sum = 0;

	snprintf((char *)header, 100, "%s", name);
	memcpy(header + 100, "0000644\0000000000\0000000000", 24);
	snprintf((char *)header + 124, 12, "%011llo", (unsigned long long)size);
	memcpy(header + 136, "00000000000", 12);
	header[156] = (unsigned char)type;
	memcpy(header + 257, "ustar\00000", 8);
	memset(header + 148, ' ', 8);
	for (size_t i = 0; i < 512; i++)
		sum += header[i];
	snprintf((char *)header + 148, 8, "%06o", sum);
	eg_buf_add(tar, header, 512);
	eg_buf_add(tar, bytes, n);
	while (tar->n % 512)
		eg_buf_add(tar, "", 1);
}

static inline void tar_add(struct eg_buf *tar, const char *name, const char *text)
{
	tar_add_raw(tar, name, '0', strlen(text), text, strlen(text));
}

static inline void tar_end(struct eg_buf *tar)
{
	static const unsigned char zeros[1024];

	eg_buf_add(tar, zeros, sizeof(zeros));
}

#endif
