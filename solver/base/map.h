/* A hash table from strings to pointers, in an arena. Keys are not copied and must outlive the map. */
#ifndef EG_MAP_H
#define EG_MAP_H

#include "arena.h"

struct eg_map_entry {
	const char *key;
	void *value;
};

/* Zero-initialise, or set only .arena. Entries lie in the order of their first insertion. */
struct eg_map {
	struct eg_arena *arena;
	struct eg_map_entry *v;
	size_t n, cap;
	unsigned *slots; /* index into v plus one; 0: free */
	size_t n_slots;
};

void *eg_map_get(const struct eg_map *map, const char *key);

/* Sets KEY to VALUE, replacing an earlier value. */
void eg_map_put(struct eg_map *map, const char *key, void *value);

#endif
