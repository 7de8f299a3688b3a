/* Core metadata: what is valid for the pip of today is what its predecessors took, too. */
#include "fuzz.h"

#include <string.h>

#include "python/metadata.h"

static void requirement(struct eg_run *run, const struct eg_requirement *req)
{
	struct eg_version version;

	if (!eg_version_parse(run->arena, "1.10.post1+cu121", 16, &version))
		abort();
	eg_specset_contains(&req->spec, &version);
	eg_specset_prereleases(&req->spec);
	eg_specset_pinned(&req->spec);
	if (!strlen(eg_requirement_text(run->arena, req)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	struct eg_metadata metadata;

	if (!eg_metadata_parse(run, (const char *)data, size, "fuzz", &metadata)) {
		if (!metadata.name)
			abort();
		for (size_t i = 0; i < metadata.n_requires_dist; i++)
			requirement(run, &metadata.requires_dist[i]);
	}
	fuzz_run_free(run);
	return 0;
}
