/* Where a table comes from: the file that ENVGUARD_FACTS names or holds, the user's, the system's, or the one compiled
   in. What is broken, or older than the table compiled in, is passed over with a note. */
#ifndef EG_GPU_FACTS_FILES_H
#define EG_GPU_FACTS_FILES_H

#include "gpu_facts_table.h"

struct eg_fact_file {
	const char *path; /* NULL: compiled in */
	const char *text;
	struct eg_fact_rows rows;
};

/* The table in force. */
void eg_facts_open(struct eg_run *run, const struct eg_table_kind *kind, struct eg_fact_file *ret);

/* One file, of whatever table. EG_FORMAT with file and row where it is none, or older than the table compiled in. */
enum eg_error_kind eg_facts_check(struct eg_run *run, const char *path, struct eg_fact_file *ret);

/* $XDG_CONFIG_HOME/envguard/facts, else ~/.config/envguard/facts. */
char *eg_facts_user_dir(struct eg_arena *arena);

/* The file of a table in a folder. */
char *eg_facts_path(struct eg_arena *arena, const char *dir, const struct eg_table_kind *kind);

#endif
