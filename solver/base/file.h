/* Files and directories. */
#ifndef EG_FILE_H
#define EG_FILE_H

#include "run.h"

/* Reads a whole file of at most MAX bytes into the arena, NUL-terminated; *ret_n (may be NULL) is its length. */
enum eg_error_kind eg_file_read(struct eg_run *run, const char *path, size_t max, char **ret, size_t *ret_n);

/* Like eg_file_read, but NULL and no error where the file does not exist or is unreadable. */
char *eg_file_read_if(struct eg_run *run, const char *path, size_t max, size_t *ret_n);

/* Replaces PATH at once or not at all (temporary file beside it, rename). MODE as for open(2). */
enum eg_error_kind eg_file_write(struct eg_run *run, const char *path, const void *bytes, size_t n, unsigned mode);

/* Creates the directory and its parents (0700 for those that are new). */
enum eg_error_kind eg_mkdirs(struct eg_run *run, const char *path);

bool eg_is_dir(const char *path);
bool eg_is_file(const char *path);
bool eg_is_executable(const char *path);

/* "A/B"; B alone where it is absolute. */
char *eg_path_join(struct eg_arena *arena, const char *a, const char *b);

/* Absolute, without "." and "..", symbolic links kept. */
char *eg_path_absolute(struct eg_arena *arena, const char *path);

/* The program NAME on PATH, skipping the directory SKIP (may be NULL); NULL where there is none. */
char *eg_which(struct eg_arena *arena, const char *name, const char *skip);

/* $XDG_CACHE_HOME/envguard, else ~/.cache/envguard (ENVGUARD_CACHE_DIR outranks both); NULL without a home. */
char *eg_cache_dir(struct eg_arena *arena);

#endif
