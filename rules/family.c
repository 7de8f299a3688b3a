#include "family.h"

#include <string.h>

/* Sources: wheel file lists and metadata on the default index, 2026-11-20; the projects' installation pages. */
static const struct eg_family families[] = {
	{.name = "torch", .role = EG_FRAMEWORK},
	{.name = "pytorch", .is = "torch", .role = EG_FRAMEWORK}, /* conda's name for it */
	{.name = "torchvision", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "torchaudio", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "torchtext", .framework = "torch", .role = EG_COMPANION},
	{.name = "torchdata", .framework = "torch", .role = EG_COMPANION},
	{.name = "torchcodec", .framework = "torch", .role = EG_COMPANION},
	{.name = "functorch", .framework = "torch", .role = EG_COMPANION},
	{.name = "xformers", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "flash-attn", .framework = "torch", .role = EG_COMPANION, .same_variant = true, .any_minor = true},
	{.name = "torch-scatter", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "torch-sparse", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "torch-cluster", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "torch-spline-conv", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "pyg", .framework = "torch", .role = EG_COMPANION, .same_variant = true}, /* conda's builds; pip's is plain Python */
	{.name = "pytorch-scatter", .is = "torch-scatter", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "pytorch-sparse", .is = "torch-sparse", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "pytorch-cluster", .is = "torch-cluster", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "pyg-lib", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "torch-tensorrt", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "fbgemm-gpu", .framework = "torch", .role = EG_COMPANION, .same_variant = true},
	{.name = "vllm", .framework = "torch", .role = EG_COMPANION},

	{.name = "jaxlib", .role = EG_FRAMEWORK},
	{.name = "jax", .framework = "jaxlib", .role = EG_COMPANION, .front = true},
	{.name = "jax-cuda12-plugin", .framework = "jaxlib", .role = EG_COMPANION, .variant = "cu12", .same_version = true},
	{.name = "jax-cuda12-pjrt", .role = EG_LIBRARY, .variant = "cu12"},
	{.name = "jax-cuda13-plugin", .framework = "jaxlib", .role = EG_COMPANION, .variant = "cu13", .same_version = true},
	{.name = "jax-cuda13-pjrt", .role = EG_LIBRARY, .variant = "cu13"},

	{.name = "tensorflow", .role = EG_FRAMEWORK},
	{.name = "tensorflow-base", .role = EG_LIBRARY}, /* conda's package of its files */
	{.name = "tensorflow-gpu", .role = EG_FRAMEWORK},
	{.name = "tensorflow-cpu", .role = EG_FRAMEWORK, .variant = "cpu"},
	{.name = "tensorflow-rocm", .role = EG_FRAMEWORK, .variant = "rocm"},

	{.name = "cupy", .role = EG_FRAMEWORK},
	{.name = "cupy-cuda11x", .role = EG_FRAMEWORK, .variant = "cu11"},
	{.name = "cupy-cuda12x", .role = EG_FRAMEWORK, .variant = "cu12"},
	{.name = "cupy-cuda13x", .role = EG_FRAMEWORK, .variant = "cu13"},
	{.name = "cupy-cuda*", .role = EG_FRAMEWORK}, /* "cupy-cuda110": until 11.x, a package for each CUDA */
	{.name = "cupy-rocm-*", .role = EG_FRAMEWORK, .variant = "rocm"},

	{.name = "onnxruntime-gpu", .role = EG_FRAMEWORK},
	{.name = "onnxruntime", .role = EG_FRAMEWORK, .variant = "cpu"},
	{.name = "paddlepaddle-gpu", .role = EG_FRAMEWORK},
	{.name = "paddlepaddle", .role = EG_FRAMEWORK, .variant = "cpu"},
	{.name = "mxnet", .role = EG_FRAMEWORK, .variant = "cpu"},
	{.name = "mxnet-cu*", .role = EG_FRAMEWORK}, /* "mxnet-cu112", "mxnet-cu101mkl" */

	{.name = "nvidia-*", .role = EG_LIBRARY},
	{.name = "cuda-*", .role = EG_LIBRARY},
	{.name = "triton", .role = EG_LIBRARY},
	{.name = "pytorch-triton*", .role = EG_LIBRARY},
	{.name = "tensorrt*", .role = EG_LIBRARY},

	/* conda's names */
	{.name = "cudatoolkit", .role = EG_LIBRARY},
	{.name = "cudnn", .role = EG_LIBRARY},
	{.name = "libcudnn*", .role = EG_LIBRARY},
	{.name = "nccl", .role = EG_LIBRARY},
	{.name = "libcublas*", .role = EG_LIBRARY},
	{.name = "libcufft*", .role = EG_LIBRARY},
	{.name = "libcurand*", .role = EG_LIBRARY},
	{.name = "libcusolver*", .role = EG_LIBRARY},
	{.name = "libcusparse*", .role = EG_LIBRARY},
	{.name = "libtorch", .role = EG_LIBRARY},
	{.name = "torchtriton", .is = "triton", .role = EG_LIBRARY},
	{.name = "pytorch-cuda", .role = EG_LIBRARY},
	{.name = "pytorch-mutex", .role = EG_LIBRARY},
};

static bool fits(const char *pattern, const char *name)
{
	size_t n = strlen(pattern);

	return pattern[n - 1] == '*' ? !strncmp(pattern, name, n - 1) : !strcmp(pattern, name);
}

const struct eg_family *eg_family_of(const char *name)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (families[i].name[0] == name[0] && fits(families[i].name, name))
			return &families[i];
	return NULL;
}

const char *eg_distribution_name(const char *name)
{
	const struct eg_family *family = eg_family_of(name);

	return family && family->is ? family->is : name;
}

const char *eg_conda_name(const char *distribution)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++)
		if (families[i].is && !strcmp(families[i].is, distribution))
			return families[i].name;
	return NULL;
}

bool eg_is_framework(const char *name)
{
	const struct eg_family *family = eg_family_of(name);

	return family && family->role == EG_FRAMEWORK;
}
