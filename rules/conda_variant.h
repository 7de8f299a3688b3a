/* Which accelerator build a conda package is, by its build string, else by what it depends on. */
#ifndef EG_CONDA_VARIANT_H
#define EG_CONDA_VARIANT_H

#include "gpu_facts.h"
#include "plan.h"

/* "cpu", "cu118" …, as eg_package.variant says it; NULL: not told. */
const char *eg_conda_variant(struct eg_arena *arena, const struct eg_package *package);

#endif
