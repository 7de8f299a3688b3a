/* What a container's image asks of the driver: NVIDIA_REQUIRE_CUDA. */
#ifndef EG_CONTAINER_H
#define EG_CONTAINER_H

#include "host.h"

/* The conditions of TEXT that keep the host from meeting it ("cuda>=12.2"); NULL: it is met, as far as is known. Alternatives
   are parted by blanks, conditions that hold together by commas (NVIDIA Container Toolkit, NVIDIA_REQUIRE_*). Of brands only
   GeForce is told apart from others. */
const char *eg_container_unmet(struct eg_arena *arena, const struct eg_host *host, const char *text);

#endif
