/* variant.json in a .dist-info (PEP 825, draft): which of the variants of its release an installed wheel is. */
#ifndef EG_WHEEL_VARIANT_H
#define EG_WHEEL_VARIANT_H

#include "run.h"

/* Fills RET with the variant's properties, "nvidia :: cuda_version_lower_bound :: 12.9", and its label last, "cu129". Leaves it
   empty where INFO has no such file, or one that cannot be read: it is not needed to install anything. */
void eg_wheel_variant_read(struct eg_run *run, const char *info, struct eg_strs *ret);

#endif
