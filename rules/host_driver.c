/* What the driver's own libraries say, asked in a process apart: a driver that hangs or crashes takes only that with it. */
#include "host_private.h"

#include <ctype.h>
#include <stdlib.h>

#include "ceilings.h"
#include "driver_child.h"
#include "process.h"

enum { PROBE_MS = 5000, MAX_CUDA = 1000000 };

struct listener {
	struct eg_run *run;
	struct eg_host *host;
	const char *cuda;      /* as the library said it */
	const char *libcuda;   /* the release that its file names */
	bool loaded, whole;
	EG_VEC(struct eg_gpu) gpus;
};

/* Errors that a user can do something about. Sources: nvml.h (nvmlReturn_t), cuda.h (CUresult). */
static const struct {
	const char *library;
	int number;
	const char *words;
} errors[] = {
	{"nvml", 4, "the NVIDIA driver may not be used by this user: see the permissions of /dev/nvidia*"},
	{"nvml", 9, "the NVIDIA driver is installed, but its kernel module is not loaded"},
	{"nvml", 15, "a GPU has fallen off the bus: it has to be reset, or the machine started anew"},
	{"nvml", 18, "the NVIDIA driver's libraries are of another version than its kernel module: it was updated without a "
		     "restart, and nothing can use the GPU until the machine is started anew"},
	{"cuda", 100, "the NVIDIA driver is there, but no GPU"},
	{"cuda", 803, "the NVIDIA driver's libraries are of another version than its kernel module: it was updated without a "
		      "restart, and nothing can use the GPU until the machine is started anew"},
	{"cuda", 804, "cuda-compat is in use, which works on data-centre GPUs only: take it off LD_LIBRARY_PATH"},
};

static const char *error_words(struct eg_arena *arena, const char *text)
{
	size_t n = strcspn(text, " ");
	int number = text[n] ? (int)strtol(text + n, NULL, 10) : 0;

	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++)
		if (strlen(errors[i].library) == n && !strncmp(errors[i].library, text, n) && errors[i].number == number)
			return errors[i].words;
	return eg_strf(arena, "the NVIDIA driver answers with error %d of %s", number,
		       *text == 'n' ? "NVML" : "CUDA");
}

/* 12020 is 12.2 */
static const char *cuda_words(struct eg_arena *arena, const char *text)
{
	long n = strtol(text, NULL, 10);

	return n >= 1000 && n < MAX_CUDA ? eg_strf(arena, "%ld.%ld", n / 1000, n % 1000 / 10) : NULL;
}

/* A fact about the latest GPU. */
static void hear_of_gpu(struct listener *l, struct eg_gpu *gpu, const char *key, const char *value)
{
	char *rest;

	if (!strcmp(key, "name")) {
		gpu->name = eg_strdup(l->run->arena, value);
	} else if (!strcmp(key, "uuid")) {
		gpu->uuid = eg_strdup(l->run->arena, value);
	} else if (!strcmp(key, "memory")) {
		gpu->memory_mib = (int64_t)(strtoull(value, NULL, 10) / EG_MIB);
	} else if (!strcmp(key, "capability")) {
		gpu->capability[0] = (int)strtol(value, &rest, 10);
		gpu->capability[1] = (int)strtol(rest, NULL, 10);
	} else if (!strcmp(key, "mig")) {
		gpu->mig = true;
		gpu->mig_instances = (int)strtol(value, NULL, 10);
	}
}

static void hear(struct listener *l, const char *key, const char *value)
{
	struct eg_host *host = l->host;

	if (!strcmp(key, "library")) {
		l->loaded = true;
		host->told_by = eg_strdup(l->run->arena, value);
	} else if (!strcmp(key, "driver")) {
		host->driver = isdigit((unsigned char)*value) ? eg_strdup(l->run->arena, value) : host->driver;
	} else if (!strcmp(key, "cuda")) {
		l->cuda = cuda_words(l->run->arena, value);
	} else if (!strcmp(key, "libcuda")) {
		l->libcuda = eg_strdup(l->run->arena, value);
	} else if (!strcmp(key, "error")) {
		host->trouble = error_words(l->run->arena, value);
	} else if (!strcmp(key, "gpu")) {
		if (l->gpus.n < EG_MAX_GPUS)
			eg_vec_push(l->run->arena, &l->gpus, (struct eg_gpu){0});
	} else if (!strcmp(key, "end")) {
		l->whole = true;
	} else if (l->gpus.n) {
		hear_of_gpu(l, &l->gpus.v[l->gpus.n - 1], key, value);
	}
}

static void hear_lines(struct listener *l, char *text)
{
	for (char *line = text; *line;) {
		size_t n = strcspn(line, "\n");
		char *next = line + n + (line[n] == '\n');
		line[n] = 0;
		size_t key = strcspn(line, " ");
		char *value = line + key + (line[key] == ' ');
		line[key] = 0;
		hear(l, line, value);
		line = next;
	}
}

bool eg_driver_hear(struct eg_run *run, char *text, struct eg_host *host, bool *ret_whole)
{
	struct listener l = {.run = run, .host = host};

	hear_lines(&l, text);
	if (l.gpus.n) {
		host->gpus = l.gpus.v;
		host->n_gpus = l.gpus.n;
	}
	if (l.cuda && l.libcuda && host->driver && !strcmp(l.libcuda, host->driver))
		host->cuda = l.cuda; /* the driver's own libcuda */
	else if (host->driver || l.cuda)
		eg_settle_ceiling(run, host, l.cuda);
	*ret_whole = l.whole;
	return l.loaded;
}

bool eg_probe_driver(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host)
{
	static const char *const name[] = {"the NVIDIA driver", NULL};
	struct eg_driver_question question = {.gpus = probe->depth >= EG_PROBE_GPUS};
	const struct eg_process process = {
		.argv = name,
		.call = eg_driver_child,
		.ctx = &question,
		.timeout_ms = probe->timeout_ms ? probe->timeout_ms : PROBE_MS,
		.max = EG_MAX_DRIVER_ANSWER,
		.partial = true,
	};
	struct eg_answer answer;
	bool whole;

	if (!eg_driver_found(run) || eg_process_run(run, &process, &answer))
		return false;
	bool loaded = eg_driver_hear(run, answer.out, host, &whole);
	if (answer.late)
		host->trouble = "the NVIDIA driver does not answer: a program that uses the GPU would hang";
	else if (!whole)
		host->trouble = eg_strf(run->arena, "the NVIDIA driver's library crashes when it is asked (%s %d)",
					answer.status < 0 ? "signal" : "exit status", abs(answer.status));
	return loaded || host->trouble;
}
