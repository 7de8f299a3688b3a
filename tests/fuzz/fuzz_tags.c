/* Names of files on an index. */
#include "fuzz.h"

#include "python/tags.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct eg_tag_facts facts = {"cp", {3, 11}, "", NULL, "linux-x86_64", EG_GLIBC, {2, 36}, false};
	struct eg_run *run = fuzz_run_new();
	const char *name = eg_strndup(run->arena, (const char *)data, size);
	struct eg_wheel_name wheel;

	if (eg_wheel_name_parse(run->arena, name, &wheel))
		eg_tags_rank(eg_tags_of(run->arena, &facts), &wheel);
	eg_sdist_version(run->arena, name, "foo-bar");
	fuzz_run_free(run);
	return 0;
}
