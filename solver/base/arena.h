/* Memory of one run: allocated from the front, freed all at once. */
#ifndef EG_ARENA_H
#define EG_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

struct eg_arena;

/* Called when memory is exhausted; must not return (the hook decides what becomes of the user's command). */
typedef void eg_oom_fn(void);

struct eg_arena *eg_arena_new(eg_oom_fn *oom);
void eg_arena_free(struct eg_arena *arena);

/* Another one with the same oom, for what is freed before the run ends. */
struct eg_arena *eg_arena_scratch(const struct eg_arena *arena);

/* Zeroed memory, aligned for any type, that lives as long as the arena. Never NULL. */
void *eg_alloc(struct eg_arena *arena, size_t size);

/* Like realloc: moves unless OLD was the latest allocation. The bytes past OLD_SIZE are zero. */
void *eg_realloc(struct eg_arena *arena, void *old, size_t old_size, size_t new_size);

char *eg_strdup(struct eg_arena *arena, const char *s);
char *eg_strndup(struct eg_arena *arena, const char *s, size_t n);

/* The first N bytes of S without the white space at their ends. */
char *eg_strip(struct eg_arena *arena, const char *s, size_t n);

char *eg_strf(struct eg_arena *arena, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *eg_vstrf(struct eg_arena *arena, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Bytes handed out so far. */
size_t eg_arena_used(const struct eg_arena *arena);

#define EG_NEW(arena, type) ((type *)eg_alloc((arena), sizeof(type)))
#define EG_ARRAY(arena, type, n) ((type *)eg_alloc_array((arena), (n), sizeof(type)))

/* eg_alloc(N * SIZE), where an overflow counts as exhausted memory. */
void *eg_alloc_array(struct eg_arena *arena, size_t n, size_t size);

#endif
