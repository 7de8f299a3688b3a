/* Requirements from project files: dependency groups (PEP 735), scripts (PEP 723) and lock files (PEP 751). */
#ifndef EG_PROJECT_H
#define EG_PROJECT_H

#include "reqline.h"

/* GROUP of the pyproject.toml at PATH, with the groups it includes, into the request's roots. */
enum eg_error_kind eg_project_group(const struct eg_pip_reader *reader, const char *path, const char *group);

/* The "script" block of the script at PATH. Fails where its requires-python excludes the version PYTHON; NULL: any. */
enum eg_error_kind eg_script_requirements(const struct eg_pip_reader *reader, const char *path, const char *python);

/* What is taken from one lock: several -r and --group may name it. */
struct eg_pylock_choice {
	const char *file;      /* path or URL */
	struct eg_strs extras; /* normalised */
	struct eg_strs groups; /* normalised; --group */
	bool default_groups;   /* -r: those too that the lock names as default */
};

/* The lock's entries for the interpreter into the request's roots, each with its file and hashes. */
enum eg_error_kind eg_pylock_read(const struct eg_pip_reader *reader, const struct eg_pylock_choice *choice);

/* pylock.toml or pylock.NAME.toml, as the last part of a path or URL. */
bool eg_is_pylock(struct eg_arena *arena, const char *file);

#endif
