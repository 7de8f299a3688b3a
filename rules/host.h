/* The machine as far as it matters to a GPU framework: probed, or read from a facts file (--host). */
#ifndef EG_HOST_H
#define EG_HOST_H

#include "run.h"

struct eg_gpu {
	const char *name;
	int capability[2]; /* compute capability: 8, 0 */
	int64_t memory_mib; /* 0: unknown */
};

struct eg_host {
	const char *driver;   /* "535.183.01"; NULL: no NVIDIA driver */
	const char *cuda;     /* the newest CUDA that the driver itself runs, "12.2"; NULL: unknown */
	struct eg_gpu *gpus;
	size_t n_gpus;
	const char *platform; /* "linux-64", "linux-aarch64" */
	const char *jetpack;  /* "5.1"; NULL: no Jetson */
	const char *glibc;    /* "2.35"; NULL: unknown */
	bool given;           /* from a file: the judge then speaks of drivers although this machine has none */
};

/* The facts file of design §4. EG_FORMAT with file, line and key when it is not one. */
enum eg_error_kind eg_host_read(struct eg_run *run, const char *path, struct eg_host *ret);

/* What this machine says. Never fails: what cannot be told is NULL. */
void eg_host_probe(struct eg_run *run, struct eg_host *ret);

#endif
