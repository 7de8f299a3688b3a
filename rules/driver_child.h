/* The talk with the driver's own libraries, NVML and libcuda. */
#ifndef EG_DRIVER_CHILD_H
#define EG_DRIVER_CHILD_H

#include <stdbool.h>

#include "run.h"

/* NVML and libcuda, and where they are looked for ("": LD_LIBRARY_PATH and the loader's own places); NULL-terminated. */
extern const char *const eg_driver_libraries[], *const eg_driver_folders[];

/* False: the loader would find neither of them, so that there is nothing to ask. */
bool eg_driver_found(struct eg_run *run);

struct eg_driver_question {
	bool gpus; /* the GPUs as well as the versions */
};

/* Only ever called in a process apart (eg_process.call): a driver may hang or crash.

   Writes to descriptor 1, one fact a line, each as soon as it is known, so that what was said before a hang counts:

     library PATH             what could be loaded (none of these lines: neither could)
     driver 535.183.01
     cuda 12020               CUDA as libcuda counts it
     libcuda 535.183.01       the release of the libcuda that programs load
     error KIND NUMBER TEXT   KIND nvml or cuda, the library's own error number
     gpu                      what follows is of this one
     name TEXT · capability 8 0 · memory BYTES · uuid TEXT · mig INSTANCES
     end                      all was said

   CTX is a struct eg_driver_question. */
void eg_driver_child(void *ctx);

#endif
