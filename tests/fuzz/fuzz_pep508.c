/* Requirements and markers: no input crashes, and what is printed is the same requirement. */
#include "fuzz.h"

#include <string.h>

#include "python/pep508.h"

static void marker(const struct eg_marker *marker)
{
	struct eg_marker_env env;

	for (int i = 0; i < EG_N_MARKER_VARIABLES; i++)
		env.value[i] = i % 2 ? "3.11.4" : "linux";
	eg_marker_holds(marker, &env, "x");
	eg_marker_holds_with(marker, &env, &(struct eg_marker_sets){0});
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	const char *text = (const char *)data, *why;
	struct eg_requirement req, again;
	const struct eg_marker *alone;

	if (eg_requirement_parse(run->arena, text, size, &req, &why)) {
		char *printed = eg_requirement_text(run->arena, &req);

		/* not always: "x[a_]" is one, its normal form "x[a-]" is none */
		if (eg_requirement_parse(run->arena, printed, strlen(printed), &again, &why) &&
		    (strcmp(req.project, again.project) || req.n_extras != again.n_extras))
			abort();
		marker(req.marker);
	}
	if (eg_marker_parse(run->arena, text, size, &alone, &why))
		marker(alone);
	fuzz_run_free(run);
	return 0;
}
