/* The METADATA of a wheel, read in ranges as from a server; the input is the whole file. */
#include "fuzz.h"

#include "python/wheel_zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	struct eg_sparse file = {.arena = run->arena, .size = size};
	struct eg_need need = {0};
	char *text;
	size_t n;

	for (int round = 0; round < 8; round++) {
		if (eg_wheel_metadata(run, &file, "x-1-py3-none-any.whl", "x", &text, &n, &need) != EG_OK || !need.end)
			break;
		if (need.start >= need.end || need.end > size)
			abort();
		eg_sparse_add(&file, need.start, data + need.start, need.end - need.start);
	}
	fuzz_run_free(run);
	return 0;
}
