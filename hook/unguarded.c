#include "unguarded.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "style.h"

/* Installers that neither ask an environment's pip nor go by a name that a shim has. */
static const struct {
	const char *name, *lock, *because;
} others[] = {
	{"poetry", "poetry.lock", "it installs by itself"},
	{"pdm", "pdm.lock", "it installs by itself"},
	{"pixi", "pixi.lock", "it installs by itself"},
	{"pipenv", "Pipfile.lock", "it brings a pip of its own"},
	{"hatch", NULL, "it makes environments of its own, where a gate has to be enabled for each"},
};

/* Guarded by a name on PATH, and by nothing inside. */
static const char *const named[] = {"uv", "mamba", "micromamba"};

/* LOCK in the working directory or above it; NULL: none. */
static const char *find_lock(struct eg_run *run, const char *lock)
{
	char *folder = lock ? eg_path_absolute(run->arena, ".") : NULL;

	for (char *slash; folder && *folder; *slash = 0) {
		const char *path = eg_path_join(run->arena, folder, lock);
		if (!access(path, F_OK))
			return path;
		slash = strrchr(folder, '/');
		if (!slash)
			break;
	}
	return NULL;
}

void eg_unguarded_tell(struct eg_run *run, const char *shims)
{
	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		const char *exe = eg_which(run->arena, named[i], shims);
		if (exe)
			printf("%-12s NOT guarded by an absolute path such as %s: only its name on PATH is\n", named[i],
			       eg_printable(run->arena, exe));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		const char *found = find_lock(run, others[i].lock);
		if (!found)
			found = eg_which(run->arena, others[i].name, shims);
		if (found)
			printf("%-12s NOT guarded: %s (%s); 'envguard doctor' tells what it has left\n", others[i].name,
			       others[i].because, eg_printable(run->arena, found));
	}
}
