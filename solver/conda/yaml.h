/* YAML documents (condarc, environment.yml) as a small tree, through libyaml. */
#ifndef EG_YAML_H
#define EG_YAML_H

#include "run.h"

enum eg_yaml_type { EG_YAML_SCALAR, EG_YAML_LIST, EG_YAML_MAP };

struct eg_yaml {
	enum eg_yaml_type type;
	const char *key;  /* in a map; NULL in a list */
	const char *text; /* of a scalar; "" for null */
	size_t line;      /* where it begins, the first is 0; of a value in a map: its key's */
	bool plain;       /* a scalar without quotes: may be a number, a boolean or null */
	struct eg_yaml *items;
	size_t n;
};

/* The first document of TEXT; an empty one is an empty map. NAME is for messages. Later keys replace earlier ones of the
   same name. EG_FORMAT with the line where TEXT is no YAML. */
enum eg_error_kind eg_yaml_parse(struct eg_run *run, const char *name, const char *text, size_t n, struct eg_yaml *ret);

/* The entry KEY of a map; NULL: none, or no map. */
const struct eg_yaml *eg_yaml_get(const struct eg_yaml *map, const char *key);

/* The scalar KEY of a map; NULL: none, null, or no scalar. */
const char *eg_yaml_text(const struct eg_yaml *map, const char *key);

/* The scalars of the list KEY, or the one scalar KEY, added to ret. */
void eg_yaml_texts(struct eg_arena *arena, const struct eg_yaml *map, const char *key, struct eg_strs *ret);

#endif
