#include "variant.h"

#include "conda_variant.h"

#include <ctype.h>

#include "family.h"

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* "121" is 12.1, "92" is 9.2, "12" is any 12. */
static struct eg_variant cuda_digits(const char *digits, size_t n)
{
	struct eg_variant cuda = {EG_CUDA, -1, -1};
	int value = eg_cuda_parse(digits).major;

	if (n == 1 || (n == 2 && digits[0] == '1'))
		cuda.major = value;
	else if (n == 2 || n == 3)
		cuda = (struct eg_variant){EG_CUDA, value / 10, value % 10};
	return cuda;
}

struct eg_variant eg_variant_parse(const char *text)
{
	if (!text)
		return (struct eg_variant){EG_UNTOLD, -1, -1};
	if (!strcmp(text, "cpu"))
		return (struct eg_variant){EG_CPU, -1, -1};
	if (!strcmp(text, "xpu"))
		return (struct eg_variant){EG_XPU, -1, -1};
	if (!strcmp(text, "cuda"))
		return (struct eg_variant){EG_CUDA, -1, -1};
	if (starts(text, "cu") && isdigit((unsigned char)text[2]))
		return cuda_digits(text + 2, strspn(text + 2, "0123456789"));
	if (starts(text, "rocm")) {
		struct eg_cuda rocm = eg_cuda_parse(text + 4);
		return (struct eg_variant){EG_ROCM, rocm.major, rocm.minor};
	}
	return (struct eg_variant){EG_VENDOR, -1, -1};
}

bool eg_variant_gpu(struct eg_variant variant)
{
	return variant.accelerator > EG_CPU;
}

bool eg_variant_same(struct eg_variant a, struct eg_variant b)
{
	if (a.accelerator == EG_UNTOLD || b.accelerator == EG_UNTOLD)
		return true;
	if (a.accelerator != b.accelerator)
		return false;
	bool majors = a.major == b.major || a.major < 0 || b.major < 0;
	bool minors = a.minor == b.minor || a.minor < 0 || b.minor < 0;
	return majors && minors;
}

static const char *numbered(struct eg_arena *arena, const char *name, struct eg_variant variant)
{
	if (variant.major < 0)
		return name;
	return variant.minor < 0 ? eg_strf(arena, "%s %d", name, variant.major)
				 : eg_strf(arena, "%s %d.%d", name, variant.major, variant.minor);
}

const char *eg_variant_words(struct eg_arena *arena, const char *text)
{
	struct eg_variant variant = eg_variant_parse(text);

	switch (variant.accelerator) {
	case EG_UNTOLD:
		return "unknown build";
	case EG_CPU:
		return "CPU only";
	case EG_CUDA:
		return numbered(arena, "CUDA", variant);
	case EG_ROCM:
		return numbered(arena, "ROCm", variant);
	case EG_XPU:
		return "Intel XPU";
	case EG_VENDOR:
		break;
	}
	if (starts(text, "nv"))
		return eg_strf(arena, "NVIDIA build %s", text);
	return strcmp(text, "local") ? eg_strf(arena, "own build %s", text) : "own build";
}

/* The part of a label that is a CUDA: "cu121" of "cu121", "pt24cu121", "cu12torch2.9cxx11abitrue", "cuda12.cudnn89". */
static const char *cuda_of_label(struct eg_arena *arena, const char *label)
{
	for (const char *s = strstr(label, "cu"); s; s = strstr(s + 2, "cu")) {
		const char *digits = s + (starts(s, "cuda") ? 4 : 2);
		size_t n = strspn(digits, "0123456789");
		if (n && n <= 3 && !starts(s, "cudnn"))
			return eg_strf(arena, "cu%.*s", (int)n, digits);
	}
	return NULL;
}

const char *eg_variant_of_label(struct eg_arena *arena, const char *label)
{
	static const char *const plain[] = {"cpu", "xpu"};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (starts(label, plain[i]) && (!label[3] || label[3] == '.'))
			return plain[i];
	if (starts(label, "pt") && !strcmp(label + 2 + strspn(label + 2, "0123456789"), "cpu"))
		return "cpu";
	if (starts(label, "rocm"))
		return eg_strndup(arena, label, 4 + strspn(label + 4, "0123456789."));
	for (const char *s = strstr(label, "nv"); s; s = strstr(s + 2, "nv"))
		if ((s == label || s[-1] == '.') && isdigit((unsigned char)s[2]))
			return eg_strdup(arena, s);
	const char *cuda = cuda_of_label(arena, label);
	return cuda ? cuda : eg_strdup(arena, label);
}

const char *eg_cuda_label(struct eg_arena *arena, struct eg_cuda cuda)
{
	if (cuda.major < 0)
		return NULL;
	if (!cuda.major)
		return "cpu";
	return cuda.minor < 0 ? eg_strf(arena, "cu%d", cuda.major) : eg_strf(arena, "cu%d%d", cuda.major, cuda.minor);
}

/* "12.1" of "nvidia-cuda-runtime-cu12 (==12.1.105)", "12.5" of "nvidia-cuda-runtime-cu12<13.0,>=12.5.82". */
static struct eg_cuda pinned_cuda(const char *requirement)
{
	static const char *const bounds[] = {"==", "~=", ">="};
	const char *s = NULL;

	for (size_t i = 0; i < sizeof(bounds) / sizeof(*bounds) && !s; i++)
		s = strstr(requirement, bounds[i]);
	return eg_cuda_parse(s ? s + 2 + strspn(s + 2, "= ") : NULL);
}

/* A torch or tensorflow tells its CUDA by the runtime library or the toolkit that it asks for. */
static const char *variant_of_requirements(struct eg_arena *arena, const struct eg_strs *requires)
{
	static const char *const tellers[] = {"nvidia-cuda-runtime", "cuda-toolkit", "nvidia-cuda-nvrtc"};

	for (size_t t = 0; t < sizeof(tellers) / sizeof(*tellers); t++)
		for (size_t i = 0; i < requires->n; i++) {
			if (!starts(requires->v[i], tellers[t]))
				continue;
			const char *text = eg_cuda_label(arena, pinned_cuda(requires->v[i]));
			if (text)
				return text;
		}
	return NULL;
}

/* Where PyTorch's and Paddle's indexes by CUDA begin. */
static const char *index_by_cuda(const char *address)
{
	static const char *const roots[] = {"/whl/", "/packages/stable/"};

	for (size_t i = 0; address && i < sizeof(roots) / sizeof(*roots); i++) {
		const char *s = strstr(address, roots[i]);
		if (s)
			return s + strlen(roots[i]);
	}
	return NULL;
}

/* "cu118" of ".../whl/cu118", ".../whl/cu118/torch/" or ".../whl/nightly/cpu"; NULL when no such index. */
static const char *variant_of_address(struct eg_arena *arena, const char *address)
{
	for (const char *s = index_by_cuda(address); s && *s; s += strspn(s, "/")) {
		size_t n = strcspn(s, "/");
		char *segment = eg_strndup(arena, s, n);
		if (!strcmp(segment, "cpu") || !strcmp(segment, "xpu"))
			return segment;
		bool named = starts(segment, "cu") || starts(segment, "rocm");
		if (named && eg_variant_parse(segment).accelerator != EG_VENDOR)
			return segment;
		s += n;
	}
	return NULL;
}

bool eg_is_cpu_by_name(const struct eg_package *package)
{
	const struct eg_family *family = eg_family_of(package->name);

	return package->ecosystem == EG_PYTHON && family && family->variant && !strcmp(family->variant, "cpu");
}

bool eg_is_aarch64(const struct eg_package *package, const char *platform)
{
	if (package->file && strstr(package->file, "linux"))
		return strstr(package->file, "aarch64") != NULL;
	return platform && strstr(platform, "aarch64");
}

/* Is it for a platform whose conda name begins with SYSTEM ("win-64", "osx-arm64")? Files for Linux say that they are. */
static bool is_for(const struct eg_package *package, const char *platform, const char *system)
{
	bool is_linux = package->file && strstr(package->file, "linux");

	return !is_linux && platform && starts(platform, system);
}

/* What the default index's wheel of the torch VERSION is: for Windows a CPU build (the wheels' own version.py), for a Mac
   the only one. */
static const char *variant_of_default(struct eg_arena *arena, const struct eg_facts *facts,
				      const struct eg_package *package, const char *version, const char *platform)
{
	if (is_for(package, platform, "osx-"))
		return NULL;
	if (is_for(package, platform, "win-"))
		return "cpu";
	return eg_cuda_label(arena, eg_facts_build(facts, version, eg_is_aarch64(package, platform)));
}

/* Nobody publishes such versions ("2.1.0a0"): somebody has built it. */
static bool built_by_hand(const struct eg_package *package)
{
	return package->editable || package->from_source || strstr(package->version, "a0");
}

/* What an installed variant wheel is (PEP 825, draft): by the properties of NVIDIA's provider, else by its label. */
static const char *variant_of_wheel(struct eg_arena *arena, const struct eg_strs *properties)
{
	static const char cuda[] = "nvidia :: cuda_version_lower_bound :: ";
	const char *label = properties->n ? properties->v[properties->n - 1] : NULL;

	for (size_t i = 0; i + 1 < properties->n; i++)
		if (starts(properties->v[i], cuda))
			return eg_cuda_label(arena, eg_cuda_parse(properties->v[i] + strlen(cuda)));
	const char *told = label && strcmp(label, "null") ? eg_variant_of_label(arena, label) : NULL;
	return eg_variant_parse(told).accelerator == EG_VENDOR ? NULL : told;
}

/* The CUDA of the runtime library that lies beside. */
static const char *variant_of_runtime(struct eg_arena *arena, struct eg_package *const *all, size_t n)
{
	static const char *const runtimes[] = {"nvidia-cuda-runtime", "nvidia-cuda-runtime-cu12", "nvidia-cuda-runtime-cu11"};
	const struct eg_package *found = NULL;

	for (size_t i = 0; i < sizeof(runtimes) / sizeof(*runtimes) && !found; i++)
		found = eg_package_find(all, n, runtimes[i]);
	return found ? eg_cuda_label(arena, eg_cuda_parse(found->version)) : NULL;
}

static const char *torch_variant(struct eg_arena *arena, const struct eg_facts *facts, const struct eg_package *package,
				 const char *platform, struct eg_package *const *all, size_t n)
{
	const char *found = variant_of_requirements(arena, &package->requires);

	if (found)
		return found;
	/* From 1.13 on a CUDA wheel for x86_64 names its libraries, 2.0 in some of its metadata only: one that neither names
	   them nor has them is somebody else's. */
	bool names_none = eg_is_aarch64(package, platform) || is_for(package, platform, "win-") ||
			  is_for(package, platform, "osx-") ||
			  (starts(package->version, "1.") && !starts(package->version, "1.13"));
	if (package->requires.n && !names_none)
		return variant_of_runtime(arena, all, n);
	return variant_of_default(arena, facts, package, package->version, platform);
}

/* torchvision and torchaudio of the default index are built for the default build of the torch that they ask for, xformers
   for its CUDA major. */
static const char *companion_variant(struct eg_arena *arena, const struct eg_facts *facts,
				     const struct eg_package *package, const char *platform)
{
	const struct eg_companion_release *row = eg_facts_companion(facts, package->name, package->version);
	bool of_pytorch = !strcmp(package->name, "torchvision") || !strcmp(package->name, "torchaudio");
	bool xformers = !strcmp(package->name, "xformers");

	if (!row || !(of_pytorch || xformers) || !starts(row->requires, "torch=="))
		return NULL;
	const char *torch = row->requires + strlen("torch==");
	if (!xformers)
		return variant_of_default(arena, facts, package, torch, platform);
	struct eg_cuda cuda = eg_facts_build(facts, torch, eg_is_aarch64(package, platform));
	if (cuda.major)
		cuda.minor = -1;
	return eg_cuda_label(arena, cuda);
}

/* "cu110" of "cupy-cuda110", "cu101" of "mxnet-cu101mkl", "cu117" of "2.6.1.post117", which is how
   Paddle tells its CUDA; NULL: neither name nor version tells. */
static const char *variant_of_name(struct eg_arena *arena, const struct eg_package *package)
{
	const char *suffix = strrchr(package->name, '-'), *post = strstr(package->version, ".post");
	bool paddle = !strcmp(package->name, "paddlepaddle-gpu");

	if (starts(package->name, "cupy-cuda") || starts(package->name, "mxnet-cu"))
		return cuda_of_label(arena, suffix + 1);
	return paddle && post && strlen(post) == strlen(".post117") ? eg_strf(arena, "cu%s", post + strlen(".post")) : NULL;
}

/* jaxlib is the CPU part; a plugin beside it brings CUDA. */
static const char *jaxlib_variant(struct eg_package *const *all, size_t n)
{
	static const char *const plugins[] = {"jax-cuda13-plugin", "jax-cuda12-plugin"};

	for (size_t i = 0; i < sizeof(plugins) / sizeof(*plugins); i++)
		if (eg_package_find(all, n, plugins[i]))
			return eg_family_of(plugins[i])->variant;
	return "cpu";
}

static const char *onnxruntime_variant(struct eg_arena *arena, const struct eg_facts *facts, const char *version)
{
	const struct eg_onnxruntime_build *row = eg_facts_onnxruntime(facts, version);

	return row ? eg_cuda_label(arena, row->cuda) : NULL;
}

/* 2.10 was the last release for the GPU on native Windows (tensorflow/docs:site/en/install/pip.md). */
static const char *tensorflow_variant(struct eg_arena *arena, const struct eg_package *package, const char *platform)
{
	struct eg_cuda release = eg_cuda_parse(package->version);

	if (is_for(package, platform, "win-") && eg_cuda_compare(release, (struct eg_cuda){2, 10}) > 0)
		return "cpu";
	return variant_of_requirements(arena, &package->requires);
}

/* What a wheel says of itself: its label, its name, its variant, that nobody published it. NULL: nothing. */
static const char *variant_of_itself(struct eg_arena *arena, const struct eg_family *family, const struct eg_package *package)
{
	const char *label = strchr(package->version, '+');

	if (label)
		return eg_variant_of_label(arena, label + 1);
	if (family->variant)
		return family->variant;
	const char *of_name = variant_of_name(arena, package);
	if (of_name)
		return of_name;
	const char *of_wheel = variant_of_wheel(arena, &package->properties);
	if (of_wheel)
		return of_wheel;
	return built_by_hand(package) ? "local" : NULL;
}

static const char *variant_of(struct eg_arena *arena, const struct eg_facts *facts, const struct eg_package *package,
			      const char *platform, struct eg_package *const *all, size_t n)
{
	const struct eg_family *family = eg_family_of(package->name);

	if (!family || family->role == EG_LIBRARY)
		return NULL;
	if (package->ecosystem == EG_CONDA)
		return eg_conda_variant(arena, package);
	const char *itself = variant_of_itself(arena, family, package);
	if (itself)
		return itself;
	const char *from = package->url ? package->url : package->direct_url;
	const char *told = variant_of_address(arena, from ? from : package->index);
	/* The CUDA indexes carry wheels without a label for aarch64 as well: those are the default index's. */
	if (told && (!strcmp(told, "cpu") || !eg_is_aarch64(package, platform)))
		return told;
	if (package->installer && !strcmp(package->installer, "conda"))
		return NULL; /* its build string tells, and only conda's own record has it */
	if (!strcmp(package->name, "torch"))
		return torch_variant(arena, facts, package, platform, all, n);
	if (!strcmp(package->name, "jaxlib"))
		return jaxlib_variant(all, n);
	if (!strcmp(package->name, "onnxruntime-gpu"))
		return onnxruntime_variant(arena, facts, package->version);
	if (!strcmp(package->name, "tensorflow"))
		return tensorflow_variant(arena, package, platform);
	return family->same_variant ? companion_variant(arena, facts, package, platform) : NULL;
}

void eg_variant_fill(struct eg_arena *arena, const struct eg_facts *facts, struct eg_plan *plan, const char *platform)
{
	for (size_t i = 0; i < plan->n_after; i++)
		plan->after[i]->variant =
			variant_of(arena, facts, plan->after[i], platform, plan->after, plan->n_after);
	for (size_t i = 0; i < plan->n_before; i++)
		plan->before[i]->variant =
			variant_of(arena, facts, plan->before[i], platform, plan->before, plan->n_before);
	for (size_t i = 0; i < plan->n_changes; i++) {
		struct eg_change *change = &plan->changes[i];
		if (change->from && !change->from->variant)
			change->from->variant =
				variant_of(arena, facts, change->from, platform, plan->before, plan->n_before);
		if (change->to && !change->to->variant)
			change->to->variant =
				variant_of(arena, facts, change->to, platform, plan->after, plan->n_after);
	}
}
