#include "arena.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { CHUNK = 256 * 1024, LARGE_CHUNK = 4 << 20, HUGE_PAGE = 2 << 20, ALIGN = _Alignof(max_align_t) };

struct chunk {
	struct chunk *next;
	size_t size, used;
	size_t mapped; /* bytes by mmap; 0: by calloc */
	_Alignas(max_align_t) unsigned char bytes[];
};

struct eg_arena {
	struct chunk *chunk; /* the one that is filled, older ones behind it */
	size_t used;
	eg_oom_fn *oom;
};

static void exhausted(const struct eg_arena *arena)
{
	if (arena && arena->oom)
		arena->oom();
	abort();
}

struct eg_arena *eg_arena_new(eg_oom_fn *oom)
{
	struct eg_arena *arena = calloc(1, sizeof(*arena));

	if (!arena) {
		if (oom)
			oom();
		abort();
	}
	arena->oom = oom;
	return arena;
}

struct eg_arena *eg_arena_scratch(const struct eg_arena *arena)
{
	return eg_arena_new(arena->oom);
}

void eg_arena_free(struct eg_arena *arena)
{
	if (!arena)
		return;
	for (struct chunk *c = arena->chunk, *next; c; c = next) {
		next = c->next;
		if (c->mapped)
			munmap(c, c->mapped);
		else
			free(c);
	}
	free(arena);
}

static size_t aligned(const struct eg_arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2)
		exhausted(arena);
	return (size + ALIGN - 1) / ALIGN * ALIGN;
}

/* In huge pages where the kernel grants them: a fault for every 4 kB costs a quarter of a warm run. */
static struct chunk *map_chunk(size_t size)
{
	size_t room = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
	unsigned char *p = mmap(NULL, room + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	size_t head = -(uintptr_t)p % HUGE_PAGE;
	if (head)
		munmap(p, head);
	if (head < HUGE_PAGE)
		munmap(p + head + room, HUGE_PAGE - head);
	madvise(p + head, room, MADV_HUGEPAGE);
	struct chunk *c = (struct chunk *)(void *)(p + head);
	c->mapped = room;
	return c;
}

/* A chunk with room for SIZE bytes. What is small stays small: only an arena that grows gets large ones. */
static struct chunk *new_chunk(const struct eg_arena *arena, size_t size)
{
	bool large = arena->used >= 2 * CHUNK;
	size_t room = size > CHUNK ? size : CHUNK;
	struct chunk *c;

	if (large && room < LARGE_CHUNK - sizeof(*c))
		room = LARGE_CHUNK - sizeof(*c);
	c = large ? map_chunk(sizeof(*c) + room) : calloc(1, sizeof(*c) + room);
	if (!c)
		exhausted(arena);
	c->size = c->mapped ? c->mapped - sizeof(*c) : room;
	return c;
}

void *eg_alloc(struct eg_arena *arena, size_t size)
{
	struct chunk *c = arena->chunk;

	size = aligned(arena, size ? size : 1);
	if (!c || c->size - c->used < size) {
		struct chunk *fresh = new_chunk(arena, size);

		if (c && c->size - c->used > fresh->size - size) {
			/* a large block does not end the chunk that has more room */
			fresh->next = c->next;
			c->next = fresh;
		} else {
			fresh->next = c;
			arena->chunk = fresh;
		}
		c = fresh;
	}
	void *p = c->bytes + c->used;
	c->used += size;
	arena->used += size;
	return p;
}

void *eg_alloc_array(struct eg_arena *arena, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 2 / size)
		exhausted(arena);
	return eg_alloc(arena, n * size);
}

void *eg_realloc(struct eg_arena *arena, void *old, size_t old_size, size_t new_size)
{
	struct chunk *c = arena->chunk;
	size_t held = aligned(arena, old_size ? old_size : 1);
	size_t wanted = aligned(arena, new_size ? new_size : 1);

	if (old && c && (unsigned char *)old + held == c->bytes + c->used && wanted >= held &&
	    c->size - c->used >= wanted - held) {
		c->used += wanted - held;
		arena->used += wanted - held;
		return old;
	}
	void *p = eg_alloc(arena, new_size);
	if (old)
		memcpy(p, old, old_size < new_size ? old_size : new_size);
	return p;
}

char *eg_strndup(struct eg_arena *arena, const char *s, size_t n)
{
	char *p = eg_alloc(arena, n + 1);

	if (n)
		memcpy(p, s, n);
	return p;
}

char *eg_strdup(struct eg_arena *arena, const char *s)
{
	return eg_strndup(arena, s, strlen(s));
}

char *eg_strip(struct eg_arena *arena, const char *s, size_t n)
{
	while (n && isspace((unsigned char)*s)) {
		s++;
		n--;
	}
	while (n && isspace((unsigned char)s[n - 1]))
		n--;
	return eg_strndup(arena, s, n);
}

char *eg_vstrf(struct eg_arena *arena, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return eg_strdup(arena, "");
	char *p = eg_alloc(arena, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	return p;
}

char *eg_strf(struct eg_arena *arena, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *p = eg_vstrf(arena, fmt, ap);
	va_end(ap);
	return p;
}

size_t eg_arena_used(const struct eg_arena *arena)
{
	return arena->used;
}
