/* torch: the newest release of which some build runs on the host; the default index's build where that one does, else
   the newest CUDA of PyTorch's own index that does. */
#include "suggest_private.h"

#include "torch_build.h"

/* The newest release of NAME for torch VERSION, as a pin; NULL: none is known. */
static const char *companion_for(const struct eg_advisor *advisor, const char *name,
				 const struct eg_default_build *build)
{
	struct eg_arena *arena = advisor->run->arena;
	const struct eg_package torch = {.name = "torch", .version = build->version};
	size_t n;
	const struct eg_companion_release *rows = eg_facts_rows(advisor->judge.facts, EG_FACTS_COMPANIONS, &n);
	const char *version = eg_torch_companion(advisor->judge.facts, name, build->version);

	for (size_t i = 0; i < n; i++) {
		const struct eg_package release = {
			.name = name,
			.version = rows[i].version,
			.requires = {.v = (const char **)&rows[i].requires, .n = 1},
		};
		bool fits = !strcmp(rows[i].name, name) && !eg_unmet(&advisor->judge, &release, &torch);
		if (fits && !version && strstr(rows[i].requires, "=="))
			return eg_strf(arena, "%s==%s", name, rows[i].version);
	}
	return version ? eg_strf(arena, "%s==%s", name, version) : NULL;
}

/* "pip install torch==2.4.1 torchvision==0.19.1 --index-url …/whl/cu121"; LABEL NULL: from the default index. */
static struct eg_strs command_of(const struct eg_advisor *advisor, const struct eg_default_build *build,
				 const char *label)
{
	struct eg_arena *arena = advisor->run->arena;
	struct eg_strs words = eg_install_words(advisor);

	eg_vec_push(arena, &words, eg_strf(arena, "torch==%s", build->version));
	for (size_t i = 0; i < advisor->wish->beside.n; i++) {
		const char *name = advisor->wish->beside.v[i], *pin = companion_for(advisor, name, build);
		bool of_pytorch = !strcmp(name, "torchvision") || !strcmp(name, "torchaudio");
		if (pin || of_pytorch)
			eg_vec_push(arena, &words, pin ? pin : name);
	}
	if (label) {
		eg_vec_push(arena, &words, "--index-url");
		eg_vec_push(arena, &words, eg_torch_index(arena, label));
	}
	return words;
}

static void suggest_cpu(struct eg_advisor *advisor, const struct eg_default_build *build)
{
	bool by_default = advisor->aarch64 && !build->aarch64.major;

	eg_suggest_add(advisor, command_of(advisor, build, by_default ? NULL : "cpu"), "cpu",
		       "the host has no NVIDIA driver, and the CPU build is a tenth of the size", build->source);
}

static void suggest_cuda(struct eg_advisor *advisor, const struct eg_default_build *row)
{
	const struct eg_torch_wanted wanted = {.version = row->version, .exactly = true};
	struct eg_cuda usual = advisor->aarch64 ? row->aarch64 : row->x86_64;
	struct eg_arena *arena = advisor->run->arena;
	struct eg_torch_build build;
	const char *source = NULL;

	const char *unfit = usual.major > 0 ? eg_unfit(advisor, "torch", row->version, usual, &source) : "is a CPU build";
	if (!eg_torch_build_find(&advisor->judge, &wanted, &build))
		return;
	const char *why = eg_fitness(advisor, build.cuda, &source);
	if (build.is_default)
		why = eg_strf(arena, "the default build, for CUDA %d.%d: %s", build.cuda.major, build.cuda.minor, why);
	else
		why = eg_strf(arena, "CUDA %d.%d: %s; the default build %s", build.cuda.major, build.cuda.minor, why, unfit);
	eg_suggest_add(advisor, command_of(advisor, row, build.is_default ? NULL : build.label), build.label, why, source);
}

static void suggest_rocm(struct eg_advisor *advisor, const struct eg_default_build *build)
{
	struct eg_arena *arena = advisor->run->arena;
	struct eg_cuda host = eg_cuda_parse(advisor->judge.host->rocm);
	const char *best = NULL;

	for (size_t i = 0; i < build->rocm.n; i++)
		if (eg_cuda_compare(eg_cuda_parse(build->rocm.v[i]), host) <= 0)
			best = build->rocm.v[i];
	if (!best)
		return;
	const char *label = eg_strf(arena, "rocm%s", best);
	eg_suggest_add(advisor, command_of(advisor, build, label), label,
		       eg_strf(arena, "the host has ROCm %s", advisor->judge.host->rocm), build->source);
}

/* On a Jetson NVIDIA's own wheel is what uses the GPU, unless the JetPack's CUDA is that of public wheels. */
static bool suggest_jetson(struct eg_advisor *advisor)
{
	const struct eg_host *host = advisor->judge.host;
	struct eg_arena *arena = advisor->run->arena;
	size_t n;
	const struct eg_jetson_torch *rows = eg_facts_rows(advisor->judge.facts, EG_FACTS_JETSON_TORCH, &n);

	if (!host->jetpack || eg_cuda_parse(host->cuda).major >= 13)
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t m = strlen(rows[i].jetpack);
		if (strncmp(host->jetpack, rows[i].jetpack, m) || (host->jetpack[m] && host->jetpack[m] != '.') ||
		    !eg_is_wished(advisor, rows[i].torch))
			continue;
		advisor->ret->none =
			eg_strf(arena,
				"on a Jetson with JetPack %s the torch that uses the GPU is NVIDIA's own wheel, torch "
				"%s (release "
				"%s), which is on no index: download it from NVIDIA's page \"PyTorch for Jetson\" [%s]",
				host->jetpack, rows[i].torch, rows[i].release, rows[i].source);
		return true;
	}
	advisor->ret->none = eg_strf(arena,
				     "no torch of NVIDIA's for JetPack %s is known, and public wheels do not use a "
				     "Jetson's GPU",
				     host->jetpack);
	return true;
}

void eg_suggest_torch(struct eg_advisor *advisor)
{
	const struct eg_host *host = advisor->judge.host;
	size_t n;
	const struct eg_default_build *rows = eg_facts_rows(advisor->judge.facts, EG_FACTS_TORCH_BUILDS, &n);

	if (suggest_jetson(advisor))
		return;
	while (n-- && !eg_is_full(advisor)) {
		if (!eg_is_wished(advisor, rows[n].version) || !eg_has_python(advisor, rows[n].python))
			continue;
		if (advisor->gpu)
			suggest_cuda(advisor, &rows[n]);
		else if (host->rocm)
			suggest_rocm(advisor, &rows[n]);
		else
			suggest_cpu(advisor, &rows[n]);
	}
}
