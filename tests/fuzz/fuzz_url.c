/* URLs: two of them, parted by a line end, joined and shown. No credentials may remain in what is shown. */
#include "fuzz.h"

#include "url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	char *base = eg_strndup(run->arena, (const char *)data, size);
	char *end = strchr(base, '\n');
	const char *ref = end ? end + 1 : "a/../b";

	if (end)
		*end = '\0';
	char *joined = eg_url_join(run->arena, base, ref);
	struct eg_url shown = eg_url_split(eg_url_public(run->arena, joined));
	if (shown.user.s || shown.password.s)
		abort();
	eg_url_wire(run->arena, joined);
	eg_url_origin(run->arena, joined);
	eg_url_unquote(run->arena, joined);
	fuzz_run_free(run);
	return 0;
}
