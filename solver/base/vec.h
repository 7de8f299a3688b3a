/* A growing array in an arena:  EG_VEC(const char *) names = {0};  eg_vec_push(arena, &names, "torch"); */
#ifndef EG_VEC_H
#define EG_VEC_H

#include "arena.h"

#define EG_VEC(type)             \
	struct {                 \
		type *v;         \
		size_t n, cap;   \
	}

/* The same as a type of its own:  EG_VEC_OF(eg_names, const char *);  struct eg_names names = {0}; */
#define EG_VEC_OF(name, type)    \
	struct name {            \
		type *v;         \
		size_t n, cap;   \
	}

#define eg_vec_push(arena, vec, ...)                                                                               \
	do {                                                                                                       \
		if ((vec)->n == (vec)->cap) {                                                                      \
			size_t cap_ = (vec)->cap ? 2 * (vec)->cap : 8;                                             \
			(vec)->v = eg_realloc((arena), (vec)->v, (vec)->cap * sizeof(*(vec)->v),                   \
					      cap_ * sizeof(*(vec)->v));                                           \
			(vec)->cap = cap_;                                                                         \
		}                                                                                                  \
		(vec)->v[(vec)->n++] = (__VA_ARGS__);                                                              \
	} while (0)

/* A list of strings, the most common vector of all. */
struct eg_strs {
	const char **v;
	size_t n, cap;
};

#endif
