/* What an interpreter answers and direct_url.json: no input crashes, and a path that is shown as editable is absolute. */
#include "fuzz.h"

#include "python/direct_url.h"
#include "python/facts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	char *text = eg_strndup(run->arena, (const char *)data, size);
	struct eg_direct_url direct;
	struct eg_interpreter facts;
	const char *error;

	if (eg_direct_url_parse(run->arena, text, &direct, &error) && direct.editable && *direct.editable != '/')
		abort();
	if (eg_facts_read(run, text, size, "python", &facts) == EG_OK && (!facts.prefix || !facts.tags.platform))
		abort();
	fuzz_run_free(run);
	return 0;
}
