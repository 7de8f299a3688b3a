#include "map.h"

#include <stdint.h>

static uint32_t hash(const char *s)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static unsigned *slot(const struct eg_map *map, const char *key)
{
	size_t mask = map->n_slots - 1;

	for (size_t i = hash(key) & mask;; i = (i + 1) & mask) {
		unsigned e = map->slots[i];

		if (!e || !strcmp(map->v[e - 1].key, key))
			return &map->slots[i];
	}
}

void *eg_map_get(const struct eg_map *map, const char *key)
{
	if (!map->n)
		return NULL;
	unsigned e = *slot(map, key);
	return e ? map->v[e - 1].value : NULL;
}

static void grow(struct eg_map *map)
{
	size_t cap = map->cap ? 2 * map->cap : 16;

	map->v = eg_realloc(map->arena, map->v, map->cap * sizeof(*map->v), cap * sizeof(*map->v));
	map->cap = cap;
	map->n_slots = 2 * cap;
	map->slots = EG_ARRAY(map->arena, unsigned, map->n_slots);
	for (size_t i = 0; i < map->n; i++)
		*slot(map, map->v[i].key) = (unsigned)i + 1;
}

void eg_map_put(struct eg_map *map, const char *key, void *value)
{
	if (map->n == map->cap)
		grow(map);
	unsigned *e = slot(map, key);
	if (!*e) {
		map->v[map->n].key = key;
		*e = (unsigned)++map->n;
	}
	map->v[*e - 1].value = value;
}
