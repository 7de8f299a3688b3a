#include "shards.h"

#include <stdlib.h>

#include "ceilings.h"
#include "checksum.h"
#include "conda_cache.h"
#include "msgpack_read.h"
#include "shard_records.h"
#include "unpack.h"

struct shard {
	const char *name;
	char hash[65];
	bool wanted;
	const char *packed; /* as fetched or cached; NULL: not there */
	size_t n;
	enum eg_error_kind kind;
	const char *error;
	struct eg_shards *shards;
};

struct eg_shards {
	struct eg_run *run;
	struct eg_shards_source from;
	const char *base_url, *shards_url; /* the latter with its slash, credentials included */
	eg_shard_arrived_fn *arrived; /* NULL: nobody listens */
	void *ctx;
	struct shard *v;
	size_t n;
};

static enum eg_error_kind add_piece(void *ctx, const char *bytes, size_t n)
{
	return eg_buf_add(ctx, bytes, n) ? EG_OK : EG_LIMIT;
}

static enum eg_error_kind unpack(struct eg_run *run, const char *shown, const void *bytes, size_t n, size_t max,
				 struct eg_buf *ret)
{
	struct eg_packed packed = {.name = shown, .packing = EG_ZSTD, .bytes = bytes, .n = n, .max = max};
	enum eg_error_kind kind = eg_unpack(run, &packed, add_piece, ret);

	return kind && !run->error.kind ? eg_fail(run, kind, "no memory to read '%s'", shown) : kind;
}

static int by_name(const void *a, const void *b)
{
	const struct shard *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static const char *with_slash(struct eg_arena *arena, const char *url)
{
	size_t n = strlen(url);

	return n && url[n - 1] == '/' ? url : eg_strf(arena, "%s/", url);
}

static enum eg_error_kind read_index(struct eg_shards *shards, const char *url, const msgpack_object *root)
{
	struct eg_arena *arena = shards->run->arena;
	const msgpack_object *info = eg_msgpack_get(root, "info"), *map = eg_msgpack_get(root, "shards");
	const char *base_url = eg_msgpack_text(arena, eg_msgpack_get(info, "base_url"));
	const char *shards_url = eg_msgpack_text(arena, eg_msgpack_get(info, "shards_base_url"));

	if (!map || map->type != MSGPACK_OBJECT_MAP)
		return eg_fail(shards->run, EG_FORMAT, "'%s' is no index of shards", eg_conda_url_public(arena, url));
	shards->base_url = base_url ? base_url : "";
	shards->shards_url = eg_url_join(arena, url, with_slash(arena, shards_url && *shards_url ? shards_url : "./"));
	shards->v = EG_ARRAY(arena, struct shard, map->via.map.size);
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const char *name = eg_msgpack_text(arena, &map->via.map.ptr[i].key);
		const char *hash = eg_msgpack_hash(arena, &map->via.map.ptr[i].val, 32);

		if (!name || !hash)
			continue;
		struct shard *shard = &shards->v[shards->n++];
		*shard = (struct shard){.name = name, .shards = shards};
		memcpy(shard->hash, hash, sizeof(shard->hash));
	}
	if (shards->n)
		qsort(shards->v, shards->n, sizeof(*shards->v), by_name);
	return EG_OK;
}

enum eg_error_kind eg_shards_open(struct eg_run *run, const struct eg_shards_source *source, const void *index, size_t n,
				  struct eg_shards **ret)
{
	const char *shown = eg_conda_url_public(run->arena, source->url);
	struct eg_shards *shards = EG_NEW(run->arena, struct eg_shards);
	struct eg_buf buf = {0};
	msgpack_unpacked unpacked;
	enum eg_error_kind kind = unpack(run, shown, index, n, EG_MAX_SHARD_INDEX, &buf);

	*shards = (struct eg_shards){.run = run, .from = *source};
	msgpack_unpacked_init(&unpacked);
	if (!kind && (!eg_msgpack_sane(buf.s, buf.n) ||
		      msgpack_unpack_next(&unpacked, buf.s ? buf.s : "", buf.n, NULL) != MSGPACK_UNPACK_SUCCESS))
		kind = eg_fail(run, EG_FORMAT, "'%s' is no index of shards", shown);
	if (!kind)
		kind = read_index(shards, source->url, &unpacked.data);
	msgpack_unpacked_destroy(&unpacked);
	eg_buf_free(&buf);
	if (!kind)
		*ret = shards;
	return kind;
}

const char *eg_shards_base_url(const struct eg_shards *shards)
{
	return shards->base_url;
}

size_t eg_shards_names(const struct eg_shards *shards)
{
	return shards->n;
}

const char *eg_shards_name(const struct eg_shards *shards, size_t i)
{
	return shards->v[i].name;
}

static struct shard *find(const struct eg_shards *shards, const char *name)
{
	struct shard key = {.name = name};

	return shards->n ? bsearch(&key, shards->v, shards->n, sizeof(*shards->v), by_name) : NULL;
}

static const struct eg_cache_meta immutable = {.expires = INT64_MAX};

static const char *url_of(const struct shard *shard)
{
	return eg_strf(shard->shards->run->arena, "%s%s.msgpack.zst", shard->shards->shards_url, shard->hash);
}

static void answered(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	struct shard *shard = job->ctx;
	struct eg_run *run = shard->shards->run;
	const char *shown = eg_conda_url_public(run->arena, job->url);

	(void)fetch;
	if (response->kind) {
		shard->kind = response->kind;
		shard->error = eg_strf(run->arena, "shard '%s' cannot be fetched: %s", shown, response->error);
	} else if (response->status != 200) {
		shard->kind = EG_NET;
		shard->error = eg_strf(run->arena, "shard '%s' answered %ld", shown, response->status);
	} else if (strcmp(eg_sha256(run->arena, response->body, response->n), shard->hash)) {
		shard->kind = EG_FORMAT;
		shard->error = eg_strf(run->arena, "shard '%s' is not what the index promises: another SHA-256", shown);
	} else {
		char *copy = eg_alloc(run->arena, response->n + 1);

		memcpy(copy, response->body, response->n);
		shard->packed = copy;
		shard->n = response->n;
		eg_cache_put(shard->shards->from.cache, "shard", shard->hash, &immutable, copy, response->n);
	}
	if (shard->shards->arrived)
		shard->shards->arrived(shard->shards->ctx, shard->name);
}

void eg_shards_listen(struct eg_shards *shards, eg_shard_arrived_fn *arrived, void *ctx)
{
	shards->arrived = arrived;
	shards->ctx = ctx;
}

bool eg_shards_want(struct eg_shards *shards, const char *name)
{
	struct shard *shard = find(shards, name);

	if (!shard || shard->wanted)
		return false;
	shard->wanted = true;
	shard->packed = eg_cache_get(shards->from.cache, "shard", shard->hash, NULL, &shard->n);
	if (!shard->packed) {
		shard->packed = eg_conda_cached_shard(shards->run, shards->from.config, shard->hash, url_of(shard), &shard->n);
		if (shard->packed)
			eg_cache_put(shards->from.cache, "shard", shard->hash, &immutable, shard->packed, shard->n);
	}
	if (shard->packed)
		return false;
	if (shards->run->offline) {
		shard->kind = EG_NET;
		shard->error = eg_strf(shards->run->arena, "offline, and the shard of '%s' is not in the cache", name);
		return false;
	}
	struct eg_job job = {.url = url_of(shard), .max = EG_MAX_SHARD, .done = answered, .ctx = shard};
	eg_fetch_add(shards->from.fetch, &job);
	return true;
}

enum eg_error_kind eg_shards_read(struct eg_shards *shards, const char *name, struct eg_store_list_found *ret)
{
	const struct shard *shard = find(shards, name);
	struct eg_buf buf = {0};

	if (!shard)
		return EG_OK;
	if (!shard->packed)
		return eg_fail(shards->run, shard->kind ? shard->kind : EG_NET, "%s",
			       shard->error ? shard->error : "a shard was not fetched");
	const char *shown = eg_conda_url_public(shards->run->arena, url_of(shard));
	enum eg_error_kind kind = unpack(shards->run, shown, shard->packed, shard->n, EG_MAX_SHARD, &buf);
	if (!kind)
		kind = eg_shard_records(shards->run, shown, buf.s ? buf.s : "", buf.n,
					(uint64_t)(shard - shards->v) << 24, ret);
	eg_buf_free(&buf);
	return kind;
}
