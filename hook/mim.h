/* OpenMMLab's `mim install`: pip, with a page of mmcv's builds for the torch that is there, and with what OpenMMLab's packages
   require by their extra "mim" (open-mmlab/mim:mim/commands/install.py@07ba65ea). */
#ifndef EG_MIM_H
#define EG_MIM_H

#include "gpu_facts.h"
#include "python/installed.h"
#include "python/request.h"

/* Adds both to REQUEST. GPU: has the machine one that torch can use? False: mim stops, as there is no torch. */
bool eg_mim_extend(struct eg_run *run, const struct eg_installed *installed, const struct eg_facts *facts, bool gpu,
		   struct eg_pip_request *request);

#endif
