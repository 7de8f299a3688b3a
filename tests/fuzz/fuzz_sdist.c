/* Sdists in every packing, chosen by the first byte. */
#include "fuzz.h"

#include "python/sdist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"foo-1.0.tar", "foo-1.0.tar.gz", "foo-1.0.tar.bz2", "foo-1.0.zip"};
	struct eg_metadata_text text;

	if (!size)
		return 0;
	struct eg_run *run = fuzz_run_new();
	if (!eg_sdist_metadata(run, names[data[0] % 4], "sdist", data[0] & 4 ? "a/b" : NULL, data + 1, size - 1, &text) && !text.text == !text.unknown)
		abort();
	fuzz_run_free(run);
	return 0;
}
