#include "gpu_facts.h"

static const struct eg_cuda unknown = {-1, -1};

/* A short run of digits at *S, which moves behind it; -1 when there is none, or too many for a version's part. */
static int small_number(const char **s)
{
	size_t n = strspn(*s, "0123456789");
	int value = 0;

	if (!n || n > 6)
		return -1;
	for (; n; n--)
		value = 10 * value + *(*s)++ - '0';
	return value;
}

struct eg_cuda eg_cuda_parse(const char *text)
{
	if (!text)
		return unknown;
	if (!strcmp(text, "cpu"))
		return (struct eg_cuda){0, 0};
	int major = small_number(&text);
	if (major < 0)
		return unknown;
	if (*text != '.')
		return (struct eg_cuda){major, -1};
	text++;
	return (struct eg_cuda){major, small_number(&text)};
}

static size_t public_length(const char *version)
{
	return strcspn(version, "+");
}

/* "2.4" of "2.4.1" */
static size_t series_length(const char *version)
{
	size_t major = strcspn(version, ".");

	return version[major] ? major + 1 + strspn(version + major + 1, "0123456789") : major;
}

static const struct eg_default_build *nearest_build(const struct eg_facts *facts, const char *version)
{
	const struct eg_default_build *nearest = NULL;
	size_t n = public_length(version), series = series_length(version);

	for (size_t i = 0; i < facts->n_builds; i++) {
		const struct eg_default_build *build = &facts->builds[i];
		if (strlen(build->version) == n && !strncmp(build->version, version, n))
			return build;
		if (series_length(build->version) == series && !strncmp(build->version, version, series))
			nearest = build;
	}
	return nearest;
}

struct eg_cuda eg_facts_build(const struct eg_facts *facts, const char *version, bool aarch64)
{
	const struct eg_default_build *build = nearest_build(facts, version);
	struct eg_cuda series = eg_cuda_parse(version), last_cpu = facts->aarch64_cpu_through;

	if (!build || !aarch64)
		return build ? build->x86_64 : unknown;
	bool cpu = series.major < last_cpu.major || (series.major == last_cpu.major && series.minor <= last_cpu.minor);
	return build->aarch64.major < 0 && cpu ? (struct eg_cuda){0, 0} : build->aarch64;
}

const struct eg_companion_release *eg_facts_companion(const struct eg_facts *facts, const char *name,
						      const char *version)
{
	size_t n = public_length(version);

	for (size_t i = 0; i < facts->n_companions; i++) {
		const struct eg_companion_release *row = &facts->companions[i];
		if (!strcmp(row->name, name) && strlen(row->version) == n && !strncmp(row->version, version, n))
			return row;
	}
	return NULL;
}

const struct eg_driver_floor *eg_facts_driver(const struct eg_facts *facts, struct eg_cuda cuda)
{
	/* The majors come first: within them any toolkit runs on the major's first driver. */
	for (size_t i = 0; i < facts->n_drivers; i++) {
		const struct eg_cuda *row = &facts->drivers[i].cuda;
		if (row->major == cuda.major && (row->minor == -1 || row->minor == cuda.minor))
			return &facts->drivers[i];
	}
	return NULL;
}

const struct eg_kernels *eg_facts_kernels(const struct eg_facts *facts, const char *version, struct eg_cuda cuda,
					  bool aarch64)
{
	size_t n = series_length(version);

	for (size_t i = 0; i < facts->n_kernels; i++) {
		const struct eg_kernels *row = &facts->kernels[i];
		if (strlen(row->series) == n && !strncmp(row->series, version, n) && row->cuda.major == cuda.major &&
		    row->cuda.minor == cuda.minor && row->aarch64 == aarch64)
			return row;
	}
	return NULL;
}

const struct eg_extra_release *eg_facts_extra(const struct eg_facts *facts, const char *name, const char *version)
{
	for (size_t i = 0; i < facts->n_extras; i++)
		if (!strcmp(facts->extras[i].name, name) && !strcmp(facts->extras[i].version, version))
			return &facts->extras[i];
	return NULL;
}

const struct eg_numpy_bound *eg_facts_numpy(const struct eg_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_numpy; i++)
		if (!strcmp(facts->numpy[i].name, name))
			return &facts->numpy[i];
	return NULL;
}

const struct eg_tree *eg_facts_tree(const struct eg_facts *facts, const char *name)
{
	for (size_t i = 0; i < facts->n_trees; i++)
		for (size_t k = 0; k < facts->trees[i].names.n; k++)
			if (!strcmp(facts->trees[i].names.v[k], name))
				return &facts->trees[i];
	return NULL;
}
