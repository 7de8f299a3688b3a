/* A run with a temporary directory of its own. */
#ifndef EG_TEST_PLACE_H
#define EG_TEST_PLACE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"

struct place {
	struct eg_run run;
	char dir[32];
};

static inline int place_set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	place->run.arena = eg_arena_new(NULL);
	strcpy(place->dir, "/tmp/eg-test-XXXXXX");
	*state = place;
	return mkdtemp(place->dir) ? 0 : -1;
}

static inline int place_tear_down(void **state)
{
	struct place *place = *state;
	char *command = eg_strf(place->run.arena, "PATH=/bin:/usr/bin; chmod -R u+w '%s'; rm -rf '%s'", place->dir, place->dir);
	int rc = system(command);

	eg_arena_free(place->run.arena);
	free(place);
	return rc;
}

static inline char *place_path(struct place *place, const char *name)
{
	return eg_path_join(place->run.arena, place->dir, name);
}

static inline char *place_dir(struct place *place, const char *name)
{
	char *path = place_path(place, name);

	if (eg_mkdirs(&place->run, path))
		abort();
	return path;
}

/* Writes N bytes under NAME, with the directories on the way. */
static inline char *place_bytes(struct place *place, const char *name, const void *bytes, size_t n, unsigned mode)
{
	char *path = place_path(place, name), *slash = strrchr(path, '/');

	*slash = 0;
	if (eg_mkdirs(&place->run, path))
		abort();
	*slash = '/';
	if (eg_file_write(&place->run, path, bytes, n, mode))
		abort();
	return path;
}

static inline char *place_file(struct place *place, const char *name, const char *text)
{
	return place_bytes(place, name, text, strlen(text), 0644);
}

static inline char *place_script(struct place *place, const char *name, const char *text)
{
	return place_bytes(place, name, text, strlen(text), 0755);
}

static inline char *place_link(struct place *place, const char *target, const char *name)
{
	char *path = place_path(place, name);

	if (symlink(target, path))
		abort();
	return path;
}

static inline bool place_noted(const struct place *place, const char *part)
{
	for (size_t i = 0; i < place->run.notes.n; i++)
		if (strstr(place->run.notes.v[i], part))
			return true;
	return false;
}

#endif
