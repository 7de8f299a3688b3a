/* pip's configuration files, and values that are split into words. */
#include "fuzz.h"

#include "python/pipconf.h"
#include "words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	struct eg_pipconf conf = {0};
	const char *why;

	if (eg_pipconf_parse(run, "pip.conf", (const char *)data, size, &conf) == EG_OK)
		for (size_t i = 0; i < conf.n; i++) {
			struct eg_strs words = {0};

			eg_words_split(run->arena, conf.v[i].value, &words, &why);
		}
	fuzz_run_free(run);
	return 0;
}
