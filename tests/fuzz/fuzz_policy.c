/* A team's policy, and what becomes of a plan under it. */
#include "fuzz.h"

#include "policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	struct eg_policy_file file = {.place = EG_POLICY_GIVEN, .path = "policy.json", .trusted = size % 2};
	struct eg_policy policy = eg_policy_default();
	struct eg_package torch = {.name = "torch", .version = "2.4.1+cu121", .url = "https://a.example/torch.whl"};
	struct eg_package *list[] = {&torch};
	struct eg_change change = {.action = EG_INSTALL, .to = &torch};
	struct eg_plan plan = {.tool = "pip", .changes = &change, .n_changes = 1, .after = list, .n_after = 1};
	const struct eg_host host = {.platform = "linux-64", .driver = "535.1", .cuda = "12.2"};
	const struct eg_terms terms = {.policy = &policy, .today = "2026-11-26"};
	struct eg_judgement judgement;

	if (!eg_policy_read(run, eg_strndup(run->arena, (const char *)data, size), size, "0.1.0", &file)) {
		eg_policy_merge(run->arena, &policy, &file);
		eg_judge(run, &plan, &host, &terms, &judgement);
	}
	fuzz_run_free(run);
	return 0;
}
