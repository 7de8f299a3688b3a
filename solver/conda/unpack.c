#include "unpack.h"

#include <bzlib.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

enum { IN = 131072, OUT = 262144 };

struct unpacking {
	struct eg_run *run;
	const struct eg_packed *packed;
	eg_piece_fn *piece;
	void *ctx;
	size_t taken, given; /* bytes in and out */
	char *in, *out;
};

static enum eg_error_kind give(struct unpacking *u, const char *bytes, size_t n)
{
	if (n > u->packed->max - u->given)
		return eg_fail(u->run, EG_LIMIT, "'%s' is larger than %zu MiB", u->packed->name, u->packed->max >> 20);
	if (!eg_left_ms(u->run, 1))
		return eg_fail(u->run, EG_TIMEOUT, "the time budget was spent while reading '%s'", u->packed->name);
	u->given += n;
	return n ? u->piece(u->ctx, bytes, n) : EG_OK;
}

/* *ret_n: 0 at the end. */
static enum eg_error_kind take(struct unpacking *u, const char **ret, size_t *ret_n)
{
	const struct eg_packed *packed = u->packed;
	ssize_t n;

	if (packed->bytes) {
		*ret = packed->bytes + u->taken;
		*ret_n = packed->n - u->taken < IN ? packed->n - u->taken : IN;
		u->taken += *ret_n;
		return EG_OK;
	}
	do
		n = read(packed->fd, u->in, IN);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return eg_fail(u->run, EG_IO, "cannot read '%s': %s", packed->name, strerror(errno));
	*ret = u->in;
	*ret_n = (size_t)n;
	return EG_OK;
}

static enum eg_error_kind cut_off(struct unpacking *u)
{
	return eg_fail(u->run, EG_FORMAT, "'%s' is cut off", u->packed->name);
}

static enum eg_error_kind unpack_plain(struct unpacking *u)
{
	const char *bytes;
	size_t n;

	for (;;) {
		enum eg_error_kind kind = take(u, &bytes, &n);

		if (kind || !n)
			return kind;
		if ((kind = give(u, bytes, n)))
			return kind;
	}
}

static enum eg_error_kind unpack_zstd_piece(struct unpacking *u, ZSTD_DStream *stream, const char *bytes, size_t n,
					    size_t *ret_hint)
{
	ZSTD_inBuffer in = {bytes, n, 0};
	bool more = true;

	while (in.pos < in.size || more) {
		ZSTD_outBuffer out = {u->out, OUT, 0};
		size_t hint = ZSTD_decompressStream(stream, &out, &in);

		if (ZSTD_isError(hint))
			return eg_fail(u->run, EG_FORMAT, "'%s' is damaged: %s", u->packed->name, ZSTD_getErrorName(hint));
		enum eg_error_kind kind = give(u, u->out, out.pos);
		if (kind)
			return kind;
		*ret_hint = hint;
		more = out.pos == OUT;
		if (!hint && in.pos == in.size)
			break;
	}
	return EG_OK;
}

static enum eg_error_kind unpack_zstd(struct unpacking *u)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	enum eg_error_kind kind = stream ? EG_OK : eg_fail(u->run, EG_LIMIT, "no memory to read '%s'", u->packed->name);
	const char *bytes;
	size_t n = 1, hint = 1;

	while (!kind) {
		kind = take(u, &bytes, &n);
		if (kind || !n)
			break;
		kind = unpack_zstd_piece(u, stream, bytes, n, &hint);
	}
	ZSTD_freeDStream(stream);
	return !kind && hint ? cut_off(u) : kind;
}

static enum eg_error_kind unpack_bzip2_piece(struct unpacking *u, bz_stream *stream, int *state)
{
	while (stream->avail_in && *state != BZ_STREAM_END) {
		stream->next_out = u->out;
		stream->avail_out = OUT;
		*state = BZ2_bzDecompress(stream);
		if (*state != BZ_OK && *state != BZ_STREAM_END)
			return eg_fail(u->run, EG_FORMAT, "'%s' is damaged: no bzip2 data", u->packed->name);
		enum eg_error_kind kind = give(u, u->out, OUT - stream->avail_out);
		if (kind)
			return kind;
	}
	return EG_OK;
}

/* What bzip2 holds back when its input ends. */
static enum eg_error_kind drain_bzip2(struct unpacking *u, bz_stream *stream, int *state)
{
	enum eg_error_kind kind = EG_OK;

	do {
		stream->next_out = u->out;
		stream->avail_out = OUT;
		*state = BZ2_bzDecompress(stream);
		kind = give(u, u->out, OUT - stream->avail_out);
	} while (!kind && *state == BZ_OK && stream->avail_out < OUT);
	return kind;
}

/* One stream after the other: pbzip2 writes many. */
static enum eg_error_kind unpack_bzip2(struct unpacking *u)
{
	bz_stream stream = {0};
	const char *bytes;
	size_t n;
	int state = BZ_STREAM_END;
	bool open = false;
	enum eg_error_kind kind;

	for (;;) {
		if ((kind = take(u, &bytes, &n)) || !n)
			break;
		char *next = (char *)bytes;
		while (n && !kind) {
			if (!open && BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK) {
				kind = eg_fail(u->run, EG_LIMIT, "no memory to read '%s'", u->packed->name);
				break;
			}
			open = true;
			state = BZ_OK;
			stream.next_in = next;
			stream.avail_in = (unsigned)n;
			kind = unpack_bzip2_piece(u, &stream, &state);
			next = stream.next_in;
			n = stream.avail_in;
			if (state == BZ_STREAM_END) {
				BZ2_bzDecompressEnd(&stream);
				stream = (bz_stream){0};
				open = false;
			}
		}
		if (kind)
			break;
	}
	if (open && !kind)
		kind = drain_bzip2(u, &stream, &state);
	if (open)
		BZ2_bzDecompressEnd(&stream);
	return !kind && state != BZ_STREAM_END ? cut_off(u) : kind;
}

enum eg_error_kind eg_unpack(struct eg_run *run, const struct eg_packed *packed, eg_piece_fn *piece, void *ctx)
{
	struct unpacking u = {.run = run, .packed = packed, .piece = piece, .ctx = ctx, .in = malloc(IN), .out = malloc(OUT)};
	enum eg_error_kind kind;

	if (!u.in || !u.out)
		kind = eg_fail(run, EG_LIMIT, "no memory to read '%s'", packed->name);
	else if (packed->packing == EG_ZSTD)
		kind = unpack_zstd(&u);
	else if (packed->packing == EG_BZIP2)
		kind = unpack_bzip2(&u);
	else
		kind = unpack_plain(&u);
	free(u.in);
	free(u.out);
	return kind;
}
