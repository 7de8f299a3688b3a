/* TOML, of which lock files and projects are made. */
#include "fuzz.h"

#include <string.h>

#include "python/toml.h"

static size_t visit(const struct eg_toml *node)
{
	size_t n = 1 + (node->text ? strlen(node->text) : 0);

	for (size_t i = 0; i < node->n; i++)
		n += visit(&node->items[i]);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct eg_run *run = fuzz_run_new();
	const struct eg_toml *tree;

	if (eg_toml_parse(run, "pylock.toml", (const char *)data, size, &tree) == EG_OK && visit(tree) == 0)
		abort();
	fuzz_run_free(run);
	return 0;
}
