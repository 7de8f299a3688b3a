/* MatchSpecs and conda versions: no input crashes, and a version is equal to itself. */
#include "fuzz.h"

#include <string.h>

#include "conda/matchspec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	const struct eg_conda_record record = {
		.name = "pytorch", .version = "2.1.0", .build = "py3.11_cuda11.8_cudnn8.7.0_0", .channel = "pytorch",
		.subdir = "linux-64", .fn = "pytorch-2.1.0-py3.11_cuda11.8_cudnn8.7.0_0.tar.bz2"};
	const char *text = eg_strndup(run->arena, (const char *)data, size);
	struct eg_matchspec spec;

	if (!eg_matchspec_parse(run, NULL, text, &spec)) {
		eg_matchspec_match(run->arena, &spec, &record);
		eg_matchspec_build_form(run->arena, &spec);
		eg_matchspec_str(run->arena, &spec);
		eg_matchspec_strictness(&spec);
	}
	eg_recover(run);
	if (!eg_matchspec_parse_mamba(run, NULL, text, &spec))
		eg_matchspec_build_form(run->arena, &spec);
	const struct eg_conda_version *version = eg_conda_version_parse(run->arena, text);
	if (version && eg_conda_version_cmp(version, version))
		abort();
	fuzz_run_free(run);
	return 0;
}
