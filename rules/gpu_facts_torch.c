/* What is asked of torch's tables. */
#include "gpu_facts.h"

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

/* Is ROW the first N bytes of VERSION? */
static bool is(const char *row, const char *version, size_t n)
{
	return strlen(row) == n && !strncmp(row, version, n);
}

const struct eg_default_build *eg_facts_torch(const struct eg_facts *facts, const char *version)
{
	size_t n_rows, n = public_length(version), series = series_length(version);
	const struct eg_default_build *rows = eg_facts_rows(facts, EG_FACTS_TORCH_BUILDS, &n_rows), *nearest = NULL;

	for (size_t i = 0; i < n_rows; i++) {
		if (is(rows[i].version, version, n))
			return &rows[i];
		if (series_length(rows[i].version) == series && !strncmp(rows[i].version, version, series))
			nearest = &rows[i];
	}
	return nearest;
}

struct eg_cuda eg_facts_build(const struct eg_facts *facts, const char *version, bool aarch64)
{
	const struct eg_default_build *build = eg_facts_torch(facts, version);

	if (!build)
		return eg_cuda_parse(NULL);
	return aarch64 ? build->aarch64 : build->x86_64;
}

const struct eg_companion_release *eg_facts_companion(const struct eg_facts *facts, const char *name,
						      const char *version)
{
	size_t n_rows, n = public_length(version);
	const struct eg_companion_release *rows = eg_facts_rows(facts, EG_FACTS_COMPANIONS, &n_rows);

	for (size_t i = 0; i < n_rows; i++)
		if (is(rows[i].version, version, n) && !strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}

bool eg_facts_is_dependent(const struct eg_facts *facts, const char *name)
{
	size_t n;
	const struct eg_companion_release *rows = eg_facts_rows(facts, EG_FACTS_COMPANIONS, &n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(rows[i].name, name))
			return true;
	return false;
}

/* The release as it was measured, else its series. */
static const struct eg_kernels *kernels_of(const struct eg_facts *facts, const char *version, struct eg_cuda cuda,
					   const char *platform, const char *channel)
{
	size_t n_rows, n = public_length(version), series = series_length(version);
	const struct eg_kernels *rows = eg_facts_rows(facts, EG_FACTS_KERNELS, &n_rows), *found = NULL;

	for (size_t i = 0; i < n_rows; i++) {
		const struct eg_kernels *row = &rows[i];
		bool same_channel = channel ? row->channel && !strcmp(row->channel, channel) : !row->channel;
		if (!same_channel || eg_cuda_compare(row->cuda, cuda) || strcmp(row->platform, platform))
			continue;
		if (is(row->torch, version, n))
			return row;
		if (!found && is(row->torch, version, series))
			found = row;
	}
	return found;
}

const struct eg_kernels *eg_facts_kernels(const struct eg_facts *facts, const char *version, struct eg_cuda cuda,
					  bool aarch64)
{
	return kernels_of(facts, version, cuda, aarch64 ? "aarch64" : "x86_64", NULL);
}

const struct eg_kernels *eg_facts_conda_kernels(const struct eg_facts *facts, const char *version, struct eg_cuda cuda,
						const char *channel)
{
	return kernels_of(facts, version, cuda, "x86_64", channel);
}
