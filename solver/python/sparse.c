#include "zip.h"

/* Chunks never touch each other: an addition swallows those that it overlaps or adjoins. */
void eg_sparse_add(struct eg_sparse *file, uint64_t start, const void *bytes, size_t n)
{
	if (start >= file->size || !n)
		return;
	if (n > file->size - start)
		n = (size_t)(file->size - start);
	uint64_t from = start, to = start + n;
	for (size_t i = 0; i < file->chunks.n; i++) {
		const struct eg_sparse_chunk *c = &file->chunks.v[i];

		if (c->start <= start + n && c->start + c->n >= start) {
			from = c->start < from ? c->start : from;
			to = c->start + c->n > to ? c->start + c->n : to;
		}
	}
	struct eg_sparse_chunk all = {from, eg_alloc(file->arena, (size_t)(to - from)), (size_t)(to - from)};
	size_t kept = 0;
	for (size_t i = 0; i < file->chunks.n; i++) {
		const struct eg_sparse_chunk c = file->chunks.v[i];

		if (c.start >= from && c.start + c.n <= to)
			memcpy(all.bytes + (c.start - from), c.bytes, c.n);
		else
			file->chunks.v[kept++] = c;
	}
	file->chunks.n = kept;
	memcpy(all.bytes + (start - from), bytes, n);
	eg_vec_push(file->arena, &file->chunks, all);
}

const unsigned char *eg_sparse_at(const struct eg_sparse *file, uint64_t start, uint64_t n)
{
	for (size_t i = 0; i < file->chunks.n; i++) {
		const struct eg_sparse_chunk *c = &file->chunks.v[i];

		if (start >= c->start && start - c->start <= c->n && n <= c->n - (start - c->start))
			return c->bytes + (start - c->start);
	}
	return NULL;
}
