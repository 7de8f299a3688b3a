#include "tar.h"

#include <bzlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "ceilings.h"

enum { BLOCK = 512, WINDOW = 64 * 1024, MAX_PATH = 64 * 1024, MAX_STEP = 1 << 30 };

struct eg_tar {
	struct eg_run *run;
	struct eg_arena *own; /* that it lies in */
	const char *what;
	enum eg_compression compression;
	const unsigned char *in;
	size_t in_n;
	z_stream gzip;
	bz_stream bzip2;
	bool between; /* members of a compressed file: the next one may follow, or nothing */
	bool ended;

	unsigned char window[WINDOW];
	size_t window_at, window_n;
	uint64_t unpacked;  /* so far, against a ceiling */
	uint64_t left, pad; /* of the current entry */
	uint64_t pax_size;  /* of the next entry, UINT64_MAX: not said */
	char path[MAX_PATH + 1];
	bool path_given;              /* by a header before the entry's own */
	char extension[MAX_PATH + 1]; /* contents of such a header: there may be any number of them */
};

struct eg_tar *eg_tar_open(struct eg_run *run, const char *what, enum eg_compression compression, const void *bytes,
			   size_t n)
{
	struct eg_arena *own = eg_arena_scratch(run->arena);
	struct eg_tar *tar = EG_NEW(own, struct eg_tar);

	tar->run = run;
	tar->own = own;
	tar->what = what;
	tar->compression = compression;
	tar->in = bytes;
	tar->in_n = n;
	tar->between = true;
	tar->pax_size = UINT64_MAX;
	return tar;
}

static void end_member(struct eg_tar *tar)
{
	if (!tar->between && tar->compression == EG_GZIP)
		inflateEnd(&tar->gzip);
	if (!tar->between && tar->compression == EG_BZIP2)
		BZ2_bzDecompressEnd(&tar->bzip2);
	tar->between = true;
}

void eg_tar_close(struct eg_tar *tar)
{
	end_member(tar);
	eg_arena_free(tar->own);
}

static enum eg_error_kind damaged(struct eg_tar *tar, const char *how)
{
	return eg_fail(tar->run, EG_FORMAT, "%s is not a readable archive: %s", tar->what, how);
}

static bool start_member(struct eg_tar *tar)
{
	tar->gzip = (z_stream){0};
	tar->bzip2 = (bz_stream){0};
	tar->between = false;
	if (tar->compression == EG_GZIP && inflateInit2(&tar->gzip, 16 + MAX_WBITS) == Z_OK)
		return true;
	if (tar->compression == EG_BZIP2 && BZ2_bzDecompressInit(&tar->bzip2, 0, 0) == BZ_OK)
		return true;
	tar->between = true;
	return false;
}

static enum eg_error_kind step_gzip(struct eg_tar *tar, size_t in)
{
	z_stream *z = &tar->gzip;

	z->next_in = (unsigned char *)(uintptr_t)tar->in;
	z->avail_in = (unsigned)in;
	z->next_out = tar->window;
	z->avail_out = WINDOW;
	int status = inflate(z, Z_NO_FLUSH);
	tar->in_n -= in - z->avail_in;
	tar->in += in - z->avail_in;
	tar->window_n = WINDOW - z->avail_out;
	if (status == Z_STREAM_END)
		end_member(tar);
	else if (status != Z_OK)
		return damaged(tar, tar->in_n ? "its gzip data is damaged" : "it is cut off");
	return EG_OK;
}

static enum eg_error_kind step_bzip2(struct eg_tar *tar, size_t in)
{
	bz_stream *z = &tar->bzip2;

	z->next_in = (char *)(uintptr_t)tar->in;
	z->avail_in = (unsigned)in;
	z->next_out = (char *)tar->window;
	z->avail_out = WINDOW;
	int status = BZ2_bzDecompress(z);
	bool moved = z->avail_in < in || z->avail_out < WINDOW;
	tar->in_n -= in - z->avail_in;
	tar->in += in - z->avail_in;
	tar->window_n = WINDOW - z->avail_out;
	if (status == BZ_STREAM_END)
		end_member(tar);
	else if (status != BZ_OK || !moved)
		return damaged(tar, tar->in_n ? "its bzip2 data is damaged" : "it is cut off");
	return EG_OK;
}

/* Fills the window; .ended where nothing follows. */
static enum eg_error_kind refill(struct eg_tar *tar)
{
	size_t in = tar->in_n < MAX_STEP ? tar->in_n : MAX_STEP;
	enum eg_error_kind e = EG_OK;

	tar->window_at = tar->window_n = 0;
	if (tar->compression == EG_PLAIN) {
		tar->window_n = in < WINDOW ? in : WINDOW;
		memcpy(tar->window, tar->in, tar->window_n);
		tar->in += tar->window_n;
		tar->in_n -= tar->window_n;
		tar->ended = !tar->window_n;
	}
	while (!e && !tar->window_n && !tar->ended) {
		in = tar->in_n < MAX_STEP ? tar->in_n : MAX_STEP;
		if (tar->between && !in)
			tar->ended = true;
		else if (tar->between && !start_member(tar))
			e = eg_fail(tar->run, EG_LIMIT, "%s: no memory to unpack it", tar->what);
		else
			e = tar->compression == EG_GZIP ? step_gzip(tar, in) : step_bzip2(tar, in);
	}
	tar->unpacked += tar->window_n;
	if (!e && tar->unpacked > EG_MAX_UNPACKED)
		e = eg_fail(tar->run, EG_LIMIT, "%s unpacks to more than %zu bytes", tar->what, EG_MAX_UNPACKED);
	return e;
}

/* N bytes to OUT (NULL: nowhere); fewer, in *ret_got, at the end. */
static enum eg_error_kind pull(struct eg_tar *tar, unsigned char *out, uint64_t n, uint64_t *ret_got)
{
	uint64_t got = 0;

	while (got < n) {
		size_t have = tar->window_n - tar->window_at;
		enum eg_error_kind e = have ? EG_OK : refill(tar);

		if (e)
			return e;
		if (tar->ended && !have)
			break;
		have = tar->window_n - tar->window_at;
		if (have > n - got)
			have = (size_t)(n - got);
		if (out)
			memcpy(out + got, tar->window + tar->window_at, have);
		tar->window_at += have;
		got += have;
	}
	*ret_got = got;
	return EG_OK;
}

static enum eg_error_kind pull_all(struct eg_tar *tar, unsigned char *out, uint64_t n)
{
	uint64_t got;
	enum eg_error_kind e = pull(tar, out, n, &got);

	return e ? e : got < n ? damaged(tar, "it is cut off") : EG_OK;
}

/* Octal, or big-endian binary with the top bit set (GNU); UINT64_MAX: neither. */
static uint64_t header_number(const unsigned char *s, size_t n)
{
	uint64_t v = 0;
	size_t i = 0;

	if (s[0] == 0x80) {
		for (i = 1; i < n; i++) {
			if (v > UINT64_MAX >> 9)
				return UINT64_MAX;
			v = v << 8 | s[i];
		}
		return v;
	}
	while (i < n && s[i] == ' ')
		i++;
	for (; i < n && s[i] >= '0' && s[i] <= '7'; i++)
		v = v << 3 | (uint64_t)(s[i] - '0');
	return i < n && s[i] && s[i] != ' ' ? UINT64_MAX : v;
}

static bool checksum_holds(const unsigned char header[BLOCK])
{
	uint64_t sum = 0;

	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : header[i];
	return header_number(header + 148, 8) == sum;
}

static void take_header_path(struct eg_tar *tar, const unsigned char header[BLOCK])
{
	const char *name = (const char *)header, *prefix = name + 345;
	bool ustar = !memcmp(header + 257, "ustar\0", 6);
	int name_n = (int)strnlen(name, 100), prefix_n = ustar ? (int)strnlen(prefix, 155) : 0;

	snprintf(tar->path, sizeof(tar->path), "%.*s%s%.*s", prefix_n, prefix, prefix_n ? "/" : "", name_n, name);
}

static void take_path(struct eg_tar *tar, const char *path)
{
	snprintf(tar->path, sizeof(tar->path), "%s", path);
	tar->path_given = true;
}

/* "27 path=NAME-1.0/PKG-INFO\n" … (POSIX pax) */
static void read_pax(struct eg_tar *tar, char *text, size_t n)
{
	for (size_t at = 0; at < n;) {
		char *key;
		unsigned long length = strtoul(text + at, &key, 10);

		if (*key++ != ' ' || length > n - at || length < (size_t)(key - (text + at)) + 1)
			return;
		char *value = memchr(key, '=', length - (size_t)(key - (text + at)));
		if (!value)
			return;
		*value++ = 0;
		text[at + length - 1] = 0;
		if (!strcmp(key, "path")) {
			take_path(tar, value);
		} else if (!strcmp(key, "size")) {
			tar->pax_size = strtoull(value, NULL, 10);
		}
		at += length;
	}
}

/* The contents of an extension header, which say something about the entry after it. */
static enum eg_error_kind read_extension(struct eg_tar *tar, unsigned char type)
{
	size_t n = (size_t)tar->left;

	if (tar->left > MAX_PATH)
		return damaged(tar, "a header is too long");
	char *text = tar->extension;
	enum eg_error_kind e = pull_all(tar, (unsigned char *)text, n);
	tar->left = 0;
	text[n] = 0;
	if (e)
		return e;
	if (type == 'x')
		read_pax(tar, text, n);
	if (type == 'L')
		take_path(tar, text);
	return EG_OK;
}

/* The block after what is left of the entry before; *ret_got 0 at the end of the archive, below BLOCK where it is cut off. */
static enum eg_error_kind next_block(struct eg_tar *tar, unsigned char *ret, uint64_t *ret_got)
{
	static const unsigned char zeros[BLOCK];
	enum eg_error_kind e = pull(tar, NULL, tar->left + tar->pad, ret_got);

	if (!e && *ret_got < tar->left)
		return damaged(tar, "it is cut off");
	tar->left = tar->pad = 0;
	if (!e)
		e = pull(tar, ret, BLOCK, ret_got);
	if (!e && *ret_got == BLOCK && !memcmp(ret, zeros, BLOCK))
		*ret_got = 0;
	return e;
}

/* One header; *ret_type 0 at the end of the archive. */
static enum eg_error_kind read_header(struct eg_tar *tar, unsigned char *ret_type)
{
	unsigned char header[BLOCK];
	uint64_t got;
	enum eg_error_kind e = next_block(tar, header, &got);

	*ret_type = 0;
	if (e || !got)
		return e;
	if (got < BLOCK || !checksum_holds(header))
		return damaged(tar, "a header is damaged");
	unsigned char type = header[156] ? header[156] : '0';
	bool own = !strchr("xgLK", type);
	uint64_t size = own && tar->pax_size != UINT64_MAX ? tar->pax_size : header_number(header + 124, 12);
	if (size > EG_MAX_UNPACKED)
		return eg_fail(tar->run, EG_LIMIT, "%s: an entry is larger than %zu bytes", tar->what, EG_MAX_UNPACKED);
	if (own && !tar->path_given)
		take_header_path(tar, header);
	/* links and devices have no contents, whatever their size says */
	tar->left = type >= '1' && type <= '6' ? 0 : size;
	tar->pad = (BLOCK - tar->left % BLOCK) % BLOCK;
	*ret_type = type;
	return EG_OK;
}

bool eg_tar_next(struct eg_tar *tar, struct eg_tar_entry *ret, enum eg_error_kind *ret_error)
{
	for (;;) {
		unsigned char type;

		*ret_error = read_header(tar, &type);
		if (*ret_error || !type)
			return false;
		if (type == 'x' || type == 'L') {
			*ret_error = read_extension(tar, type);
			if (*ret_error)
				return false;
			continue;
		}
		if (type == 'g' || type == 'K')
			continue;
		*ret = (struct eg_tar_entry){tar->path, tar->left};
		tar->path_given = false;
		tar->pax_size = UINT64_MAX;
		if (type == '0' || type == '7')
			return true;
	}
}

enum eg_error_kind eg_tar_read(struct eg_tar *tar, size_t max, char **ret, size_t *ret_n)
{
	size_t n = (size_t)tar->left;

	if (tar->left > max)
		return eg_fail(tar->run, EG_LIMIT, "%s: its %s is larger than %zu bytes", tar->what, tar->path, max);
	char *text = eg_alloc(tar->run->arena, n + 1);
	enum eg_error_kind e = pull_all(tar, (unsigned char *)text, n);
	tar->left = 0;
	if (e)
		return e;
	*ret = text;
	*ret_n = n;
	return EG_OK;
}
