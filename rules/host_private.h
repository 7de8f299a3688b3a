/* The parts of eg_host_probe. Each fills what it can tell, and leaves the rest. */
#ifndef EG_HOST_PRIVATE_H
#define EG_HOST_PRIVATE_H

#include "host.h"

/* A file of the probed machine as text, its length in *ret_n (may be NULL); NULL where there is none, or it is larger than such
   a file is. */
char *eg_probe_text(struct eg_run *run, const struct eg_probe *probe, const char *path, size_t *ret_n);

/* PATH below the probe's root. */
const char *eg_probe_path(struct eg_arena *arena, const struct eg_probe *probe, const char *path);

/* Asks the driver's libraries. False where none of them could be loaded. */
bool eg_probe_driver(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host);

/* Takes in what the process that asks them says (driver_child.h). *ret_whole: it came to its end; false: no library was
   loaded. */
bool eg_driver_hear(struct eg_run *run, char *text, struct eg_host *host, bool *ret_whole);

/* Asks nvidia-smi, where it is. */
void eg_probe_smi(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host);

/* Driver and CUDA of nvidia-smi's first lines, in the words of any release. The strings are untouched where it tells none. */
void eg_smi_banner(struct eg_arena *arena, const char *text, const char **ret_driver, const char **ret_cuda);

/* The GPUs of `nvidia-smi --query-gpu=name,compute_cap,memory.total,uuid,mig.mode.current --format=csv,noheader,nounits`. */
void eg_smi_gpus(struct eg_run *run, const char *csv, struct eg_host *host);

/* Puts the driver's own CUDA in .cuda, where the library said another, or none. */
void eg_settle_ceiling(struct eg_run *run, struct eg_host *host, const char *said);

void eg_probe_jetson(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host);
void eg_probe_rocm(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host);
void eg_probe_container(struct eg_run *run, const struct eg_probe *probe, struct eg_host *host);
void eg_probe_toolkit(struct eg_run *run, const struct eg_probe *probe, struct eg_toolkit *ret);

#endif
