/* TOML documents as a small tree, through toml++. */
#ifndef EG_TOML_H
#define EG_TOML_H

#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

enum eg_toml_type {
	EG_TOML_TABLE,
	EG_TOML_ARRAY,
	EG_TOML_STRING,
	EG_TOML_INTEGER,
	EG_TOML_FLOAT,
	EG_TOML_BOOLEAN,
	EG_TOML_TIME, /* a date, a time or both */
};

struct eg_toml {
	enum eg_toml_type type;
	const char *key;  /* in a table; NULL in an array */
	const char *text; /* of a string; of a time, RFC 3339 */
	int64_t integer;  /* also 0 or 1 of a boolean */
	double number;
	struct eg_toml *items; /* of a table or an array, in the order of the document for arrays */
	size_t n;
};

/* NAME is for messages. EG_FORMAT with the line where TEXT is no TOML. */
enum eg_error_kind eg_toml_parse(struct eg_run *run, const char *name, const char *text, size_t n,
				 const struct eg_toml **ret);

#ifdef __cplusplus
}
#endif

/* The entry KEY of a table; NULL: none, or no table. */
const struct eg_toml *eg_toml_get(const struct eg_toml *table, const char *key);

/* The text of the string KEY; NULL: none, or of another type. */
const char *eg_toml_string(const struct eg_toml *table, const char *key);

/* The array KEY; NULL: none, or of another type. */
const struct eg_toml *eg_toml_array(const struct eg_toml *table, const char *key);

/* "string", "table" … for messages. */
const char *eg_toml_type_name(enum eg_toml_type type);

#endif
