#include "conda_variant.h"

#include <ctype.h>

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

static bool is_word(const char *s, const char *word)
{
	size_t n = strlen(word);

	return !strncmp(s, word, n) && !isalpha((unsigned char)s[n]);
}

/* "py3.10_cuda11.8_cudnn8.7.0_0", "py310_cu118", "cuda126_mkl_py310h…_300", "gpu_cuda113py39h…", "cuda*_mkl*301" have a
   CUDA; "cpu_mkl_py312…", "py3.10_cpu_0" are for the CPU; "gpu_py38h…" and "cuda_py313_h…" do not say which CUDA. */
static const char *of_build(struct eg_arena *arena, const char *build)
{
	const char *found = NULL;

	for (const char *s = build; *s; s++) {
		if (s != build && s[-1] != '_' && s[-1] != '*')
			continue;
		if (is_word(s, "cpu"))
			return "cpu";
		if (is_word(s, "gpu") || is_word(s, "cuda"))
			found = "cuda";
		const char *digits = !strncmp(s, "cuda", 4) ? s + 4 : !strncmp(s, "cu", 2) ? s + 2 : NULL;
		const char *cuda = digits ? cuda_of(arena, digits) : NULL;
		if (cuda)
			return cuda;
		if (!strncmp(s, "rocm", 4) && isdigit((unsigned char)s[4]))
			return eg_strndup(arena, s, 4 + strspn(s + 4, "0123456789."));
	}
	return found;
}

/* The CUDA of a dependency on NAME: "pytorch-cuda 11.8.*", "cuda-version >=12.9,<12.10"; only its major where any of that
   will do ("cuda-version >=12.0,<13.0a0"). */
static const char *of_dependency(struct eg_arena *arena, const char *dependency, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(dependency, name, n) || dependency[n] != ' ')
		return NULL;
	const char *from = dependency + n + strcspn(dependency + n, "0123456789");
	const char *below = strstr(from, ",<");
	struct eg_cuda first = eg_cuda_parse(from), end = eg_cuda_parse(below ? below + 2 : NULL);
	bool whole_major = end.major == first.major + 1 && end.minor <= 0;
	return whole_major ? eg_strf(arena, "cu%d", first.major) : cuda_of(arena, from);
}

static const char *of_carrier(struct eg_arena *arena, const struct eg_strs *requires)
{
	static const char *const carriers[] = {"pytorch-cuda", "cudatoolkit", "cuda-version"};

	for (size_t c = 0; c < sizeof(carriers) / sizeof(*carriers); c++)
		for (size_t i = 0; i < requires->n; i++) {
			const char *found = of_dependency(arena, requires->v[i], carriers[c]);
			if (found)
				return found;
		}
	return NULL;
}

/* What a metapackage, or a build without a word for it, asks for: "pytorch 2.10.0 cuda*_mkl*301", "_tflow_select 2.3.0 mkl" */
static const char *of_builds_asked(struct eg_arena *arena, const struct eg_strs *requires)
{
	static const char *const cpu[] = {"cpuonly", "pytorch-mutex 1.0 cpu", "_tflow_select 2.2.0 eigen",
					  "_tflow_select 2.3.0 mkl"};
	static const char *const cuda[] = {"__cuda", "pytorch-mutex 1.0 cuda", "_tflow_select 2.1.0 gpu"};
	const char *found = NULL;

	for (size_t i = 0; i < requires->n && !found; i++) {
		const char *build = strchr(requires->v[i], ' ');
		for (size_t k = 0; k < sizeof(cpu) / sizeof(*cpu); k++)
			found = !strcmp(requires->v[i], cpu[k]) ? "cpu" : found;
		for (size_t k = 0; k < sizeof(cuda) / sizeof(*cuda); k++)
			found = !strcmp(requires->v[i], cuda[k]) ? "cuda" : found;
		build = build ? strchr(build + 1, ' ') : NULL;
		found = !found && build ? of_build(arena, build + 1) : found;
	}
	return found;
}

const char *eg_conda_variant(struct eg_arena *arena, const struct eg_package *package)
{
	const char *told = package->build ? of_build(arena, package->build) : NULL;

	if (told && strcmp(told, "cuda"))
		return told;
	const char *numbered = of_carrier(arena, &package->requires);
	if (numbered)
		return numbered;
	return told ? told : of_builds_asked(arena, &package->requires);
}
