/* What an interpreter (or whatever stands in its place) answers. */
#include "fuzz.h"

#include "python/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	struct eg_interpreter facts;

	eg_facts_read(run, (const char *)data, size, "python3", &facts);
	fuzz_run_free(run);
	return 0;
}
