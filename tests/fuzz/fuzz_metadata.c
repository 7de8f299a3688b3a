/* METADATA and PKG-INFO, whole and cut down to the core; requires.txt. */
#include "fuzz.h"

#include "python/metadata.h"
#include "python/metadata_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	struct eg_metadata whole, core;
	struct eg_buf lines = {0};
	size_t n;

	if (eg_metadata_parse(run, (const char *)data, size, "METADATA", &whole) == EG_OK) {
		char *text = eg_metadata_core(run->arena, (const char *)data, size, &n);

		if (eg_metadata_parse(run, text, n, "METADATA", &core) != EG_OK ||
		    core.n_requires_dist != whole.n_requires_dist)
			abort();
	}
	eg_metadata_add_requires_txt(&lines, (const char *)data, size);
	eg_buf_free(&lines);
	fuzz_run_free(run);
	return 0;
}
