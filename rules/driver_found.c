/* Whether the loader would find one of the driver's libraries, told without loading any: on most machines without a GPU that
   spares a process. Where it cannot be told, it may be. Sources: ld.so(8). */
#include "driver_child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ceilings.h"
#include "file.h"

/* Where the loader looks at last; then those of the machine's own kind. */
static const char *const usual[] = {"/lib/", "/usr/lib/", "/lib64/", "/usr/lib64/", "/lib/x86_64-linux-gnu/",
				    "/lib/aarch64-linux-gnu/"};

static bool is_in(struct eg_arena *arena, const char *folder, size_t n)
{
	for (size_t i = 0; eg_driver_libraries[i]; i++)
		if (!access(eg_strf(arena, "%.*s/%s", (int)n, folder, eg_driver_libraries[i]), F_OK))
			return true;
	return false;
}

static bool is_in_path(struct eg_arena *arena, const char *path)
{
	for (const char *s = path; s && *s;) {
		size_t n = strcspn(s, ":;");

		/* "": the working directory; "$": a place that the loader fills in */
		if (memchr(s, '$', n) || is_in(arena, n ? s : ".", n ? n : 1))
			return true;
		s += n + (s[n] != 0);
	}
	return false;
}

static bool is_in_cache(struct eg_run *run)
{
	size_t size;
	const char *cache = eg_file_read_if(run, "/etc/ld.so.cache", EG_MAX_LOADER_CACHE, &size);
	bool found = !cache;

	for (size_t i = 0; eg_driver_libraries[i] && !found; i++)
		found = memmem(cache, size, eg_driver_libraries[i], strlen(eg_driver_libraries[i]));
	return found;
}

bool eg_driver_found(struct eg_run *run)
{
	if (is_in_path(run->arena, getenv("LD_LIBRARY_PATH")) || is_in_cache(run))
		return true;
	for (size_t i = 0; eg_driver_folders[i]; i++)
		if (*eg_driver_folders[i] && is_in(run->arena, eg_driver_folders[i], strlen(eg_driver_folders[i])))
			return true;
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (is_in(run->arena, usual[i], strlen(usual[i])))
			return true;
	return false;
}
