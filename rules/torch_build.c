#include "torch_build.h"

#include "python/pep440.h"
#include "strs.h"

static const char *label_of(struct eg_arena *arena, struct eg_cuda cuda)
{
	return cuda.major ? eg_strf(arena, "cu%d%d", cuda.major, cuda.minor) : "cpu";
}

const char *eg_torch_index(struct eg_arena *arena, const char *label)
{
	return eg_strf(arena, "https://download.pytorch.org/whl/%s", label);
}

const char *eg_torch_default_label(const struct eg_judge *judge, const char *version)
{
	const char *platform = judge->host->platform;
	struct eg_cuda cuda = eg_facts_build(judge->facts, version, platform && strstr(platform, "aarch64"));

	return cuda.major < 0 ? NULL : label_of(judge->run->arena, cuda);
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
static struct eg_cuda build_at(const struct eg_default_build *row, size_t i)
{
	return i ? row->index.v[row->index.n - i] : row->x86_64;
}

static bool best_build(const struct eg_judge *judge, const struct eg_default_build *row,
		       const struct eg_torch_wanted *wanted, struct eg_torch_build *ret)
{
	const char *kept = wanted->kept;
	bool found = false;

	for (size_t i = 0; i <= (wanted->by_default ? 0 : row->index.n); i++) {
		struct eg_cuda cuda = build_at(row, i);
		const char *label = label_of(judge->run->arena, cuda);
		bool is_kept = kept && !strcmp(kept, label);

		if (cuda.major <= 0 || (wanted->major && cuda.major != wanted->major) ||
		    eg_strs_has(&wanted->passed, label) || (found && !is_kept) ||
		    !eg_torch_runs(judge, row->version, cuda))
			continue;
		*ret = (struct eg_torch_build){
			.version = row->version,
			.cuda = cuda,
			.label = label,
			.is_default = !eg_cuda_compare(cuda, row->x86_64),
		};
		found = true;
		if (is_kept)
			break;
	}
	return found;
}

/* The table is that of x86_64; a Jetson wants NVIDIA's own wheels. */
static bool is_for(const struct eg_host *host)
{
	return !host->jetpack && !(host->platform && strstr(host->platform, "aarch64"));
}

/* Is "3.11" within "3.9-3.13"? */
static bool has_python(const char *range, const char *python)
{
	const char *dash = range ? strchr(range, '-') : NULL;
	struct eg_cuda own = eg_cuda_parse(python);

	return !dash || own.major < 0 ||
	       (eg_cuda_compare(eg_cuda_parse(range), own) <= 0 && eg_cuda_compare(own, eg_cuda_parse(dash + 1)) <= 0);
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

	return in_range && has_python(row->python, wanted->python) &&
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
