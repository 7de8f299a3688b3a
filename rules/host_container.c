/* Is this a container, and what was it given? Source: NVIDIA Container Toolkit, specialized configurations. */
#include "host_private.h"

#include <stdlib.h>

#include "file.h"

static const struct {
	const char *file, *variable, *name;
} signs[] = {
	{NULL, "KUBERNETES_SERVICE_HOST", "kubernetes"},
	{NULL, "APPTAINER_CONTAINER", "apptainer"},
	{NULL, "SINGULARITY_CONTAINER", "apptainer"},
	{"/run/.containerenv", NULL, "podman"},
	{"/.dockerenv", NULL, "docker"},
	{"/.singularity.d", NULL, "apptainer"},
};

static bool shows(struct eg_run *run, const struct eg_probe *probe, const char *file, const char *variable)
{
	struct eg_arena *arena = run->arena;
	const char *value = variable ? getenv(variable) : NULL;
	const char *path = file ? eg_probe_path(arena, probe, file) : NULL;

	return path ? eg_is_file(path) || eg_is_dir(path) : value && *value;
}

void eg_probe_container(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host)
{
	for (size_t i = 0; !host->container && i < sizeof(signs) / sizeof(*signs); i++)
		if (shows(run, probe, signs[i].file, signs[i].variable))
			host->container = signs[i].name;
	host->visible = getenv("NVIDIA_VISIBLE_DEVICES");
	host->require_cuda = getenv("NVIDIA_REQUIRE_CUDA");
}
