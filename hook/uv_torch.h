/* --torch-backend: which of PyTorch's own indexes torch and its companions come from (uv-torch). Private to the uv dialect. */
#ifndef EG_UV_TORCH_H
#define EG_UV_TORCH_H

#include "run.h"

/* The indexes of BACKEND ("cu128", "cpu", "auto"), the best one first. DRIVER: of the machine's NVIDIA driver, for "auto";
   NULL: there is none. *ret_one_cuda: what they have must not be mixed. */
enum eg_error_kind uv_torch_indexes(struct eg_run *run, const char *backend, const char *driver, struct eg_strs *ret,
				    bool *ret_one_cuda);

#endif
