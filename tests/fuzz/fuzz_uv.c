/* uv.toml, [tool.uv] and uv.lock: no input crashes, and what a lock leads to is told with names. */
#include "fuzz.h"

#include "python/uv_lock.h"
#include "uv_config.h"

static void read_lock(struct eg_run *run, const char *text, size_t size)
{
	const struct eg_uv_lock_choice choice = {.path = "uv.lock", .all_extras = true, .all_groups = true, .exact = true};
	const struct eg_interpreter interpreter = {
		.version = "3.11.7",
		.python = {3, 11, 7},
		.prefix = "/nowhere",
		.markers.value = {"posix", "linux", "x86_64", "CPython", "5.15.0", "Linux", "#1", "3.11", "3.11.7", "cpython",
				  "3.11.7"},
		.tags = {.implementation = "cp", .python = {3, 11}, .abi_flags = "", .platform = "linux-x86_64",
			 .libc = EG_GLIBC, .libc_version = {2, 36}},
	};
	struct eg_installed installed = {.by_project.arena = run->arena};
	struct eg_plan plan = {0};
	bool current;

	if (!eg_uv_lock_plan(run, text, size, &choice, &interpreter, &installed, &plan))
		for (size_t i = 0; i < plan.n_changes; i++)
			if (!plan.changes[i].to || !plan.changes[i].to->name)
				abort();
	eg_uv_lock_is_current(run, text, size, text, size, &current);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	struct eg_uv_request request = {0};
	struct uv_values values = uv_values_default(&request);
	const char *text = eg_strndup(run->arena, (const char *)data, size);
	bool any;

	uv_parse_config(run, "dir/uv.toml", text, size, size % 2, &values, &any);
	eg_recover(run);
	read_lock(run, text, size);
	fuzz_run_free(run);
	return 0;
}
