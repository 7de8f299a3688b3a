/* TOML, and from it a lock file or a project's groups; the marker of a lock alone. */
#include "fuzz.h"

#include <string.h>

#include "python/pylock.h"
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
	struct eg_pylock_sets sets = {0};
	const struct eg_toml *tree;

	if (eg_toml_parse(run, "pylock.toml", (const char *)data, size, &tree) == EG_OK && visit(tree) == 0)
		abort();
	eg_vec_push(run->arena, &sets.extras, "gpu");
	eg_pylock_marker(run->arena, eg_strndup(run->arena, (const char *)data, size), &sets);
	fuzz_run_free(run);
	return 0;
}
