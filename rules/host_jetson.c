/* A Jetson: what its root file system and its device tree say. */
#include "host_private.h"

#include "gpu_facts.h"

/* The GPU of a module, by the compatible strings of the device tree (nvidia,tegraNNN). Source:
   dusty-nv/jetson-containers:jetson_containers/l4t_version.py@dd206bfe (the boards' architectures). */
static const struct {
	const char *soc, *name;
	int capability[2];
} modules[] = {
	{"nvidia,tegra264", "Thor", {11, 0}},  {"nvidia,tegra234", "Orin", {8, 7}}, {"nvidia,tegra194", "Xavier", {7, 2}},
	{"nvidia,tegra186", "TX2", {6, 2}},    {"nvidia,tegra210", "Nano, TX1", {5, 3}},
};

/* The L4T release of /etc/nv_tegra_release: "35.2.1" of "# R35 (release), REVISION: 2.1, GCID: …". */
static const char *l4t_release(struct eg_arena *arena, const char *text)
{
	static const char start[] = "# R", middle[] = "REVISION: ";
	const char *revision = strstr(text, middle);

	if (strncmp(text, start, strlen(start)) || !revision)
		return NULL;
	const char *release = text + strlen(start);
	revision += strlen(middle);
	return eg_strf(arena, "%.*s.%.*s", (int)strspn(release, "0123456789"), release,
		       (int)strspn(revision, "0123456789."), revision);
}

/* A list of strings, each with a NUL, as the device tree has them. */
static const struct eg_gpu *gpu_of(struct eg_run *run, const char *compatible, size_t n)
{
	for (const char *s = compatible; s < compatible + n; s += strlen(s) + 1)
		for (size_t i = 0; i < sizeof(modules) / sizeof(*modules); i++)
			if (!strcmp(s, modules[i].soc)) {
				struct eg_gpu *gpu = EG_NEW(run->arena, struct eg_gpu);
				gpu->name = eg_strf(run->arena, "Jetson %s", modules[i].name);
				memcpy(gpu->capability, modules[i].capability, sizeof(gpu->capability));
				return gpu;
			}
	return NULL;
}

void eg_probe_jetson(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host)
{
	const char *text = eg_probe_text(run, probe, "/etc/nv_tegra_release", NULL);
	const char *release = text ? l4t_release(run->arena, text) : NULL;
	struct eg_l4t l4t;
	size_t n;

	if (!release)
		return;
	host->l4t = release;
	host->jetpack = eg_strf(run->arena, "L4T %s", release);
	host->told_by = "/etc/nv_tegra_release";
	if (!eg_facts_l4t(run, release, &l4t)) {
		host->jetpack = l4t.jetpack;
		host->cuda = l4t.cuda;
	}
	host->model = eg_probe_text(run, probe, "/proc/device-tree/model", NULL);
	const char *compatible = eg_probe_text(run, probe, "/proc/device-tree/compatible", &n);
	const struct eg_gpu *gpu = compatible ? gpu_of(run, compatible, n) : NULL;
	if (gpu) {
		host->gpus = EG_NEW(run->arena, struct eg_gpu);
		*host->gpus = *gpu;
		host->n_gpus = 1;
	}
}
