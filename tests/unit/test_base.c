/* arena, vector, map, buffer */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "buf.h"
#include "map.h"
#include "vec.h"

static void vector_keeps_what_was_pushed(void **state)
{
	struct eg_arena *arena = eg_arena_new(NULL);
	EG_VEC(size_t) v = {0};

	(void)state;
	for (size_t i = 0; i < 100000; i++)
		eg_vec_push(arena, &v, i);
	for (size_t i = 0; i < v.n; i++)
		assert_int_equal(v.v[i], i);
	eg_arena_free(arena);
}

static void arena_memory_is_zeroed_and_kept_at_every_size(void **state)
{
	struct eg_arena *arena = eg_arena_new(NULL);
	unsigned char *blocks[200];
	size_t size = 1, sizes[200];

	(void)state;
	for (size_t i = 0; i < 200; i++, size = size * 7 % 6000011) {
		blocks[i] = eg_alloc(arena, size);
		for (size_t k = 0; k < size; k += 97)
			assert_int_equal(blocks[i][k], 0);
		memset(blocks[i], (int)i, size);
		sizes[i] = size;
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t k = 0; k < sizes[i]; k += 97)
			assert_int_equal(blocks[i][k], (unsigned char)i);
	eg_arena_free(arena);
}

static void map_finds_and_replaces_in_order(void **state)
{
	struct eg_arena *arena = eg_arena_new(NULL);
	struct eg_map map = {.arena = arena};

	(void)state;
	for (uintptr_t i = 1; i <= 5000; i++)
		eg_map_put(&map, eg_strf(arena, "key-%zu", (size_t)i), (void *)i);
	eg_map_put(&map, "key-7", (void *)(uintptr_t)70);
	assert_int_equal(map.n, 5000);
	assert_int_equal((uintptr_t)eg_map_get(&map, "key-7"), 70);
	assert_int_equal((uintptr_t)eg_map_get(&map, "key-4999"), 4999);
	assert_null(eg_map_get(&map, "key-0"));
	assert_string_equal(map.v[6].key, "key-7");
	eg_arena_free(arena);
}

static void buffer_refuses_above_its_ceiling(void **state)
{
	struct eg_buf buf = {.max = 10};

	(void)state;
	assert_true(eg_buf_puts(&buf, "12345"));
	assert_false(eg_buf_printf(&buf, "%s", "678901"));
	assert_string_equal(buf.s, "12345");
	assert_true(buf.overflow);
	eg_buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vector_keeps_what_was_pushed),
		cmocka_unit_test(arena_memory_is_zeroed_and_kept_at_every_size),
		cmocka_unit_test(map_finds_and_replaces_in_order),
		cmocka_unit_test(buffer_refuses_above_its_ceiling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
