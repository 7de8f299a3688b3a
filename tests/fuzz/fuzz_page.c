/* Index pages, and their packed form as it comes out of the cache. The first byte chooses. */
#include "fuzz.h"

#include "python/page.h"

static void walk(struct eg_run *run, const char *packed, size_t n)
{
	struct eg_page page;
	struct eg_page_file file;
	struct eg_page_detail detail;

	if (eg_page_open(run, packed, n, &page) != EG_OK)
		return;
	while (eg_page_next(&page, &file))
		eg_page_detail(run->arena, &page, &file, &detail);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {"text/html", "application/vnd.pypi.simple.v1+json", "text/html; charset=x"};
	struct eg_run *run = fuzz_run_new();
	const char *body = (const char *)data + 1;
	char *packed;
	size_t n;

	if (size && data[0] == 'p')
		walk(run, body, size - 1);
	else if (size && eg_page_parse(run, types[data[0] % 3], "https://example.org/simple/x/", body, size - 1, &packed,
				       &n) == EG_OK)
		walk(run, packed, n);
	fuzz_run_free(run);
	return 0;
}
