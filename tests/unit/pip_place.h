/* A place that is the working directory and the home, with an environment to read requests for. */
#ifndef EG_TEST_PIP_PLACE_H
#define EG_TEST_PIP_PLACE_H

#include "place.h"
#include "python/interpreter.h"

static struct eg_interpreter interpreter;

static inline int pip_set_up(void **state)
{
	interpreter = (struct eg_interpreter){
		.exe = "/env/bin/python",
		.version = "3.11.7",
		.python = {3, 11, 7},
		.markers.value = {"posix", "linux", "x86_64", "CPython", "5.15.0", "Linux", "#1", "3.11", "3.11.7",
				  "cpython", "3.11.7"},
		.tags = {.implementation = "cp", .python = {3, 11}, .abi_flags = "", .platform = "linux-x86_64",
			 .libc = EG_GLIBC, .libc_version = {2, 36}},
		.prefix = "/env",
		.base_prefix = "/usr",
		.venv = true,
		.default_index = "https://index.example.org/simple",
	};
	if (place_set_up(state))
		return -1;
	struct place *place = *state;
	for (size_t i = 0; environ[i];) {
		char *name = eg_strndup(place->run.arena, environ[i], strcspn(environ[i], "="));

		i += (strncmp(name, "PIP_", 4) && strncmp(name, "UV_", 3)) || unsetenv(name);
	}
	unsetenv("XDG_CONFIG_HOME");
	return chdir(place->dir) || setenv("HOME", place->dir, 1) || setenv("XDG_CONFIG_DIRS", place->dir, 1);
}

static inline int pip_tear_down(void **state)
{
	return chdir("/") || place_tear_down(state);
}

#endif
