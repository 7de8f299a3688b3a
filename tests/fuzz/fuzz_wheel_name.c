/* Names of wheels and sdists: a name that parses ranks somewhere or nowhere, and its version is one. */
#include "fuzz.h"

#include <string.h>

#include "python/tags.h"

static const struct eg_tags *linux_tags(void)
{
	static const struct eg_tag_facts facts = {
		.implementation = "cp", .python = {3, 11}, .abi_flags = "", .platform = "linux-x86_64",
		.libc = EG_GLIBC, .libc_version = {2, 36},
	};
	static struct eg_tags *tags;

	if (!tags)
		tags = eg_tags_of(eg_arena_new(abort), &facts);
	return tags;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	const char *filename = eg_strndup(run->arena, (const char *)data, size);
	struct eg_version version;
	struct eg_wheel_name name;

	if (eg_wheel_name_parse(run->arena, filename, &name)) {
		if (!eg_version_parse(run->arena, name.version, strlen(name.version), &version))
			abort();
		if (eg_tags_rank(linux_tags(), &name) > 100000)
			abort();
	}
	const char *text = eg_sdist_version(run->arena, filename, "torch");
	if (text && !*text)
		abort();
	fuzz_run_free(run);
	return 0;
}
