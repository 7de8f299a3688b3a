/* What this machine says about itself, without starting a program or touching the GPU. */
#include "host.h"

#include <ctype.h>
#include <gnu/libc-version.h>
#include <sys/utsname.h>

#include "file.h"
#include "gpu_facts.h"

enum { EG_MAX_PROC = 4096 };

/* "535.183.01" of "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Wed …": the first word that is digits,
   a dot and digits; the open module says "Open Kernel Module for x86_64  580.95.05  Release Build". */
static const char *driver_version(struct eg_arena *arena, const char *text)
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

static void probe_jetson(struct eg_run *run, struct eg_host *host)
{
	const char *text = eg_file_read_if(run, "/etc/nv_tegra_release", EG_MAX_PROC, NULL);
	const char *release = text ? l4t_release(run->arena, text) : NULL;
	struct eg_l4t l4t;

	if (!release)
		return;
	host->jetpack = eg_strf(run->arena, "L4T %s", release);
	if (!eg_facts_l4t(run, release, &l4t)) {
		host->jetpack = l4t.jetpack;
		host->cuda = l4t.cuda;
	}
}

void eg_host_probe(struct eg_run *run, struct eg_host *ret)
{
	const char *nvidia = eg_file_read_if(run, "/proc/driver/nvidia/version", EG_MAX_PROC, NULL);

	*ret = (struct eg_host){
		.driver = nvidia ? driver_version(run->arena, nvidia) : NULL,
		.platform = platform_name(run->arena),
		.glibc = gnu_get_libc_version(),
	};
	probe_jetson(run, ret);
}
