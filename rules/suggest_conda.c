/* conda-forge's builds: the framework by its build string, the CUDA by cuda-version. */
#include "suggest_private.h"

static bool has_cpu(const struct eg_cudas *builds)
{
	for (size_t i = 0; i < builds->n; i++)
		if (!builds->v[i].major)
			return true;
	return false;
}

static struct eg_cuda best_cuda(const struct eg_advisor *advisor, const struct eg_conda_release *row,
				const struct eg_cudas *builds)
{
	struct eg_cuda best = {-1, -1};

	for (size_t i = 0; i < builds->n; i++) {
		const char *source;
		if (builds->v[i].major > 0 && eg_cuda_compare(builds->v[i], best) > 0 &&
		    !eg_unfit(advisor, row->package, row->version, builds->v[i], &source))
			best = builds->v[i];
	}
	return best;
}

/* "conda install -c conda-forge pytorch=2.8.0=*cuda* cuda-version=12.9" */
static void suggest_release(struct eg_advisor *advisor, const struct eg_conda_release *row,
			    const struct eg_cudas *builds)
{
	struct eg_arena *arena = advisor->run->arena;
	struct eg_strs words = eg_install_words(advisor);
	struct eg_cuda cuda = advisor->gpu ? best_cuda(advisor, row, builds) : (struct eg_cuda){0, 0};
	const char *source = row->source, *why = "the host has no NVIDIA driver";

	if (cuda.major < 0 || (!cuda.major && !has_cpu(builds)))
		return;
	eg_vec_push(arena, &words, "-c");
	eg_vec_push(arena, &words, "conda-forge");
	if (!strcmp(row->package, "jaxlib"))
		eg_vec_push(arena, &words, "jax");
	eg_vec_push(arena, &words,
		    eg_strf(arena, "%s=%s=*%s*", row->package, row->version, cuda.major ? "cuda" : "cpu"));
	if (cuda.major) {
		eg_vec_push(arena, &words, eg_strf(arena, "cuda-version=%d.%d", cuda.major, cuda.minor));
		why = eg_strf(arena, "CUDA %d.%d: %s", cuda.major, cuda.minor, eg_fitness(advisor, cuda, &source));
	}
	for (size_t i = 0; i < advisor->wish->beside.n; i++)
		eg_vec_push(arena, &words, advisor->wish->beside.v[i]);
	eg_suggest_add(advisor, words, cuda.major ? eg_cuda_label(arena, cuda) : "cpu", why, source);
}

static bool in_pytorch_cuda(const struct eg_advisor *advisor, struct eg_cuda cuda)
{
	size_t n;
	const struct eg_pytorch_cuda *rows = eg_facts_rows(advisor->judge.facts, EG_FACTS_PYTORCH_CUDA, &n);

	for (size_t i = 0; i < n; i++)
		if (!eg_cuda_compare(rows[i].version, cuda))
			return true;
	return false;
}

/* "conda install -c pytorch -c nvidia pytorch=2.1.0 pytorch-cuda=12.1"; before 1.13 it is cudatoolkit that says which
 * CUDA. */
static void suggest_pytorch_channel(struct eg_advisor *advisor, const struct eg_kernels *row)
{
	struct eg_arena *arena = advisor->run->arena;
	struct eg_cuda release = eg_cuda_parse(row->torch);
	bool toolkit = release.major == 1 && release.minor < 13;
	struct eg_strs words = eg_install_words(advisor);
	const char *source = row->source;

	if ((!toolkit && !in_pytorch_cuda(advisor, row->cuda)) ||
	    eg_unfit(advisor, "pytorch", row->torch, row->cuda, &source))
		return;
	const char *const channels[] = {"-c", "pytorch", "-c", toolkit ? "conda-forge" : "nvidia"};
	for (size_t i = 0; i < sizeof(channels) / sizeof(*channels); i++)
		eg_vec_push(arena, &words, channels[i]);
	eg_vec_push(arena, &words, eg_strf(arena, "pytorch=%s", row->torch));
	eg_vec_push(
		arena, &words,
		eg_strf(arena, "%s=%d.%d", toolkit ? "cudatoolkit" : "pytorch-cuda", row->cuda.major, row->cuda.minor));
	for (size_t i = 0; i < advisor->wish->beside.n; i++)
		eg_vec_push(arena, &words, advisor->wish->beside.v[i]);
	const char *why = eg_fitness(advisor, row->cuda, &source);
	eg_suggest_add(advisor, words, eg_cuda_label(arena, row->cuda),
		       eg_strf(arena, "PyTorch's own channel, which ends with 2.5: CUDA %d.%d: %s", row->cuda.major,
			       row->cuda.minor, why),
		       source);
}

/* Only where that release is asked for: conda-forge has newer ones. */
static void suggest_pytorch_channels(struct eg_advisor *advisor)
{
	size_t n;
	const struct eg_kernels *rows = eg_facts_rows(advisor->judge.facts, EG_FACTS_KERNELS, &n);

	while (n-- && !eg_is_full(advisor))
		if (rows[n].channel && !strcmp(rows[n].channel, "pytorch") && eg_is_wished(advisor, rows[n].torch))
			suggest_pytorch_channel(advisor, &rows[n]);
}

void eg_suggest_conda(struct eg_advisor *advisor, const char *package)
{
	const struct eg_host *host = advisor->judge.host;
	size_t n;
	const struct eg_conda_release *rows = eg_facts_rows(advisor->judge.facts, EG_FACTS_CONDA_RELEASES, &n);

	if (host->jetpack && eg_cuda_parse(host->cuda).major < 12) {
		advisor->ret->none =
			eg_strf(advisor->run->arena, "conda-forge has no build for a Jetson with JetPack %s (CUDA %s)",
				host->jetpack, host->cuda ? host->cuda : "unknown");
		return;
	}
	while (n-- && !eg_is_full(advisor)) {
		const struct eg_cudas *builds = advisor->aarch64 ? &rows[n].aarch64 : &rows[n].x86_64;
		if (!strcmp(rows[n].package, package) && eg_is_wished(advisor, rows[n].version))
			suggest_release(advisor, &rows[n], builds);
	}
	if (!strcmp(package, "pytorch") && advisor->wish->version && advisor->gpu && !advisor->aarch64)
		suggest_pytorch_channels(advisor);
}
