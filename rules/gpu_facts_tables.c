/* The list of tables, and the columns of each. */
#include <stddef.h>

#include "gpu_facts_table.h"

#define TEXT(type, field)      {#field, EG_COLUMN_TEXT, offsetof(struct type, field), true}
#define TEXT_IF(type, field)   {#field, EG_COLUMN_TEXT, offsetof(struct type, field), false}
#define SHORT(type, field)     {#field, EG_COLUMN_SHORT, offsetof(struct type, field), true}
#define SHORT_IF(type, field)  {#field, EG_COLUMN_SHORT, offsetof(struct type, field), false}
#define TEXTS(type, field)     {#field, EG_COLUMN_TEXTS, offsetof(struct type, field), true}
#define TEXTS_IF(type, field)  {#field, EG_COLUMN_TEXTS, offsetof(struct type, field), false}
#define SHORTS(type, field)    {#field, EG_COLUMN_SHORTS, offsetof(struct type, field), true}
#define SHORTS_IF(type, field) {#field, EG_COLUMN_SHORTS, offsetof(struct type, field), false}
#define TRUE_IF(type, field)   {#field, EG_COLUMN_TRUE, offsetof(struct type, field), false}

static const struct eg_column driver[] = {SHORT(eg_driver_floor, cuda), TEXT(eg_driver_floor, driver)};

static const struct eg_column driver_branches[] = {SHORT(eg_driver_branch, branch), SHORT(eg_driver_branch, cuda)};

static const struct eg_column forward_compat[] = {TEXT(eg_forward_compat, word), TEXT(eg_forward_compat, allowed)};

static const struct eg_column gpus[] = {
	SHORT(eg_gpu_arch, capability),   TEXT(eg_gpu_arch, family),          SHORT_IF(eg_gpu_arch, first_cuda),
	SHORT_IF(eg_gpu_arch, last_cuda), SHORT_IF(eg_gpu_arch, last_driver), TEXT_IF(eg_gpu_arch, last_cudnn),
	TEXTS_IF(eg_gpu_arch, products),
};

static const struct eg_column torch_builds[] = {
	TEXT(eg_default_build, version),        SHORT(eg_default_build, x86_64),
	SHORT_IF(eg_default_build, aarch64),    TEXT_IF(eg_default_build, python),
	SHORTS_IF(eg_default_build, index),     TEXTS_IF(eg_default_build, rocm),
	TEXT_IF(eg_default_build, torchvision), TEXT_IF(eg_default_build, torchaudio),
};

static const struct eg_column kernels[] = {
	TEXT(eg_kernels, torch),      SHORT(eg_kernels, cuda),  TEXT(eg_kernels, platform),
	TEXT_IF(eg_kernels, channel), SHORTS(eg_kernels, arch), SHORT_IF(eg_kernels, ptx),
};

static const struct eg_column companions[] = {
	TEXT(eg_companion_release, name),
	TEXT(eg_companion_release, version),
	TEXT(eg_companion_release, requires),
};

static const struct eg_column windows[] = {TEXT(eg_window, name), TEXT(eg_window, version), TEXTS(eg_window, needs)};

static const struct eg_column compiled[] = {
	TEXT(eg_compiled, name),
	TEXT(eg_compiled, framework),
	TRUE_IF(eg_compiled, exact),
};

static const struct eg_column prebuilt[] = {
	TEXT(eg_prebuilt, name),
	TEXTS_IF(eg_prebuilt, versions),
	SHORT(eg_prebuilt, torch),
	SHORT(eg_prebuilt, cuda),
};

static const struct eg_column tensorflow[] = {
	SHORT(eg_tested, version),
	SHORT(eg_tested, cuda),
	SHORT(eg_tested, cudnn),
	TEXT_IF(eg_tested, driver),
};

static const struct eg_column wheel_pythons[] = {
	TEXT(eg_wheel_pythons, version),
	TEXT_IF(eg_wheel_pythons, x86_64),
	TEXT_IF(eg_wheel_pythons, aarch64),
	TEXT_IF(eg_wheel_pythons, windows),
};

static const struct eg_column extras[] = {
	TEXT(eg_extra_release, name),
	TEXT(eg_extra_release, version),
	TEXT(eg_extra_release, extra),
	TEXTS(eg_extra_release, requires),
};

static const struct eg_column jax[] = {
	TEXT(eg_jax_need, since),        SHORT(eg_jax_need, cuda),     SHORT(eg_jax_need, min_cuda),
	TEXT_IF(eg_jax_need, min_cudnn), TEXT_IF(eg_jax_need, driver), SHORT_IF(eg_jax_need, capability),
};

static const struct eg_column jax_releases[] = {
	TEXT(eg_jax_release, version),
	SHORT(eg_jax_release, python),
	SHORTS_IF(eg_jax_release, cuda),
};

static const struct eg_column onnxruntime[] = {
	SHORT(eg_onnxruntime_build, since),
	SHORT(eg_onnxruntime_build, cuda),
};

static const struct eg_column numpy[] = {TEXT(eg_numpy_bound, name), SHORT(eg_numpy_bound, from)};

static const struct eg_column shared_files[] = {TEXT(eg_tree, folder), TEXTS(eg_tree, names)};

static const struct eg_column conda_builds[] = {
	TEXT(eg_conda_build, channel),   TEXT(eg_conda_build, package),      TEXT_IF(eg_conda_build, releases),
	TEXT(eg_conda_build, cuda_from), TEXTS_IF(eg_conda_build, examples),
};

static const struct eg_column conda_selectors[] = {
	TEXT(eg_conda_selector, name),
	TEXT(eg_conda_selector, picks),
	TEXT_IF(eg_conda_selector, framework),
};

static const struct eg_column conda_releases[] = {
	TEXT(eg_conda_release, package),
	TEXT(eg_conda_release, version),
	SHORTS_IF(eg_conda_release, x86_64),
	SHORTS_IF(eg_conda_release, aarch64),
};

static const struct eg_column pytorch_cuda[] = {
	SHORT(eg_pytorch_cuda, version),
	TEXTS(eg_pytorch_cuda, constrains),
};

static const struct eg_column jetson[] = {
	TEXT(eg_l4t, l4t),      TEXT(eg_l4t, jetpack),   TEXT_IF(eg_l4t, cuda),
	TEXT_IF(eg_l4t, cudnn), TEXT_IF(eg_l4t, python), SHORTS_IF(eg_l4t, capability),
};

static const struct eg_column jetson_torch[] = {
	TEXT(eg_jetson_torch, torch),
	TEXT(eg_jetson_torch, release),
	TEXT(eg_jetson_torch, jetpack),
};

extern const char eg_data_driver[], eg_data_driver_branches[], eg_data_forward_compat[], eg_data_gpus[],
	eg_data_torch_builds[], eg_data_kernels[], eg_data_companions[], eg_data_windows[], eg_data_compiled[],
	eg_data_prebuilt[], eg_data_tensorflow[], eg_data_tensorflow_wheels[], eg_data_extras[], eg_data_jax[],
	eg_data_jax_releases[], eg_data_onnxruntime[], eg_data_numpy[], eg_data_shared_files[], eg_data_conda_builds[],
	eg_data_conda_selectors[], eg_data_conda_releases[], eg_data_pytorch_cuda[], eg_data_jetson[],
	eg_data_jetson_torch[];

#define TABLE(name, data, type, columns)                                                                               \
	{name, data, sizeof(struct type), columns, sizeof(columns) / sizeof(*(columns))}

const struct eg_table_kind eg_table_kinds[EG_N_FACTS] = {
	[EG_FACTS_DRIVER] = TABLE("driver", eg_data_driver, eg_driver_floor, driver),
	[EG_FACTS_DRIVER_BRANCHES] =
		TABLE("driver-branches", eg_data_driver_branches, eg_driver_branch, driver_branches),
	[EG_FACTS_FORWARD_COMPAT] = TABLE("forward-compat", eg_data_forward_compat, eg_forward_compat, forward_compat),
	[EG_FACTS_GPUS] = TABLE("gpus", eg_data_gpus, eg_gpu_arch, gpus),
	[EG_FACTS_TORCH_BUILDS] = TABLE("torch-builds", eg_data_torch_builds, eg_default_build, torch_builds),
	[EG_FACTS_KERNELS] = TABLE("kernels", eg_data_kernels, eg_kernels, kernels),
	[EG_FACTS_COMPANIONS] = TABLE("companions", eg_data_companions, eg_companion_release, companions),
	[EG_FACTS_WINDOWS] = TABLE("windows", eg_data_windows, eg_window, windows),
	[EG_FACTS_COMPILED] = TABLE("compiled", eg_data_compiled, eg_compiled, compiled),
	[EG_FACTS_PREBUILT] = TABLE("prebuilt", eg_data_prebuilt, eg_prebuilt, prebuilt),
	[EG_FACTS_TENSORFLOW] = TABLE("tensorflow", eg_data_tensorflow, eg_tested, tensorflow),
	[EG_FACTS_TENSORFLOW_WHEELS] =
		TABLE("tensorflow-wheels", eg_data_tensorflow_wheels, eg_wheel_pythons, wheel_pythons),
	[EG_FACTS_EXTRAS] = TABLE("extras", eg_data_extras, eg_extra_release, extras),
	[EG_FACTS_JAX] = TABLE("jax", eg_data_jax, eg_jax_need, jax),
	[EG_FACTS_JAX_RELEASES] = TABLE("jax-releases", eg_data_jax_releases, eg_jax_release, jax_releases),
	[EG_FACTS_ONNXRUNTIME] = TABLE("onnxruntime", eg_data_onnxruntime, eg_onnxruntime_build, onnxruntime),
	[EG_FACTS_NUMPY] = TABLE("numpy", eg_data_numpy, eg_numpy_bound, numpy),
	[EG_FACTS_SHARED_FILES] = TABLE("shared-files", eg_data_shared_files, eg_tree, shared_files),
	[EG_FACTS_CONDA_BUILDS] = TABLE("conda-builds", eg_data_conda_builds, eg_conda_build, conda_builds),
	[EG_FACTS_CONDA_SELECTORS] =
		TABLE("conda-selectors", eg_data_conda_selectors, eg_conda_selector, conda_selectors),
	[EG_FACTS_CONDA_RELEASES] = TABLE("conda-releases", eg_data_conda_releases, eg_conda_release, conda_releases),
	[EG_FACTS_PYTORCH_CUDA] = TABLE("pytorch-cuda", eg_data_pytorch_cuda, eg_pytorch_cuda, pytorch_cuda),
	[EG_FACTS_JETSON] = TABLE("jetson", eg_data_jetson, eg_l4t, jetson),
	[EG_FACTS_JETSON_TORCH] = TABLE("jetson-torch", eg_data_jetson_torch, eg_jetson_torch, jetson_torch),
};

const struct eg_table_kind *eg_table_kind_of(const char *name)
{
	for (size_t i = 0; i < EG_N_FACTS; i++)
		if (!strcmp(eg_table_kinds[i].name, name))
			return &eg_table_kinds[i];
	return NULL;
}
