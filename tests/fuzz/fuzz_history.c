/* conda-meta/history: no input crashes. */
#include "fuzz.h"

#include "conda/history.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	struct eg_map installed = {.arena = run->arena};
	struct eg_strs specs = {0}, dists = {0};
	size_t revisions;

	eg_map_put(&installed, "python", run);
	eg_conda_history(run, eg_strndup(run->arena, (const char *)data, size), &installed, &specs, &revisions);
	eg_conda_history_state(run, eg_strndup(run->arena, (const char *)data, size), size % 4, &dists);
	fuzz_run_free(run);
	return 0;
}
