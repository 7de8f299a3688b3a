/* Where builds with a local version label are to be had. */
#include "restore.h"

#include "strs.h"
#include "torch_build.h"

/* PyG's page for a build "+pt24cu121" is that of torch 2.4.0 and the label (pytorch-geometric.readthedocs.io, installation). */
static const char *pyg_page(struct eg_arena *arena, const char *label)
{
	size_t n = strspn(label + 2, "0123456789");

	if (strncmp(label, "pt", 2) || n < 2 || !label[2 + n])
		return NULL;
	return eg_strf(arena, "https://data.pyg.org/whl/torch-%c.%.*s.0+%s.html", label[2], (int)n - 1, label + 3, label + 2 + n);
}

static bool is_pytorch_label(const char *label)
{
	static const char *const starts[] = {"cu1", "cu9", "rocm", "xpu", "cpu"};

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++)
		if (!strncmp(label, starts[i], strlen(starts[i])))
			return true;
	return false;
}

/* Nightly builds have an index of their own (pytorch.org, "Start Locally"). */
static const char *pytorch_index(struct eg_arena *arena, const struct eg_item *item, const char *label)
{
	if (strstr(item->version, ".dev"))
		return eg_torch_index(arena, eg_strf(arena, "nightly/%s", label));
	return eg_torch_index(arena, label);
}

static void add(struct eg_arena *arena, struct eg_strs *options, const char *option, const char *address)
{
	if (eg_strs_has(options, address))
		return;
	eg_vec_push(arena, options, option);
	eg_vec_push(arena, options, address);
}

void eg_restore_index(struct eg_arena *arena, const struct eg_item *item, struct eg_strs *ret)
{
	const char *plus = strchr(item->version, '+'), *label = plus ? plus + 1 : NULL;

	if (!label || item->direct)
		return;
	const char *page = pyg_page(arena, label);
	if (page)
		add(arena, ret, "--find-links", page);
	else if (!strncmp(label, "cuda", 4) && !strncmp(item->name, "jax", 3)) /* up to jaxlib 0.4.25 (JAX's change log) */
		add(arena, ret, "--find-links", "https://storage.googleapis.com/jax-releases/jax_cuda_releases.html");
	else if (is_pytorch_label(label))
		add(arena, ret, "--extra-index-url", pytorch_index(arena, item, label));
}
