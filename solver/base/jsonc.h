/* JSON as people write it into a file: with comments (// and slash-star) and trailing commas, each value with its place. */
#ifndef EG_JSONC_H
#define EG_JSONC_H

#include "run.h"

enum eg_json_kind { EG_JSON_NULL, EG_JSON_TRUTH, EG_JSON_NUMBER, EG_JSON_TEXT, EG_JSON_LIST, EG_JSON_OBJECT };

struct eg_json {
	enum eg_json_kind kind;
	const char *key;       /* of an object's member; NULL: none */
	int line, column;      /* of its key, else of the value itself; from 1, the column in bytes */
	int at_line, at_column;/* of the value */
	bool truth;
	const char *text;      /* UTF-8; a number as it is written */
	struct eg_json **v;    /* the items or members, in order */
	size_t n, cap;
};

/* What is wrong, and where. */
struct eg_json_fault {
	int line, column;
	const char *message;
};

/* TEXT (N bytes, at least one more that is NUL) into a tree; NULL, and *ret_fault is filled: no JSON, a key that stands twice in
   an object, more than EG_MAX_POLICY_DEPTH levels or EG_MAX_POLICY_VALUES values. Comments become blanks in TEXT. */
struct eg_json *eg_jsonc_parse(struct eg_arena *arena, char *text, size_t n, struct eg_json_fault *ret_fault);

/* NULL: there is no such member. */
const struct eg_json *eg_json_member(const struct eg_json *object, const char *key);

/* "an object", "a list", "text", "a number", "true or false", "null" */
const char *eg_json_kind_words(enum eg_json_kind kind);

#endif
