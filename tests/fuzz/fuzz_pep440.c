/* Versions and specifier sets: what parses has a canonical form that parses to the same. */
#include "fuzz.h"

#include <string.h>

#include "python/pep440.h"

static void version(struct eg_run *run, const char *text, size_t n)
{
	struct eg_version a, b;

	if (!eg_version_parse(run->arena, text, n, &a))
		return;
	if (!eg_version_parse(run->arena, a.canonical, strlen(a.canonical), &b))
		abort();
	if (eg_version_cmp(&a, &b) || strcmp(a.canonical, b.canonical))
		abort();
}

static void specifiers(struct eg_run *run, const char *text, size_t n)
{
	struct eg_specset a, b;
	struct eg_version one;
	const char *why;

	if (!eg_specset_parse(run->arena, text, n, &a, &why))
		return;
	char *again = eg_specset_text(run->arena, &a);
	if (!eg_specset_parse(run->arena, again, strlen(again), &b, &why))
		abort();
	if (!eg_version_parse(run->arena, "1.0a1+cu121", 11, &one))
		abort();
	if (eg_specset_contains(&a, &one) != eg_specset_contains(&b, &one))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();

	version(run, (const char *)data, size);
	specifiers(run, (const char *)data, size);
	fuzz_run_free(run);
	return 0;
}
