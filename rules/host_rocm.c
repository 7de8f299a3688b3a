/* AMD: the ROCm that is installed, and the GPUs that the kernel shows. */
#include "host_private.h"

#include <ctype.h>
#include <stdlib.h>

#include "ceilings.h"

/* "6.2.0" of "6.2.0-66" */
static const char *version_of(struct eg_arena *arena, const char *text)
{
	size_t n = strspn(text, "0123456789.");

	return n && isdigit((unsigned char)*text) ? eg_strndup(arena, text, n) : NULL;
}

/* gfx_target_version of a node of the kernel's topology: 110000 is gfx1100, 90010 gfx90a; 0 a processor
   (torvalds/linux: drivers/gpu/drm/amd/amdkfd/kfd_topology.c). */
static const char *gfx_of(struct eg_arena *arena, const char *properties)
{
	static const char key[] = "gfx_target_version ";
	const char *s = strstr(properties, key);
	long n = s ? strtol(s + strlen(key), NULL, 10) : 0;

	return n > 0 && n < 1000000 ? eg_strf(arena, "gfx%ld%lx%lx", n / 10000, n / 100 % 100, n % 100) : NULL;
}

void eg_probe_rocm(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host)
{
	const char *text = eg_probe_text(run, probe, "/opt/rocm/.info/version", NULL);

	host->rocm = text ? version_of(run->arena, text) : NULL;
	for (int i = 0; i < EG_MAX_GPUS; i++) {
		const char *path = eg_strf(run->arena, "/sys/class/kfd/kfd/topology/nodes/%d/properties", i);
		const char *properties = eg_probe_text(run, probe, path, NULL);
		const char *gfx = properties ? gfx_of(run->arena, properties) : NULL;
		if (!properties)
			return;
		if (gfx)
			eg_vec_push(run->arena, &host->amd_gpus, gfx);
	}
}
