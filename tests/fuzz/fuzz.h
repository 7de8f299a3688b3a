/* What every fuzz target needs: libFuzzer's entry point, and a run to parse in. */
#ifndef EG_FUZZ_H
#define EG_FUZZ_H

#include <stdint.h>
#include <stdlib.h>

#include "run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline struct eg_run *fuzz_run_new(void)
{
	struct eg_run *run = calloc(1, sizeof *run);
	if (!run)
		abort();
	run->arena = eg_arena_new(abort);
	return run;
}

static inline void fuzz_run_free(struct eg_run *run)
{
	eg_arena_free(run->arena);
	free(run);
}

#endif
