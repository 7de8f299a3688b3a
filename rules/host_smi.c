/* nvidia-smi, for a machine where the driver's libraries lie where only their own tools find them. */
#include "host_private.h"

#include <ctype.h>
#include <stdlib.h>

#include "ceilings.h"
#include "file.h"
#include "gpu_facts.h"
#include "process.h"

enum { SMI_MS = 5000 };

/* The number behind the first of LABELS that TEXT has. */
static const char *labelled(struct eg_arena *arena, const char *text, const char *const *labels)
{
	for (; *labels; labels++) {
		const char *s = strstr(text, *labels);
		if (!s)
			continue;
		s += strlen(*labels);
		s += strspn(s, " ");
		size_t n = strspn(s, "0123456789.");
		if (n && isdigit((unsigned char)*s) && isdigit((unsigned char)s[n - 1]))
			return eg_strndup(arena, s, n);
	}
	return NULL;
}

void eg_smi_banner(struct eg_arena *arena, const char *text, const char **ret_driver, const char **ret_cuda)
{
	/* From release 610 on the words are others. The number after "NVIDIA-SMI" is the tool's, under WSL not the driver's.
	   "CUDA UMD Version" holds "CUDA Version" nowhere, nor the other way round. */
	static const char *const driver[] = {"KMD Version:", "Driver Version:", NULL};
	static const char *const cuda[] = {"CUDA UMD Version:", "CUDA Version:", NULL};
	const char *found = labelled(arena, text, driver);

	if (found)
		*ret_driver = found;
	found = labelled(arena, text, cuda);
	if (found)
		*ret_cuda = found;
}

/* The next field of a line of comma-separated values, without the blanks around it; "" at the end. */
static char *field(struct eg_arena *arena, const char **at)
{
	const char *s = *at + strspn(*at, " ");
	size_t n = strcspn(s, ",\n");

	*at = s + n + (s[n] == ',');
	while (n && s[n - 1] == ' ')
		n--;
	return eg_strndup(arena, s, n);
}

void eg_smi_gpus(struct eg_run *run, const char *csv, struct eg_host *host)
{
	EG_VEC(struct eg_gpu) gpus = {0};

	for (const char *line = csv; *line && gpus.n < EG_MAX_GPUS;) {
		const char *at = line;
		struct eg_gpu gpu = {.name = field(run->arena, &at)};
		struct eg_cuda capability = eg_cuda_parse(field(run->arena, &at));
		if (capability.minor >= 0)
			memcpy(gpu.capability, (int[]){capability.major, capability.minor}, sizeof(gpu.capability));
		gpu.memory_mib = strtol(field(run->arena, &at), NULL, 10);
		const char *uuid = field(run->arena, &at);
		gpu.uuid = !strncmp(uuid, "GPU-", 4) ? uuid : NULL;
		gpu.mig = !strcmp(field(run->arena, &at), "Enabled");
		if (gpu.uuid || capability.minor >= 0)
			eg_vec_push(run->arena, &gpus, gpu);
		size_t n = strcspn(line, "\n");
		line += n + (line[n] == '\n');
	}
	host->gpus = gpus.v;
	host->n_gpus = gpus.n;
}

static const char *ask(struct eg_run *run, const struct eg_probe *probe, const char *program, const char *query)
{
	const char *const argv[] = {program, query, query ? "--format=csv,noheader,nounits" : NULL, NULL};
	const struct eg_process process = {
		.argv = argv,
		.timeout_ms = probe->timeout_ms ? probe->timeout_ms : SMI_MS,
		.max = EG_MAX_DRIVER_ANSWER,
	};
	struct eg_answer answer;
	bool failed_before = run->error.kind;

	if (!eg_process_run(run, &process, &answer))
		return answer.status ? NULL : answer.out;
	if (!failed_before)
		eg_recover(run);
	return NULL;
}

void eg_probe_smi(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host)
{
	static const char wsl[] = "/usr/lib/wsl/lib/nvidia-smi";
	const char *program = eg_which(run->arena, "nvidia-smi", NULL), *driver = NULL, *cuda = NULL;

	if (!program && eg_is_executable(wsl))
		program = wsl;
	const char *banner = program ? ask(run, probe, program, NULL) : NULL;
	if (!banner)
		return;
	eg_smi_banner(run->arena, banner, &driver, &cuda);
	if (!host->driver)
		host->driver = driver;
	if (!host->driver)
		return;
	host->told_by = program;
	eg_settle_ceiling(run, host, cuda);
	if (probe->depth < EG_PROBE_GPUS)
		return;
	const char *csv = ask(run, probe, program, "--query-gpu=name,compute_cap,memory.total,uuid,mig.mode.current");
	if (csv)
		eg_smi_gpus(run, csv, host);
}
