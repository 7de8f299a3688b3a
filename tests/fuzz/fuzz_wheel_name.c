/* Names of wheels and sdists: a name that parses ranks somewhere or nowhere, and its version is one. */
#include "fuzz.h"

#include <string.h>

#include "python/tags.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct eg_tag_facts facts = {
		.implementation = "cp", .python = {3, 11}, .abi_flags = "", .platform = "linux-x86_64",
		.libc = EG_GLIBC, .libc_version = {2, 36},
	};
	struct eg_run *run = fuzz_run_new();
	const char *filename = eg_strndup(run->arena, (const char *)data, size);
	struct eg_tags *tags = eg_tags_of(run->arena, &facts);
	struct eg_version version;
	struct eg_wheel_name name;

	if (eg_wheel_name_parse(run->arena, filename, &name)) {
		if (!eg_version_parse(run->arena, name.version, strlen(name.version), &version))
			abort();
		if (eg_tags_rank(tags, &name) >= (int)eg_tags_list(run->arena, tags).n)
			abort();
	}
	const char *text = eg_sdist_version(run->arena, filename, "torch");
	if (text && !*text)
		abort();
	fuzz_run_free(run);
	return 0;
}
