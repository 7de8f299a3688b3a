/* The machine as far as it matters to a GPU framework: probed, or read from a facts file (--host). */
#ifndef EG_HOST_H
#define EG_HOST_H

#include "run.h"

struct eg_gpu {
	const char *name;
	int capability[2];   /* compute capability: 8, 0; {0, 0}: unknown */
	int64_t memory_mib;  /* 0: unknown */
	const char *uuid;    /* "GPU-…"; NULL: unknown */
	bool mig;            /* divided (Multi-Instance GPU): CUDA then sees its instances only … */
	int mig_instances;   /* … which are so many */
};

/* Something installed on the machine: which version, and where. Either may be NULL. */
struct eg_place {
	const char *version, *path;
};

/* What compiles CUDA code, and the cuDNN that the loader finds. */
struct eg_toolkit {
	struct eg_place nvcc;      /* the one on PATH */
	struct eg_place cuda_home; /* $CUDA_HOME, else $CUDA_PATH */
	struct eg_place usual;     /* /usr/local/cuda */
	struct eg_place cudnn;     /* of LD_LIBRARY_PATH, else of the loader's cache */
	bool cudnn_first;          /* of LD_LIBRARY_PATH: before what an environment brings along */
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

	const char *cuda_loaded; /* what the libcuda that programs load says where that is another: with cuda-compat it is above
				    the driver's own */
	const char *trouble;     /* why the driver is of no use as it stands; NULL: nothing known */
	const char *told_by;     /* who told of the driver and the GPUs: a library, a file, a program; NULL: nobody */
	const char *model;       /* of a Jetson: "NVIDIA Jetson AGX Orin Developer Kit" */
	const char *l4t;         /* of a Jetson: "35.2.1" */
	bool wsl;
	const char *container;   /* "docker", "podman", "apptainer", "kubernetes"; NULL: none known */
	const char *visible;     /* NVIDIA_VISIBLE_DEVICES, in a container */
	const char *require_cuda;/* NVIDIA_REQUIRE_CUDA, what a container's image asks for: "cuda>=12.2 brand=tesla,…" */
	const char *rocm;        /* "6.2.0"; NULL: none */
	struct eg_strs amd_gpus; /* "gfx1100" */
	struct eg_toolkit toolkit;
};

/* The facts file of design §4. EG_FORMAT with file, line and key when it is not one. */
enum eg_error_kind eg_host_read(struct eg_run *run, const char *path, struct eg_host *ret);

/* How much to find out. Each includes those before it. */
enum eg_probe_depth {
	EG_PROBE_FILES,   /* what files say at no cost: is there a driver, is it a Jetson? */
	EG_PROBE_DRIVER,  /* the driver and its CUDA, asked of the driver's library in a process of its own */
	EG_PROBE_GPUS,    /* the GPUs as well, which may have to be woken up */
	EG_PROBE_TOOLKIT, /* nvcc and cuDNN as well */
};

struct eg_probe {
	enum eg_probe_depth depth;
	const char *root;   /* a folder in the place of "/" for the files that are read, for tests; NULL: "/" */
	int64_t timeout_ms; /* for the driver's answer; 0: 5000 */
};

/* What this machine says; CUDA_VISIBLE_DEVICES does not matter. Never fails: what cannot be told is NULL. */
void eg_host_probe(struct eg_run *run, const struct eg_probe *probe, struct eg_host *ret);

/* Does the host have something that a GPU framework can use, or will have? */
bool eg_host_has_gpu(const struct eg_host *host);

#endif
