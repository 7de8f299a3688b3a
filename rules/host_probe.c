/* What this machine says about itself: files first, which cost nothing, then the driver, then its tools. */
#include "host_private.h"

#include <ctype.h>
#include <gnu/libc-version.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include "file.h"

enum { MAX_FILE = 65536, OLDEST_BRANCH = 300 };

const char *eg_probe_path(struct eg_arena *arena, const struct eg_probe *probe, const char *path)
{
	return probe->root ? eg_strf(arena, "%s%s", probe->root, path) : path;
}

char *eg_probe_text(struct eg_run *run, const struct eg_probe *probe, const char *path, size_t *ret_n)
{
	return eg_file_read_if(run, eg_probe_path(run->arena, probe, path), MAX_FILE, ret_n);
}

/* "535.183.01" of "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Wed …": the first word that is digits,
   a dot and digits; the open module says "Open Kernel Module for x86_64  580.95.05  Release Build". */
static const char *driver_of_proc(struct eg_arena *arena, const char *text)
{
	size_t line = strcspn(text, "\n");

	for (const char *s = text; s < text + line;) {
		s += strspn(s, " \t");
		size_t n = strcspn(s, " \t\n");
		size_t digits = strspn(s, "0123456789.");
		if (n && digits == n && isdigit((unsigned char)*s) && memchr(s, '.', n))
			return eg_strndup(arena, s, n);
		s += n;
		if (!n)
			break;
	}
	return NULL;
}

/* conda's name for the platform. */
static const char *platform_name(struct eg_arena *arena)
{
	struct utsname names;

	if (uname(&names) || strcmp(names.sysname, "Linux"))
		return NULL;
	if (!strcmp(names.machine, "x86_64"))
		return "linux-64";
	return eg_strf(arena, "linux-%s", names.machine);
}

static void read_proc(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host)
{
	static const char version[] = "/proc/driver/nvidia/version";
	const char *text = eg_probe_text(run, probe, version, NULL);
	const char *driver = text ? driver_of_proc(run->arena, text) : NULL;

	/* Older JetPacks number their module as L4T: "35.2.1". */
	if (!driver || (host->l4t && strtol(driver, NULL, 10) < OLDEST_BRANCH))
		return;
	host->driver = driver;
	host->told_by = version;
}

static bool is_wsl(struct eg_run *run, const struct eg_probe *probe)
{
	const char *kernel = eg_probe_text(run, probe, "/proc/sys/kernel/osrelease", NULL);

	return kernel && strcasestr(kernel, "microsoft");
}

/* What a user says of the machine that is meant holds for conda, and so for what is judged beside it. "" is none. */
static void heed_override(struct eg_host *host)
{
	const char *cuda = getenv("CONDA_OVERRIDE_CUDA");

	if (!cuda)
		return;
	host->cuda = *cuda ? cuda : NULL;
	host->cuda_loaded = NULL;
}

void eg_host_probe(struct eg_run *run, const struct eg_probe *probe, struct eg_host *ret)
{
	*ret = (struct eg_host){.platform = platform_name(run->arena), .glibc = gnu_get_libc_version()};
	eg_probe_jetson(run, probe, ret);
	read_proc(run, probe, ret);
	eg_probe_rocm(run, probe, ret);
	if (probe->depth >= EG_PROBE_DRIVER) {
		ret->wsl = is_wsl(run, probe);
		eg_probe_container(run, probe, ret);
		if (!eg_probe_driver(run, probe, ret))
			eg_probe_smi(run, probe, ret);
		if (ret->driver && !ret->cuda)
			eg_settle_ceiling(run, ret, NULL);
		heed_override(ret);
	}
	if (probe->depth >= EG_PROBE_TOOLKIT)
		eg_probe_toolkit(run, probe, &ret->toolkit);
}

bool eg_host_has_gpu(const struct eg_host *host)
{
	return host->driver || host->n_gpus || host->jetpack;
}
