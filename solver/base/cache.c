#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ZSTD_STATIC_LINKING_ONLY /* a decompression context in the arena, made once */
#include <zstd.h>

#include "file.h"
#include "ceilings.h"

enum { LEVEL = 1, COUNTED_BLOCK = 4096 };

#define MAX_BODY (EG_MAX_CACHE / 4)

static const char magic[8] = "EGCACHE1";

struct eg_cache {
	struct eg_arena *arena;
	struct eg_run quiet; /* takes the errors of file functions: a cache is never the reason that something fails */
	const char *dir;
	unsigned char *scratch; /* the packed entry read last */
	size_t scratch_cap;
	ZSTD_DCtx *unpack;
	size_t uncounted; /* bytes written, less whole blocks */
	bool counting;
};

/* On disk, in the byte order of the machine. The strings follow, each with its NUL, then the packed body. */
struct head {
	char magic[8];
	uint64_t checksum; /* of everything from here to the body */
	int64_t expires;
	uint64_t body_n, packed_n;
	uint32_t kind_n, key_n;
	uint32_t etag_n, modified_n; /* 0: none (their NUL counts) */
};

struct entry {
	struct head head;
	const char *etag, *modified; /* into scratch */
	const unsigned char *packed;
};

/* FNV-1a: names files, where the key inside decides, and guards a header against damage. */
static uint64_t hash(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}

#define HASH_START UINT64_C(0xcbf29ce484222325)

static char *entry_path(struct eg_cache *cache, const char *kind, const char *key)
{
	uint64_t h = hash(hash(HASH_START, kind, strlen(kind) + 1), key, strlen(key));

	h = (h ^ h >> 32) * UINT64_C(0x9e3779b97f4a7c15); /* the last characters reach the upper bits as well */
	return eg_strf(cache->arena, "%s/%02x/%014llx", cache->dir, (unsigned)(h >> 56),
		       (unsigned long long)(h & (UINT64_MAX >> 8)));
}

static uint64_t head_checksum(const struct head *head, const void *strings, size_t n)
{
	const unsigned char *rest = (const unsigned char *)head + offsetof(struct head, expires);

	return hash(hash(HASH_START, rest, sizeof(*head) - offsetof(struct head, expires)), strings, n);
}

static void tag_directory(struct eg_cache *cache)
{
	static const char tag[] = "Signature: 8a477f597d28d172789f06886806bc55\n"
				  "# Cache of envguard, see https://bford.info/cachedir/\n";

	eg_file_write(&cache->quiet, eg_path_join(cache->arena, cache->dir, "CACHEDIR.TAG"), tag, sizeof(tag) - 1,
		      0644);
}

struct eg_cache *eg_cache_open(struct eg_run *run)
{
	char *dir = eg_cache_dir(run->arena);
	struct stat st;

	if (!dir) {
		eg_note(run, "no cache: HOME is not set");
		return NULL;
	}
	struct eg_cache *cache = EG_NEW(run->arena, struct eg_cache);
	cache->arena = cache->quiet.arena = run->arena;
	cache->dir = dir;
	if (stat(dir, &st)) {
		if (eg_mkdirs(&cache->quiet, dir) != EG_OK) {
			eg_note(run, "no cache: %s", cache->quiet.error.message);
			return NULL;
		}
		tag_directory(cache);
		return cache;
	}
	/* root with a user's HOME (sudo) would leave what the user cannot replace; pip's check_path_owner */
	if (!S_ISDIR(st.st_mode) || (geteuid() == 0 && st.st_uid != 0) || access(dir, R_OK | X_OK)) {
		eg_note(run, "no cache: '%s' is not a directory of the current user", dir);
		return NULL;
	}
	return cache;
}

static bool read_scratch(struct eg_cache *cache, int fd, size_t *ret_n)
{
	struct stat st;
	size_t n = 0;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct head) ||
	    st.st_size > (off_t)(2 * MAX_BODY))
		return false;
	size_t size = (size_t)st.st_size;
	if (size > cache->scratch_cap) {
		size_t cap = size > 32768 ? 2 * size : 65536;
		cache->scratch = eg_alloc(cache->arena, cap);
		cache->scratch_cap = cap;
	}
	while (n < size) {
		ssize_t got = read(fd, cache->scratch + n, size - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		n += (size_t)got;
	}
	*ret_n = n;
	return true;
}

static bool parse_entry(struct eg_cache *cache, size_t n, const char *kind, const char *key, struct entry *ret)
{
	struct entry e;
	const char *strings = (const char *)cache->scratch + sizeof(e.head);

	memcpy(&e.head, cache->scratch, sizeof(e.head));
	const struct head *h = &e.head;
	if (memcmp(h->magic, magic, sizeof(magic)) || h->body_n > MAX_BODY || h->packed_n > n ||
	    h->kind_n != strlen(kind) + 1 || h->key_n != strlen(key) + 1)
		return false;
	uint64_t strings_n = (uint64_t)h->kind_n + h->key_n + h->etag_n + h->modified_n;
	if (sizeof(*h) + strings_n + h->packed_n != n || head_checksum(h, strings, strings_n) != h->checksum ||
	    memcmp(strings, kind, h->kind_n) || memcmp(strings + h->kind_n, key, h->key_n))
		return false;
	const char *etag = strings + h->kind_n + h->key_n;
	if (strings[strings_n - 1] || (h->etag_n && etag[h->etag_n - 1]))
		return false;
	e.etag = h->etag_n ? etag : NULL;
	e.modified = h->modified_n ? etag + h->etag_n : NULL;
	e.packed = (const unsigned char *)strings + strings_n;
	*ret = e;
	return true;
}

static bool load(struct eg_cache *cache, const char *path, const char *kind, const char *key, struct entry *ret)
{
	size_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return false;
	bool ok = read_scratch(cache, fd, &n);
	close(fd);
	return ok && parse_entry(cache, n, kind, key, ret);
}

char *eg_cache_get(struct eg_cache *cache, const char *kind, const char *key, struct eg_cache_meta *ret_meta,
		   size_t *ret_n)
{
	struct entry e;

	if (!cache || !load(cache, entry_path(cache, kind, key), kind, key, &e))
		return NULL;
	if (!cache->unpack) {
		size_t size = ZSTD_estimateDCtxSize();
		cache->unpack = ZSTD_initStaticDCtx(eg_alloc(cache->arena, size), size);
	}
	size_t n = (size_t)e.head.body_n;
	char *body = eg_alloc(cache->arena, n + 1);
	if (ZSTD_decompressDCtx(cache->unpack, body, n, e.packed, e.head.packed_n) != n)
		return NULL;
	if (ret_meta)
		*ret_meta = (struct eg_cache_meta){
			.etag = e.etag ? eg_strdup(cache->arena, e.etag) : NULL,
			.last_modified = e.modified ? eg_strdup(cache->arena, e.modified) : NULL,
			.expires = e.head.expires,
		};
	if (ret_n)
		*ret_n = n;
	return body;
}

/* What was written is counted in whole blocks; starting at a random remainder makes the sum right over many runs. */
static void count_written(struct eg_cache *cache, size_t n)
{
	struct stat st;
	static const char blocks[64];
	uint64_t max = eg_cache_max(), interval = max / 16;

	if (!cache->counting) {
		struct timespec t;
		clock_gettime(CLOCK_REALTIME, &t);
		cache->uncounted = (size_t)t.tv_nsec / 1000 % COUNTED_BLOCK;
		cache->counting = true;
	}
	cache->uncounted += n;
	if (cache->uncounted < COUNTED_BLOCK)
		return;
	int fd = open(eg_path_join(cache->arena, cache->dir, "written"),
		      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	for (; cache->uncounted >= COUNTED_BLOCK; cache->uncounted -= n) {
		n = cache->uncounted / COUNTED_BLOCK;
		n = n < sizeof(blocks) ? n : sizeof(blocks);
		if (write(fd, blocks, n) != (ssize_t)n)
			break;
		n *= COUNTED_BLOCK;
	}
	if (!fstat(fd, &st) && (uint64_t)st.st_size * COUNTED_BLOCK > interval && !ftruncate(fd, 0))
		eg_cache_prune(&cache->quiet, cache->dir, max - interval, max / 4 * 3);
	close(fd);
}

static void store(struct eg_cache *cache, const char *path, const void *bytes, size_t n)
{
	if (eg_file_write(&cache->quiet, path, bytes, n, 0600) != EG_OK) {
		char *fan = eg_strndup(cache->arena, path, (size_t)(strrchr(path, '/') - path));

		(void)mkdir(cache->dir, 0700); /* cleared meanwhile */
		if (mkdir(fan, 0700) && errno != EEXIST)
			return;
		if (eg_file_write(&cache->quiet, path, bytes, n, 0600) != EG_OK)
			return;
	}
	count_written(cache, n);
}

static uint32_t add_string(char *out, size_t *n, const char *s)
{
	if (!s)
		return 0;
	size_t size = strlen(s) + 1;
	memcpy(out + *n, s, size);
	*n += size;
	return (uint32_t)size;
}

static size_t size_of(const char *s)
{
	return s ? strlen(s) + 1 : 0;
}

/* Header and strings, with room for PACKED_CAP bytes behind them; seal() completes it. On the heap, NULL: no memory. */
static char *begin(const char *kind, const char *key, const struct eg_cache_meta *meta, size_t packed_cap,
		   size_t *ret_n)
{
	size_t strings_n = size_of(kind) + size_of(key) + size_of(meta->etag) + size_of(meta->last_modified);
	struct head head = {.expires = meta->expires};

	if (strings_n > UINT32_MAX)
		return NULL;
	char *out = malloc(sizeof(head) + strings_n + packed_cap);
	if (!out)
		return NULL;
	size_t n = sizeof(head);
	head.kind_n = add_string(out, &n, kind);
	head.key_n = add_string(out, &n, key);
	head.etag_n = add_string(out, &n, meta->etag);
	head.modified_n = add_string(out, &n, meta->last_modified);
	memcpy(head.magic, magic, sizeof(magic));
	memcpy(out, &head, sizeof(head));
	*ret_n = n;
	return out;
}

static void seal(char *out, size_t strings_end, size_t body_n, size_t packed_n)
{
	struct head head;

	memcpy(&head, out, sizeof(head));
	head.body_n = body_n;
	head.packed_n = packed_n;
	head.checksum = head_checksum(&head, out + sizeof(head), strings_end - sizeof(head));
	memcpy(out, &head, sizeof(head));
}

static size_t pack(void *out, size_t cap, const void *body, size_t n)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();

	if (!context)
		return 0;
	ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	size_t packed = ZSTD_compress2(context, out, cap, body, n);
	ZSTD_freeCCtx(context);
	return ZSTD_isError(packed) ? 0 : packed;
}

void eg_cache_put(struct eg_cache *cache, const char *kind, const char *key, const struct eg_cache_meta *meta,
		  const void *body, size_t n)
{
	size_t end;

	if (!cache || n > MAX_BODY)
		return;
	size_t bound = ZSTD_compressBound(n);
	char *out = begin(kind, key, meta, bound, &end);
	size_t packed = out ? pack(out + end, bound, body, n) : 0;
	if (packed) {
		seal(out, end, n, packed);
		store(cache, entry_path(cache, kind, key), out, end + packed);
	}
	free(out);
}

void eg_cache_touch(struct eg_cache *cache, const char *kind, const char *key, const struct eg_cache_meta *meta)
{
	struct entry e;
	size_t end;

	if (!cache)
		return;
	char *path = entry_path(cache, kind, key);
	if (!load(cache, path, kind, key, &e))
		return;
	/* the packed body is copied as it is: rewriting the header in place would show readers half of it */
	char *out = begin(kind, key, meta, e.head.packed_n, &end);
	if (!out)
		return;
	memcpy(out + end, e.packed, e.head.packed_n);
	seal(out, end, e.head.body_n, e.head.packed_n);
	store(cache, path, out, end + e.head.packed_n);
	free(out);
}

const char *eg_cache_file(struct eg_cache *cache, const char *kind, const char *key)
{
	char *path = entry_path(cache, kind, key);
	const char *fan = eg_strndup(cache->arena, path, (size_t)(strrchr(path, '/') - path));

	(void)mkdir(fan, 0700);
	return path;
}

void eg_cache_file_written(struct eg_cache *cache, uint64_t bytes)
{
	count_written(cache, bytes);
}
