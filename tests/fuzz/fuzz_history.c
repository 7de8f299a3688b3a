/* conda-meta/history: no input crashes. */
#include "fuzz.h"

#include "conda/history.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	struct eg_map specs;
	struct eg_strs dists = {0};
	const char *text = eg_strndup(run->arena, (const char *)data, size);
	bool found;

	eg_conda_history(run, text, &specs);
	eg_recover(run);
	eg_mamba_history(run, text, &specs);
	eg_recover(run);
	eg_conda_history_state(run, text, size % 4, &dists, &found);
	fuzz_run_free(run);
	return 0;
}
