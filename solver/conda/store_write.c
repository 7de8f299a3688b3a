#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#include "ceilings.h"
#include "map.h"
#include "store_format.h"

/* A block ends where a name ends and this many bytes are reached: small, so that a name costs little more than itself,
   and large enough to be packed well; or at the second number in the middle of a name. */
enum { BLOCK = 8192, LONG_BLOCK = 262144, LEVEL = 1, OUT = 1 << 20 };

struct chunk {
	struct eg_store_chunk at;
	struct chunk *next;
};

struct name {
	const char *text;
	struct chunk *first, *last;
};

struct eg_store_writer {
	struct eg_run *run;
	struct eg_arena *arena; /* the index; given back before the records are read */
	int fd;
	ZSTD_CCtx *zstd;
	struct eg_buf block, out;
	uint64_t written; /* with what is still in .out */
	struct eg_map names;
	struct name *name; /* whose records come just now */
	EG_VEC(struct eg_store_block) blocks;
	uint32_t n_chunks;
};

struct eg_store_writer *eg_store_writer_new(struct eg_run *run, int fd)
{
	static const struct eg_store_head none;
	struct eg_store_writer *writer = EG_NEW(run->arena, struct eg_store_writer);

	writer->run = run;
	writer->arena = eg_arena_new(NULL);
	writer->names.arena = writer->arena;
	writer->fd = fd;
	writer->zstd = ZSTD_createCCtx();
	if (writer->zstd) {
		ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_compressionLevel, LEVEL);
		ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_checksumFlag, 1);
	}
	eg_buf_add(&writer->out, &none, sizeof(none)); /* the place of the head */
	writer->written = sizeof(none);
	return writer;
}

void eg_store_writer_free(struct eg_store_writer *writer)
{
	ZSTD_freeCCtx(writer->zstd);
	eg_buf_free(&writer->block);
	eg_buf_free(&writer->out);
	eg_arena_free(writer->arena);
}

static enum eg_error_kind write_all(struct eg_store_writer *writer, const char *bytes, size_t n, off_t *at)
{
	while (n) {
		ssize_t done = at ? pwrite(writer->fd, bytes, n, *at) : write(writer->fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return eg_fail(writer->run, EG_IO, "cannot write the records of a channel into the cache: %s",
				       strerror(errno));
		bytes += done;
		n -= (size_t)done;
		if (at)
			*at += done;
	}
	return EG_OK;
}

static enum eg_error_kind flush(struct eg_store_writer *writer)
{
	enum eg_error_kind kind = write_all(writer, writer->out.s, writer->out.n, NULL);

	writer->out.n = 0;
	return kind;
}

static enum eg_error_kind put(struct eg_store_writer *writer, const void *bytes, size_t n)
{
	if (!eg_buf_add(&writer->out, bytes, n))
		return eg_fail(writer->run, EG_LIMIT, "no memory for the records of a channel");
	writer->written += n;
	return writer->out.n < OUT ? EG_OK : flush(writer);
}

static enum eg_error_kind end_block(struct eg_store_writer *writer)
{
	struct eg_store_block block = {.start = writer->written, .raw = (uint32_t)writer->block.n};
	size_t cap = ZSTD_compressBound(writer->block.n);

	writer->name = NULL;
	if (!writer->block.n)
		return EG_OK;
	char *packed = malloc(cap);
	size_t n = packed && writer->zstd
			   ? ZSTD_compress2(writer->zstd, packed, cap, writer->block.s, writer->block.n) : (size_t)-1;
	enum eg_error_kind kind = EG_OK;
	if (ZSTD_isError(n))
		kind = eg_fail(writer->run, EG_LIMIT, "no memory for the records of a channel");
	else
		kind = put(writer, packed, n);
	free(packed);
	if (kind)
		return kind;
	block.packed = (uint32_t)n;
	eg_vec_push(writer->arena, &writer->blocks, block);
	writer->block.n = 0;
	return EG_OK;
}

static void begin_chunk(struct eg_store_writer *writer, const char *text)
{
	struct name *name = eg_map_get(&writer->names, text);
	struct chunk *chunk = EG_NEW(writer->arena, struct chunk);

	if (!name) {
		name = EG_NEW(writer->arena, struct name);
		name->text = eg_strdup(writer->arena, text);
		eg_map_put(&writer->names, name->text, name);
	}
	chunk->at = (struct eg_store_chunk){.block = (uint32_t)writer->blocks.n, .start = (uint32_t)writer->block.n};
	if (name->last)
		name->last->next = chunk;
	else
		name->first = chunk;
	name->last = chunk;
	writer->name = name;
	writer->n_chunks++;
	eg_buf_add(&writer->block, text, strlen(text) + 1);
}

static size_t unhex(const char *hex, size_t n, unsigned char *ret)
{
	if (strlen(hex) != 2 * n)
		return 0;
	for (size_t i = 0; i < n; i++) {
		char pair[3] = {hex[2 * i], hex[2 * i + 1], 0}, *end;

		ret[i] = (unsigned char)strtoul(pair, &end, 16);
		if (*end || pair[0] == '+' || pair[0] == '-' || pair[0] == ' ')
			return 0;
	}
	return n;
}

static void pack_record(struct eg_buf *block, const struct eg_store_record *record)
{
	const char *const texts[] = {record->fn, record->version, record->build, record->subdir};
	size_t start = block->n;
	unsigned char sha256[32], md5[16];
	struct eg_store_packed head = {
		.section = (uint8_t)record->section,
		.noarch = (uint8_t)record->noarch,
		.has_sha256 = unhex(record->sha256, sizeof(sha256), sha256) > 0,
		.has_md5 = unhex(record->md5, sizeof(md5), md5) > 0,
		.build_number = record->build_number,
		.size = record->size,
		.timestamp = record->timestamp,
	};

	eg_buf_add(block, &head, sizeof(head));
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		eg_buf_add(block, texts[i], strlen(texts[i]) + 1);
	for (size_t i = 0; i < EG_STORE_LISTS; i++) {
		head.lists[i] = record->lists[i]->n;
		if (record->lists[i]->n)
			eg_buf_add(block, record->lists[i]->buf.s, record->lists[i]->buf.n);
	}
	eg_buf_add(block, sha256, head.has_sha256 ? sizeof(sha256) : 0);
	eg_buf_add(block, md5, head.has_md5 ? sizeof(md5) : 0);
	head.n = (uint32_t)(block->n - start);
	if (!block->overflow)
		memcpy(block->s + start, &head, sizeof(head));
}

enum eg_error_kind eg_store_add(struct eg_store_writer *writer, const struct eg_store_record *record)
{
	bool same = writer->name && !strcmp(writer->name->text, record->name);
	enum eg_error_kind kind = EG_OK;

	if (writer->block.n >= (same ? LONG_BLOCK : BLOCK)) {
		kind = end_block(writer);
		same = false;
	}
	if (kind)
		return kind;
	if (!same)
		begin_chunk(writer, record->name);
	pack_record(&writer->block, record);
	if (writer->block.overflow)
		return eg_fail(writer->run, EG_LIMIT, "no memory for the records of a channel");
	writer->name->last->at.n = (uint32_t)(writer->block.n - writer->name->last->at.start);
	return EG_OK;
}

static int by_text(const void *a, const void *b)
{
	const struct eg_map_entry *x = a, *y = b;

	return strcmp(x->key, y->key);
}

static enum eg_error_kind put_index(struct eg_store_writer *writer, struct eg_map_entry *names, size_t n)
{
	enum eg_error_kind kind = put(writer, writer->blocks.v, writer->blocks.n * sizeof(*writer->blocks.v));
	uint32_t text = 0, chunks = 0;

	for (size_t i = 0; i < n && !kind; i++) {
		struct eg_store_name entry = {.text = text, .first_chunk = chunks};
		const struct name *name = names[i].value;

		for (const struct chunk *chunk = name->first; chunk; chunk = chunk->next)
			chunks++;
		text += (uint32_t)strlen(name->text) + 1;
		kind = put(writer, &entry, sizeof(entry));
	}
	for (size_t i = 0; i < n && !kind; i++)
		for (const struct chunk *chunk = ((struct name *)names[i].value)->first; chunk && !kind; chunk = chunk->next)
			kind = put(writer, &chunk->at, sizeof(chunk->at));
	for (size_t i = 0; i < n && !kind; i++)
		kind = put(writer, names[i].key, strlen(names[i].key) + 1);
	return kind;
}

enum eg_error_kind eg_store_finish(struct eg_store_writer *writer, const char *identity, const char *base_url,
				   uint64_t *ret_bytes)
{
	struct eg_store_head head = {.magic = EG_STORE_MAGIC};
	size_t skip = offsetof(struct eg_store_head, index), texts = 0;
	off_t start = 0;
	enum eg_error_kind kind = end_block(writer);

	if (kind)
		return kind;
	if (writer->names.n)
		qsort(writer->names.v, writer->names.n, sizeof(*writer->names.v), by_text);
	for (size_t i = 0; i < writer->names.n; i++)
		texts += strlen(writer->names.v[i].key) + 1;
	head.index = writer->written;
	head.n_blocks = (uint32_t)writer->blocks.n;
	head.n_names = (uint32_t)writer->names.n;
	head.n_chunks = writer->n_chunks;
	head.identity = (uint32_t)texts;
	head.base_url = head.identity + (uint32_t)strlen(identity) + 1;
	head.n_texts = head.base_url + (uint32_t)strlen(base_url) + 1;
	kind = put_index(writer, writer->names.v, writer->names.n);
	if (!kind)
		kind = put(writer, identity, strlen(identity) + 1);
	if (!kind)
		kind = put(writer, base_url, strlen(base_url) + 1);
	if (!kind)
		kind = flush(writer);
	head.size = writer->written;
	head.checksum = eg_store_checksum((const char *)&head + skip, sizeof(head) - skip);
	if (!kind)
		kind = write_all(writer, (const char *)&head, sizeof(head), &start);
	if (!kind)
		*ret_bytes = writer->written;
	return kind;
}
