#include "store.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <zstd.h>

#include "ceilings.h"
#include "store_format.h"

struct eg_store {
	struct eg_arena *arena;
	const char *map;
	const struct eg_store_head *head;
	const struct eg_store_block *blocks;
	const struct eg_store_name *names;
	const struct eg_store_chunk *chunks;
	const char *texts;
	ZSTD_DCtx *zstd;
	char *block; /* unpacked, number .in_block */
	size_t block_cap;
	uint32_t in_block;
};

/* The parts must fill the file exactly; all that is read later is checked against these sizes. */
static bool settle(struct eg_store *store, size_t size)
{
	const struct eg_store_head *head = store->head;
	size_t skip = offsetof(struct eg_store_head, index);

	if (memcmp(head->magic, EG_STORE_MAGIC, sizeof(head->magic)) || head->size != size ||
	    head->checksum != eg_store_checksum((const char *)head + skip, sizeof(*head) - skip))
		return false;
	uint64_t blocks = head->n_blocks * (uint64_t)sizeof(*store->blocks);
	uint64_t names = head->n_names * (uint64_t)sizeof(*store->names);
	uint64_t chunks = head->n_chunks * (uint64_t)sizeof(*store->chunks);
	if (head->index > size || size - head->index != blocks + names + chunks + head->n_texts)
		return false;
	/* behind packed bytes nothing is aligned: members are copied before they are looked at */
	store->blocks = (const void *)(store->map + head->index);
	store->names = (const void *)(store->map + head->index + blocks);
	store->chunks = (const void *)(store->map + head->index + blocks + names);
	store->texts = store->map + head->index + blocks + names + chunks;
	return head->n_texts && !store->texts[head->n_texts - 1] && head->identity < head->n_texts &&
	       head->base_url < head->n_texts;
}

struct eg_store *eg_store_open(struct eg_arena *arena, int fd)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct eg_store_head))
		return NULL;
	void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return NULL;
	struct eg_store *store = EG_NEW(arena, struct eg_store);
	*store = (struct eg_store){.arena = arena, .map = map, .head = map, .in_block = UINT32_MAX};
	if (!settle(store, (size_t)st.st_size)) {
		munmap(map, (size_t)st.st_size);
		return NULL;
	}
	madvise(map, (size_t)st.st_size, MADV_RANDOM);
	store->zstd = ZSTD_createDCtx();
	return store;
}

void eg_store_close(struct eg_store *store)
{
	ZSTD_freeDCtx(store->zstd);
	free(store->block);
	munmap((void *)store->map, store->head->size);
}

const char *eg_store_identity(const struct eg_store *store)
{
	return store->texts + store->head->identity;
}

const char *eg_store_base_url(const struct eg_store *store)
{
	return store->texts + store->head->base_url;
}

size_t eg_store_names(const struct eg_store *store)
{
	return store->head->n_names;
}

const char *eg_store_name(const struct eg_store *store, size_t i)
{
	struct eg_store_name name;

	memcpy(&name, store->names + i, sizeof(name));
	return name.text < store->head->n_texts ? store->texts + name.text : "";
}

/* n_names where there is no such name. */
static size_t find(const struct eg_store *store, const char *name)
{
	size_t low = 0, high = store->head->n_names;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(eg_store_name(store, middle), name);

		if (!order)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return store->head->n_names;
}

static uint32_t first_chunk(const struct eg_store *store, size_t i)
{
	struct eg_store_name name;

	if (i >= store->head->n_names)
		return store->head->n_chunks;
	memcpy(&name, store->names + i, sizeof(name));
	return name.first_chunk;
}

static bool load_block(struct eg_store *store, uint32_t number, uint32_t *ret_n)
{
	struct eg_store_block block;

	if (number >= store->head->n_blocks)
		return false;
	memcpy(&block, store->blocks + number, sizeof(block));
	*ret_n = block.raw;
	if (number == store->in_block)
		return true;
	if (block.start > store->head->index || block.packed > store->head->index - block.start ||
	    block.raw > 2 * EG_MAX_CONDA_RECORD || !store->zstd)
		return false;
	if (block.raw > store->block_cap) {
		free(store->block);
		store->block = malloc(block.raw);
		store->block_cap = store->block ? block.raw : 0;
	}
	store->in_block = UINT32_MAX;
	if (!store->block || ZSTD_decompressDCtx(store->zstd, store->block, block.raw, store->map + block.start,
						 block.packed) != block.raw)
		return false;
	store->in_block = number;
	return true;
}

struct cursor {
	struct eg_arena *arena;
	const char *s, *end;
};

/* The next text; NULL: there is no end to it. */
static const char *take(struct cursor *cursor)
{
	const char *s = cursor->s, *nul = memchr(s, 0, (size_t)(cursor->end - s));

	if (nul)
		cursor->s = nul + 1;
	return nul ? s : NULL;
}

static bool take_list(struct cursor *cursor, uint32_t n, struct eg_strs *ret)
{
	if (n > (size_t)(cursor->end - cursor->s))
		return false;
	if (!n)
		return true;
	ret->v = EG_ARRAY(cursor->arena, const char *, n);
	ret->n = ret->cap = n;
	for (uint32_t i = 0; i < n; i++)
		if (!(ret->v[i] = take(cursor)))
			return false;
	return true;
}

static bool take_hash(struct cursor *cursor, bool has, size_t n, const char **ret)
{
	static const char digits[] = "0123456789abcdef";

	if (!has)
		return true;
	if ((size_t)(cursor->end - cursor->s) < n)
		return false;
	char *hex = eg_alloc(cursor->arena, 2 * n + 1);
	for (size_t i = 0; i < n; i++) {
		hex[2 * i] = digits[(unsigned char)cursor->s[i] >> 4];
		hex[2 * i + 1] = digits[(unsigned char)cursor->s[i] & 15];
	}
	cursor->s += n;
	*ret = hex;
	return true;
}

static bool unpack_record(struct cursor *cursor, const char *name, const struct eg_store_packed *head,
			  struct eg_conda_record *record)
{
	*record = (struct eg_conda_record){
		.name = name,
		.build_number = head->build_number,
		.size = head->size,
		.timestamp = head->timestamp,
		.noarch = head->noarch <= EG_NOARCH_PYTHON ? (enum eg_noarch)head->noarch : EG_NOT_NOARCH,
	};
	if (!(record->fn = take(cursor)) || !(record->version = take(cursor)) || !(record->build = take(cursor)) ||
	    !(record->subdir = take(cursor)))
		return false;
	if (!*record->subdir)
		record->subdir = NULL;
	return take_list(cursor, head->lists[EG_STORE_DEPENDS], &record->depends) &&
	       take_list(cursor, head->lists[EG_STORE_CONSTRAINS], &record->constrains) &&
	       take_list(cursor, head->lists[EG_STORE_FEATURES], &record->track_features) &&
	       take_hash(cursor, head->has_sha256, 32, &record->sha256) &&
	       take_hash(cursor, head->has_md5, 16, &record->md5);
}

static bool read_chunk(struct eg_store *store, const struct eg_store_chunk *chunk, const char *name,
		       struct eg_store_list_found *ret)
{
	uint32_t raw;

	if (!load_block(store, chunk->block, &raw) || chunk->start > raw || chunk->n > raw - chunk->start)
		return false;
	char *copy = eg_alloc(store->arena, chunk->n);
	memcpy(copy, store->block + chunk->start, chunk->n);
	struct cursor cursor = {.arena = store->arena, .s = copy, .end = copy + chunk->n};
	const char *said = take(&cursor);
	if (!said || strcmp(said, name))
		return false;
	while (cursor.s < cursor.end) {
		struct eg_store_packed head;
		size_t left = (size_t)(cursor.end - cursor.s);

		if (left < sizeof(head))
			return false;
		memcpy(&head, cursor.s, sizeof(head));
		if (head.n < sizeof(head) || head.n > left)
			return false;
		struct cursor inner = {store->arena, cursor.s + sizeof(head), cursor.s + head.n};
		struct eg_conda_record *record = EG_NEW(store->arena, struct eg_conda_record);
		if (!unpack_record(&inner, said, &head, record))
			return false;
		uint64_t place = ((uint64_t)(head.section == EG_STORE_TAR_BZ2) << 63) | (uint64_t)chunk->block << 24 |
				 (uint64_t)(chunk->start + (size_t)(cursor.s - copy));
		eg_vec_push(store->arena, ret, (struct eg_store_found){record, place});
		cursor.s += head.n;
	}
	return true;
}

bool eg_store_read(struct eg_store *store, const char *name, struct eg_store_list_found *ret)
{
	size_t i = find(store, name);
	size_t before = ret->n;

	if (i == store->head->n_names)
		return true;
	for (uint32_t c = first_chunk(store, i), end = first_chunk(store, i + 1); c < end; c++) {
		struct eg_store_chunk chunk;

		if (end > store->head->n_chunks)
			return false;
		memcpy(&chunk, store->chunks + c, sizeof(chunk));
		if (!read_chunk(store, &chunk, name, ret)) {
			ret->n = before;
			return false;
		}
	}
	return true;
}
