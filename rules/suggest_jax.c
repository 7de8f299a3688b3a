/* jax: an extra for a CUDA major brings the plugin and the libraries. */
#include "suggest_private.h"

/* The newest CUDA major that the release has an extra for and that runs here; -1: none. */
static int best_major(const struct eg_advisor *advisor, const struct eg_jax_release *row)
{
	int best = -1;

	for (size_t i = 0; i < row->cuda.n; i++) {
		struct eg_cuda cuda = {row->cuda.v[i].major, -1};
		const char *source;
		if (cuda.major > best && !eg_unfit(advisor, "jaxlib", row->version, cuda, &source))
			best = cuda.major;
	}
	return best;
}

static void suggest_release(struct eg_advisor *advisor, const struct eg_jax_release *row)
{
	struct eg_arena *arena = advisor->run->arena;
	struct eg_strs words = eg_install_words(advisor);
	const char *source = row->source;

	if (!advisor->gpu) {
		eg_vec_push(arena, &words, eg_strf(arena, "jax==%s", row->version));
		eg_suggest_add(advisor, words, "cpu", "the host has no NVIDIA driver", source);
		return;
	}
	const struct eg_cuda cuda = {best_major(advisor, row), -1};
	if (cuda.major < 0)
		return;
	eg_vec_push(arena, &words, eg_strf(arena, "jax[cuda%d]==%s", cuda.major, row->version));
	const char *why = eg_fitness(advisor, cuda, &source);
	eg_suggest_add(advisor, words, eg_cuda_label(arena, cuda),
		       eg_strf(arena, "the extra cuda%d brings the plugin and its libraries: %s", cuda.major, why),
		       source);
}

void eg_suggest_jax(struct eg_advisor *advisor)
{
	const struct eg_cuda python = advisor->wish->python;
	size_t n;
	const struct eg_jax_release *rows = eg_facts_rows(advisor->judge.facts, EG_FACTS_JAX_RELEASES, &n);

	while (n-- && !eg_is_full(advisor))
		if (eg_is_wished(advisor, rows[n].version) &&
		    (python.major < 0 || eg_cuda_compare(python, rows[n].python) >= 0))
			suggest_release(advisor, &rows[n]);
}
