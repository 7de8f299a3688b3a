/* What is asked of the tables, torch's aside (gpu_facts_torch.c). */
#include "gpu_facts.h"

#include <ctype.h>

#include "gpu_facts_files.h"
#include "python/pep440.h"
#include "strs.h"

struct eg_fact_state {
	struct eg_run *run;
	struct eg_fact_rows tables[EG_N_FACTS];
};

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
	static const struct eg_cuda unknown = {-1, -1};

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

int eg_cuda_compare(struct eg_cuda a, struct eg_cuda b)
{
	return a.major != b.major ? a.major - b.major : a.minor - b.minor;
}

bool eg_python_within(const char *range, struct eg_cuda python)
{
	const char *dash = range ? strchr(range, '-') : NULL;

	return python.major < 0 || !dash ||
	       (eg_cuda_compare(python, eg_cuda_parse(range)) >= 0 && eg_cuda_compare(python, eg_cuda_parse(dash + 1)) <= 0);
}

enum eg_error_kind eg_facts_load(struct eg_run *run, struct eg_facts *ret)
{
	ret->state = EG_NEW(run->arena, struct eg_fact_state);
	ret->state->run = run;
	return EG_OK;
}

const void *eg_facts_rows(const struct eg_facts *facts, enum eg_fact_table table, size_t *ret_n)
{
	struct eg_fact_rows *rows = &facts->state->tables[table];

	if (!rows->kind) {
		struct eg_fact_file file;
		eg_facts_open(facts->state->run, &eg_table_kinds[table], &file);
		*rows = file.rows;
	}
	*ret_n = rows->n;
	return rows->v;
}

const struct eg_driver_floor *eg_facts_driver(const struct eg_facts *facts, struct eg_cuda cuda)
{
	size_t n;
	const struct eg_driver_floor *rows = eg_facts_rows(facts, EG_FACTS_DRIVER, &n);

	/* The majors come first: within them any toolkit runs on the major's first driver. */
	for (int whole = 1; whole >= 0; whole--)
		for (size_t i = 0; i < n; i++)
			if (rows[i].cuda.major == cuda.major &&
			    (whole ? rows[i].cuda.minor == -1 : rows[i].cuda.minor == cuda.minor))
				return &rows[i];
	return NULL;
}

const struct eg_driver_branch *eg_facts_branch(const struct eg_facts *facts, const char *driver)
{
	size_t n;
	const struct eg_driver_branch *rows = eg_facts_rows(facts, EG_FACTS_DRIVER_BRANCHES, &n), *found = NULL;
	int branch = eg_cuda_parse(driver).major;

	for (size_t i = 0; i < n; i++)
		if (rows[i].branch.major <= branch && (!found || rows[i].branch.major > found->branch.major))
			found = &rows[i];
	return found;
}

const struct eg_gpu_arch *eg_facts_gpu(const struct eg_facts *facts, struct eg_cuda capability)
{
	size_t n;
	const struct eg_gpu_arch *rows = eg_facts_rows(facts, EG_FACTS_GPUS, &n);

	for (size_t i = 0; i < n; i++)
		if (!eg_cuda_compare(rows[i].capability, capability))
			return &rows[i];
	return NULL;
}

static bool has_word(const char *text, const char *word)
{
	size_t n = strlen(word);

	for (const char *s = strstr(text, word); s; s = strstr(s + 1, word))
		if ((s == text || !isalnum((unsigned char)s[-1])) && !isalnum((unsigned char)s[n]))
			return true;
	return false;
}

const struct eg_forward_compat *eg_facts_forward_compat(const struct eg_facts *facts, const char *gpu)
{
	size_t n;
	const struct eg_forward_compat *rows = eg_facts_rows(facts, EG_FACTS_FORWARD_COMPAT, &n);

	for (size_t i = 0; gpu && i < n; i++)
		if (has_word(gpu, rows[i].word))
			return &rows[i];
	return NULL;
}

const struct eg_extra_release *eg_facts_extra(const struct eg_facts *facts, const char *name, const char *version)
{
	size_t n;
	const struct eg_extra_release *rows = eg_facts_rows(facts, EG_FACTS_EXTRAS, &n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(rows[i].name, name) && !strcmp(rows[i].version, version))
			return &rows[i];
	return NULL;
}

const struct eg_numpy_bound *eg_facts_numpy(const struct eg_facts *facts, const char *name)
{
	size_t n;
	const struct eg_numpy_bound *rows = eg_facts_rows(facts, EG_FACTS_NUMPY, &n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}

const struct eg_tree *eg_facts_tree(const struct eg_facts *facts, const char *name)
{
	size_t n;
	const struct eg_tree *rows = eg_facts_rows(facts, EG_FACTS_SHARED_FILES, &n);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < rows[i].names.n; k++)
			if (!strcmp(rows[i].names.v[k], name))
				return &rows[i];
	return NULL;
}

const struct eg_tested *eg_facts_tensorflow(const struct eg_facts *facts, const char *version)
{
	size_t n;
	const struct eg_tested *rows = eg_facts_rows(facts, EG_FACTS_TENSORFLOW, &n);
	struct eg_cuda series = eg_cuda_parse(version);

	for (size_t i = 0; i < n; i++)
		if (!eg_cuda_compare(rows[i].version, series))
			return &rows[i];
	return NULL;
}

/* Is release A at least B, as PEP 440 orders them? False where one of them is no version. */
static bool at_least(struct eg_arena *arena, const char *a, const char *b)
{
	struct eg_version x, y;

	return eg_version_parse(arena, a, strlen(a), &x) && eg_version_parse(arena, b, strlen(b), &y) &&
	       eg_version_cmp(&x, &y) >= 0;
}

const struct eg_jax_need *eg_facts_jax(const struct eg_facts *facts, const char *version, int cuda_major)
{
	size_t n;
	const struct eg_jax_need *rows = eg_facts_rows(facts, EG_FACTS_JAX, &n), *found = NULL;

	for (size_t i = 0; i < n; i++)
		if (rows[i].cuda.major == cuda_major && at_least(facts->state->run->arena, version, rows[i].since))
			found = &rows[i];
	return found;
}

const struct eg_onnxruntime_build *eg_facts_onnxruntime(const struct eg_facts *facts, const char *version)
{
	size_t n;
	const struct eg_onnxruntime_build *rows = eg_facts_rows(facts, EG_FACTS_ONNXRUNTIME, &n), *found = NULL;
	struct eg_cuda release = eg_cuda_parse(version);

	for (size_t i = 0; i < n; i++)
		if (eg_cuda_compare(rows[i].since, release) <= 0)
			found = &rows[i];
	return found;
}

const struct eg_compiled *eg_facts_compiled(const struct eg_facts *facts, const char *name)
{
	size_t n;
	const struct eg_compiled *rows = eg_facts_rows(facts, EG_FACTS_COMPILED, &n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}

const struct eg_prebuilt *eg_facts_prebuilt(const struct eg_facts *facts, const char *name, const char *version,
					    const char *torch, struct eg_cuda cuda)
{
	size_t n;
	const struct eg_prebuilt *rows = eg_facts_rows(facts, EG_FACTS_PREBUILT, &n);
	struct eg_cuda series = eg_cuda_parse(torch);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(rows[i].name, name) && !eg_cuda_compare(rows[i].torch, series) &&
		    !eg_cuda_compare(rows[i].cuda, cuda) &&
		    (!rows[i].versions.n || eg_strs_has(&rows[i].versions, version)))
			return &rows[i];
	return NULL;
}

const struct eg_conda_selector *eg_facts_conda_selector(const struct eg_facts *facts, const char *name)
{
	size_t n;
	const struct eg_conda_selector *rows = eg_facts_rows(facts, EG_FACTS_CONDA_SELECTORS, &n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}

enum eg_error_kind eg_facts_l4t(struct eg_run *run, const char *release, struct eg_l4t *ret)
{
	struct eg_facts facts;
	size_t n;

	eg_facts_load(run, &facts);
	const struct eg_l4t *rows = eg_facts_rows(&facts, EG_FACTS_JETSON, &n);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(rows[i].l4t, release)) {
			*ret = rows[i];
			return EG_OK;
		}
	return EG_NOT_FOUND;
}
