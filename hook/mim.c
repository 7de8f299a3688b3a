#include "mim.h"

#include <stdlib.h>
#include <string.h>

#include "variant.h"

/* mim's PKG2PROJECT but for mmcv-full, which it passes over (mim/utils/default.py). */
static const char *const packages[] = {"mmaction2", "mmagic", "mmcls",         "mmdet",    "mmdet3d",   "mmedit",
				       "mmflow",    "mmgen",  "mmocr",         "mmpose",   "mmpretrain", "mmrotate",
				       "mmselfsup", "mmtrack", "mmsegmentation", "mmyolo"};

static bool is_package(const char *project)
{
	for (size_t i = 0; project && i < sizeof(packages) / sizeof(*packages); i++)
		if (!strcmp(packages[i], project))
			return true;
	return false;
}

/* "cu118" of the torch that is installed, by its label or by what the default index had under its version. */
static const char *label_of(struct eg_run *run, const struct eg_facts *facts, const char *torch)
{
	const char *local = strchr(torch, '+');

	if (local)
		return eg_variant_of_label(run->arena, local + 1);
	return eg_cuda_label(run->arena, eg_facts_build(facts, torch, false));
}

/* The first patch release of a series stands for all of it; where torch finds no GPU, it is the CPU's page. */
static const char *page(struct eg_run *run, const struct eg_facts *facts, const char *torch, bool gpu)
{
	const char *base = getenv("MMCV_FIND_BASE_URL"), *label = gpu ? label_of(run, facts, torch) : NULL;
	struct eg_cuda series = eg_cuda_parse(torch);

	if (!label || eg_variant_parse(label).accelerator != EG_CUDA)
		label = "cpu";
	return eg_strf(run->arena, "%s/mmcv/dist/%s/torch%d.%d.0/index.html",
		       base && *base ? base : "https://download.openmmlab.com", label, series.major, series.minor);
}

static void ask_for_extra(struct eg_run *run, struct eg_requirement *requirement)
{
	struct eg_strs extras = {0};

	for (size_t i = 0; i < requirement->n_extras; i++) {
		if (!strcmp(requirement->extras[i], "mim"))
			return;
		if (extras.n == i && strcmp(requirement->extras[i], "mim") > 0)
			eg_vec_push(run->arena, &extras, "mim"); /* they are sorted */
		eg_vec_push(run->arena, &extras, requirement->extras[i]);
	}
	if (extras.n == requirement->n_extras)
		eg_vec_push(run->arena, &extras, "mim");
	requirement->extras = extras.v;
	requirement->n_extras = extras.n;
}

bool eg_mim_extend(struct eg_run *run, const struct eg_installed *installed, const struct eg_facts *facts, bool gpu,
		   struct eg_pip_request *request)
{
	const struct eg_dist *torch = eg_installed_get(installed, "torch");

	if (!torch)
		return false;
	eg_vec_push(run->arena, &request->find_links, page(run, facts, torch->version.text, gpu));
	for (size_t i = 0; i < request->roots.n; i++)
		if (is_package(request->roots.v[i].req.project))
			ask_for_extra(run, &request->roots.v[i].req);
	return true;
}
