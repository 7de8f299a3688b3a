/* What a driver's library and nvidia-smi say of themselves: no input crashes. */
#include "fuzz.h"

#include "host_private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	char *text = eg_strndup(run->arena, (const char *)data, size);
	const char *driver, *cuda;
	struct eg_host host = {0};
	bool whole;

	eg_smi_banner(run->arena, text, &driver, &cuda);
	eg_smi_gpus(run, text, &host);
	eg_driver_hear(run, text, &host, &whole);
	fuzz_run_free(run);
	return 0;
}
