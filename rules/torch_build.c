#include "torch_build.h"

#include "python/pep440.h"
#include "strs.h"

static bool is_aarch64(const struct eg_judge *judge)
{
	return judge->host->platform && strstr(judge->host->platform, "aarch64");
}

const char *eg_torch_index(struct eg_arena *arena, const char *label)
{
	return eg_strf(arena, "https://download.pytorch.org/whl/%s", label);
}

const char *eg_torch_default_label(const struct eg_judge *judge, const char *version)
{
	return eg_cuda_label(judge->run->arena, eg_facts_build(judge->facts, version, is_aarch64(judge)));
}

const char *eg_torch_companion(const struct eg_facts *facts, const char *companion, const char *version)
{
	const struct eg_default_build *row = eg_facts_torch(facts, version);
	size_t n = strcspn(version, "+");

	if (!row || strlen(row->version) != n || strncmp(row->version, version, n))
		return NULL;
	if (!strcmp(companion, "torchvision"))
		return row->torchvision;
	return strcmp(companion, "torchaudio") ? NULL : row->torchaudio;
}

/* Known builds of a release, the default one first, then the newest. */
static struct eg_cuda build_at(const struct eg_default_build *row, size_t i, bool aarch64)
{
	return i ? row->index.v[row->index.n - i] : aarch64 ? row->aarch64 : row->x86_64;
}

/* Of the builds on PyTorch's own index some are for x86_64 only: for aarch64 those that something is known of count. */
static bool exists(const struct eg_judge *judge, const struct eg_default_build *row, size_t i, struct eg_cuda cuda)
{
	return !i || !is_aarch64(judge) || eg_facts_kernels(judge->facts, row->version, cuda, true);
}

static bool best_build(const struct eg_judge *judge, const struct eg_default_build *row,
		       const struct eg_torch_wanted *wanted, struct eg_torch_build *ret)
{
	const char *kept = wanted->kept;
	bool found = false, aarch64 = is_aarch64(judge);
	struct eg_cuda by_default = build_at(row, 0, aarch64);

	for (size_t i = 0; i <= (wanted->by_default ? 0 : row->index.n); i++) {
		struct eg_cuda cuda = build_at(row, i, aarch64);
		const char *label = eg_cuda_label(judge->run->arena, cuda);
		bool is_kept = kept && label && !strcmp(kept, label);

		if (cuda.major <= 0 || (wanted->major && cuda.major != wanted->major) ||
		    eg_strs_has(&wanted->passed, label) || (found && !is_kept) || !exists(judge, row, i, cuda) ||
		    eg_build_unfit(judge, "torch", row->version, cuda, NULL))
			continue;
		*ret = (struct eg_torch_build){
			.version = row->version,
			.cuda = cuda,
			.label = label,
			.is_default = !eg_cuda_compare(cuda, by_default),
		};
		found = true;
		if (is_kept)
			break;
	}
	return found;
}

/* A Jetson wants NVIDIA's own wheels, unless its CUDA is that of public ones. */
static bool is_for(const struct eg_host *host)
{
	return !host->jetpack || eg_cuda_parse(host->cuda).major >= 13;
}

static bool has_companions(const struct eg_facts *facts, const char *version, const struct eg_strs *companions)
{
	for (size_t i = 0; i < companions->n; i++)
		if (!eg_torch_companion(facts, companions->v[i], version))
			return false;
	return true;
}

/* Does ROW lie within what is wanted, its builds aside? */
static bool fits(const struct eg_judge *judge, const struct eg_default_build *row, const struct eg_torch_wanted *wanted,
		 const struct eg_version *bound)
{
	struct eg_version version;

	if (!eg_version_parse(judge->run->arena, row->version, strlen(row->version), &version))
		return false;
	int order = eg_version_cmp(&version, bound);
	bool in_range = wanted->exactly ? !order : wanted->below ? order < 0 : order <= 0;

	return in_range && eg_python_within(row->python, eg_cuda_parse(wanted->python)) &&
	       has_companions(judge->facts, row->version, &wanted->companions);
}

bool eg_torch_build_find(const struct eg_judge *judge, const struct eg_torch_wanted *wanted, struct eg_torch_build *ret)
{
	size_t n, public = strcspn(wanted->version, "+");
	const struct eg_default_build *rows = eg_facts_rows(judge->facts, EG_FACTS_TORCH_BUILDS, &n);
	struct eg_version bound;

	if (!is_for(judge->host) || !eg_version_parse(judge->run->arena, wanted->version, public, &bound))
		return false;
	while (n--)
		if (fits(judge, &rows[n], wanted, &bound) && best_build(judge, &rows[n], wanted, ret))
			return true;
	return false;
}
