/* How the tables of facts are read, checked and described: a column is one row of a list. */
#ifndef EG_GPU_FACTS_TABLE_H
#define EG_GPU_FACTS_TABLE_H

#include "gpu_facts.h"

enum eg_column_kind {
	EG_COLUMN_TEXT,   /* const char * */
	EG_COLUMN_SHORT,  /* struct eg_cuda: "12.1", "12", "cpu" */
	EG_COLUMN_TEXTS,  /* struct eg_strs */
	EG_COLUMN_SHORTS, /* struct eg_cudas */
	EG_COLUMN_TRUE,   /* bool: true, or not there */
};

struct eg_column {
	const char *key;
	enum eg_column_kind kind;
	size_t offset; /* in the row's struct */
	bool required;
};

struct eg_table_kind {
	const char *name;     /* of the table, and of its file without ".json" */
	const char *compiled; /* the file compiled in, NUL-terminated */
	size_t row_size;
	const struct eg_column *columns; /* besides those that every row has */
	size_t n_columns;
};

extern const struct eg_table_kind eg_table_kinds[EG_N_FACTS];

/* NULL: no table is called so. */
const struct eg_table_kind *eg_table_kind_of(const char *name);

/* A table as it was read. */
struct eg_fact_rows {
	const struct eg_table_kind *kind;
	const char *about, *retrieved; /* "2026-11-20" */
	void *v;
	size_t n;
};

/* TEXT (NUL-terminated) into rows. NULL, or what is wrong with it: "row 3: 'cuda' is no short version: …". KIND NULL:
   the table that it says it is. */
const char *eg_facts_parse(struct eg_arena *arena, const struct eg_table_kind *kind, const char *text,
			   struct eg_fact_rows *ret);

/* The JSON Schema of a table's file. */
char *eg_facts_schema(struct eg_arena *arena, const struct eg_table_kind *kind);

#endif
