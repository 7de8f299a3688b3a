#include "uv_torch.h"

#include <string.h>

#include "python/pep440.h"

/* CUDA builds and the driver from which uv takes them on Linux: table 2 of NVIDIA's release notes */
static const struct {
	const char *name, *driver;
} builds[] = {
	{"cu132", "580"},       {"cu130", "580"},       {"cu129", "525.60.13"}, {"cu128", "525.60.13"},
	{"cu126", "525.60.13"}, {"cu125", "525.60.13"}, {"cu124", "525.60.13"}, {"cu123", "525.60.13"},
	{"cu122", "525.60.13"}, {"cu121", "525.60.13"}, {"cu120", "525.60.13"}, {"cu118", "450.80.2"},
	{"cu117", "450.80.2"},  {"cu116", "450.80.2"},  {"cu115", "450.80.2"},  {"cu114", "450.80.2"},
	{"cu113", "450.80.2"},  {"cu112", "450.80.2"},  {"cu111", "450.80.2"},  {"cu110", "450.36.6"},
	{"cu102", "440.33"},    {"cu101", "418.39"},    {"cu100", "410.48"},    {"cu92", "396.26"},
	{"cu91", "390.46"},     {"cu90", "384.81"},     {"cu80", "375.26"},
};
enum { N_BUILDS = sizeof(builds) / sizeof(*builds) };

static void add(struct eg_run *run, const char *backend, struct eg_strs *ret)
{
	eg_vec_push(run->arena, ret, eg_strf(run->arena, "https://download.pytorch.org/whl/%s", backend));
}

static bool runs(struct eg_run *run, const char *driver, const char *from)
{
	struct eg_version have, need;

	return eg_version_parse(run->arena, driver, strlen(driver), &have) &&
	       eg_version_parse(run->arena, from, strlen(from), &need) && eg_version_cmp(&have, &need) >= 0;
}

enum eg_error_kind uv_torch_indexes(struct eg_run *run, const char *backend, const char *driver, struct eg_strs *ret,
				    bool *ret_one_cuda)
{
	bool known = !strcmp(backend, "cpu") || !strcmp(backend, "xpu") || !strncmp(backend, "rocm", 4);

	*ret_one_cuda = false;
	if (!strcmp(backend, "auto")) {
		for (size_t i = 0; i < N_BUILDS && driver; i++)
			if (runs(run, driver, builds[i].driver))
				add(run, builds[i].name, ret);
		add(run, "cpu", ret);
		*ret_one_cuda = driver != NULL;
		return EG_OK;
	}
	for (size_t i = 0; i < N_BUILDS; i++)
		known |= !strcmp(builds[i].name, backend);
	if (!known)
		return eg_fail(run, EG_USAGE, "there is no torch backend '%s'", backend);
	add(run, backend, ret);
	return EG_OK;
}
