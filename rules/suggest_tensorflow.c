/* tensorflow: its extra brings CUDA since 2.14; before, CUDA and cuDNN come from elsewhere. */
#include "suggest_private.h"

static const char *pythons_of(const struct eg_advisor *advisor, const struct eg_wheel_pythons *row)
{
	return advisor->aarch64 ? row->aarch64 : row->x86_64;
}

static void suggest_release(struct eg_advisor *advisor, const struct eg_wheel_pythons *row)
{
	struct eg_arena *arena = advisor->run->arena;
	const struct eg_tested *tested = eg_facts_tensorflow(advisor->judge.facts, row->version);
	const struct eg_extra_release *extra = eg_facts_extra(advisor->judge.facts, "tensorflow", row->version);
	struct eg_strs words = eg_install_words(advisor);
	const char *source = NULL;

	if (!advisor->gpu) {
		eg_vec_push(arena, &words, eg_strf(arena, "tensorflow==%s", row->version));
		eg_suggest_add(advisor, words, "cpu",
			       "the host has no NVIDIA driver: CUDA's libraries would be of no use", row->source);
		return;
	}
	if (!tested || eg_unfit(advisor, "tensorflow", row->version, tested->cuda, &source))
		return;
	if (!extra && !advisor->wish->version)
		return; /* without its extra there is no CUDA in it: only where it is asked for */
	const char *why = eg_fitness(advisor, tested->cuda, &source);
	const char *label = eg_cuda_label(arena, tested->cuda);
	if (extra)
		eg_vec_push(arena, &words, eg_strf(arena, "tensorflow[and-cuda]==%s", row->version));
	else
		eg_vec_push(arena, &words, eg_strf(arena, "tensorflow==%s", row->version));
	eg_suggest_add(advisor, words, label,
		       eg_strf(arena, "%s CUDA %d.%d and cuDNN %d.%d%s: %s",
			       extra ? "its extra brings" : "it is built with", tested->cuda.major, tested->cuda.minor,
			       tested->cudnn.major, tested->cudnn.minor,
			       extra ? "" : ", which must come from elsewhere (conda's cudatoolkit and cudnn)", why),
		       tested->source);
}

void eg_suggest_tensorflow(struct eg_advisor *advisor)
{
	size_t n;
	const struct eg_wheel_pythons *rows = eg_facts_rows(advisor->judge.facts, EG_FACTS_TENSORFLOW_WHEELS, &n);

	while (n-- && !eg_is_full(advisor)) {
		const char *pythons = pythons_of(advisor, &rows[n]);
		if (pythons && eg_is_wished(advisor, rows[n].version) && eg_has_python(advisor, pythons))
			suggest_release(advisor, &rows[n]);
	}
}
