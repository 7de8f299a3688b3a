#include "conda_variant.h"

#include <ctype.h>

static const char *const selectors[] = {"cpuonly", "pytorch-cuda", "pytorch-mutex", "pytorch-gpu", "pytorch-cpu",
					"cudatoolkit", "cuda-version", "cuda-toolkit"};

bool eg_conda_selector(const char *name)
{
	for (size_t i = 0; i < sizeof(selectors) / sizeof(*selectors); i++)
		if (!strcmp(selectors[i], name))
			return true;
	return false;
}

/* "11.8", "118", "12.6" to "cu118", "cu126": conda-forge writes the version without a point, the last digit is the minor */
static const char *cuda_of(struct eg_arena *arena, const char *s)
{
	size_t n = strspn(s, "0123456789");

	if (!n)
		return NULL;
	if (s[n] == '.' && isdigit((unsigned char)s[n + 1]))
		return eg_strf(arena, "cu%.*s%c", (int)n, s, s[n + 1]);
	return eg_strf(arena, "cu%.*s", (int)n, s);
}

/* "py3.10_cuda11.8_cudnn8.7.0_0", "py310_cu118", "cuda126_mkl_py310h…_300", "cpu_mkl_py312…", "py3.10_cpu_0" */
static const char *of_build(struct eg_arena *arena, const char *build)
{
	for (const char *s = build; *s; s++) {
		if (s != build && s[-1] != '_')
			continue;
		if (!strncmp(s, "cpu", 3) && !isalnum((unsigned char)s[3]))
			return "cpu";
		const char *digits = !strncmp(s, "cuda", 4) ? s + 4 : !strncmp(s, "cu", 2) ? s + 2 : NULL;
		const char *cuda = digits ? cuda_of(arena, digits) : NULL;
		if (cuda)
			return cuda;
	}
	return NULL;
}

/* The first version in a dependency on NAME: "pytorch-cuda 11.8.*", "cuda-version >=12.9,<13" */
static const char *of_dependency(struct eg_arena *arena, const char *dependency, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(dependency, name, n) || dependency[n] != ' ')
		return NULL;
	return cuda_of(arena, dependency + n + strcspn(dependency + n, "0123456789"));
}

const char *eg_conda_variant(struct eg_arena *arena, const struct eg_package *package)
{
	static const char *const carriers[] = {"pytorch-cuda", "cudatoolkit", "cuda-version"};
	const char *found = package->build ? of_build(arena, package->build) : NULL;

	for (size_t i = 0; !found && i < package->requires.n; i++) {
		const char *dependency = package->requires.v[i];

		if (!strcmp(dependency, "cpuonly") || !strcmp(dependency, "pytorch-mutex 1.0 cpu"))
			found = "cpu";
		for (size_t j = 0; !found && j < sizeof(carriers) / sizeof(*carriers); j++)
			found = of_dependency(arena, dependency, carriers[j]);
	}
	return found;
}
