/* The compatibility facts of rules/data/, as tables of rows. A table is read when it is first asked for: a newer file
   outranks the one compiled in (gpu_facts_files.h). */
#ifndef EG_GPU_FACTS_H
#define EG_GPU_FACTS_H

#include "run.h"

/* A short version: a CUDA's {12, 1} ({0, 0}: the CPU), a compute capability's {8, 6}, a release series' {2, 4}; {-1,
   -1}: not known. */
struct eg_cuda {
	int major, minor;
};

/* "12.1", "12" (minor -1), "cpu"; {-1, -1} for anything else, and for NULL. What follows the numbers is not read. */
struct eg_cuda eg_cuda_parse(const char *text);

/* Below 0, 0 or above 0; an untold minor (-1) is below any. */
int eg_cuda_compare(struct eg_cuda a, struct eg_cuda b);

/* Is a Python, {3, 11}, in "3.9-3.13"? True where one of them is not known. */
bool eg_python_within(const char *range, struct eg_cuda python);

struct eg_cudas {
	struct eg_cuda *v;
	size_t n, cap;
};

/* What every row has: where it was read. Secondary: in a copy only, enough for a warning. Unverified: only implied, and so
   marked as secondary as well. */
#define EG_FACT                                                                                                        \
	const char *source;                                                                                            \
	bool secondary, unverified

/* A release of torch: what the default index's wheel was built for, and the CUDA builds known on PyTorch's own index,
   which may have others. */
struct eg_default_build {
	EG_FACT;
	const char *version;
	struct eg_cuda x86_64, aarch64;
	const char *python; /* "3.9-3.13", of the wheels for x86_64 */
	struct eg_cudas index;
	struct eg_strs rocm;
	const char *torchvision, *torchaudio; /* NULL: not known, or none */
};

/* The torch that a release of a companion asks for. */
struct eg_companion_release {
	EG_FACT;
	const char *name, *version;
	const char *
		requires;
};

/* The oldest driver for a CUDA major (minor -1: any of it, by minor-version compatibility) or a single toolkit. */
struct eg_driver_floor {
	EG_FACT;
	struct eg_cuda cuda;
	const char *driver;
};

/* The newest CUDA that a driver branch runs without cuda-compat. */
struct eg_driver_branch {
	EG_FACT;
	struct eg_cuda branch; /* {535, -1} */
	struct eg_cuda cuda;
};

/* A GPU architecture. */
struct eg_gpu_arch {
	EG_FACT;
	struct eg_cuda capability;
	const char *family;
	struct eg_cuda first_cuda, last_cuda; /* minor -1: any of the major; {-1, -1}: not known, or none yet */
	struct eg_cuda last_driver;           /* branch */
	const char *last_cudnn;
	struct eg_strs products;
};

/* May a GPU with this word in its name be used with cuda-compat ("yes", "no", "select")? */
struct eg_forward_compat {
	EG_FACT;
	const char *word, *allowed;
};

/* The GPU architectures (compute capabilities) that a build of torch is compiled for. */
struct eg_kernels {
	EG_FACT;
	const char *torch; /* a release, "2.4.1", or a series, "2.4" */
	struct eg_cuda cuda;
	const char *platform; /* "x86_64", "aarch64" */
	const char *channel;  /* of conda; NULL: wheels */
	struct eg_cudas arch;
	struct eg_cuda ptx; /* compiled for whatever is newer than this by the driver; {-1, -1}: none known */
};

/* What an extra of a release requires, as installed metadata does not tell which extras it was installed with. */
struct eg_extra_release {
	EG_FACT;
	const char *name, *version, *extra;
	struct eg_strs
		requires;
};

/* The first release series of a framework that runs with NumPy 2. */
struct eg_numpy_bound {
	EG_FACT;
	const char *name;
	struct eg_cuda from; /* a version, not a CUDA: {2, 3} */
};

/* Distributions that own the same files. */
struct eg_tree {
	EG_FACT;
	const char *folder;
	struct eg_strs names;
};

/* What a TensorFlow series was built and tested with. */
struct eg_tested {
	EG_FACT;
	struct eg_cuda version, cuda, cudnn;
	const char *driver; /* NULL: that of the CUDA */
};

/* The Pythons, "3.9-3.12", that a release has wheels for; NULL: none. */
struct eg_wheel_pythons {
	EG_FACT;
	const char *version;
	const char *x86_64, *aarch64, *windows;
};

/* What JAX's CUDA plugin needs from a jaxlib release on. */
struct eg_jax_need {
	EG_FACT;
	const char *since;
	struct eg_cuda cuda; /* the plugin's major */
	struct eg_cuda min_cuda;
	const char *min_cudnn, *driver;
	struct eg_cuda capability;
};

struct eg_jax_release {
	EG_FACT;
	const char *version;
	struct eg_cuda python; /* the oldest */
	struct eg_cudas cuda;  /* majors that it has an extra for */
};

/* What NVIDIA ships for a Jetson under an L4T release. */
struct eg_l4t {
	EG_FACT;
	const char *l4t, *jetpack, *cuda, *cudnn, *python;
	struct eg_cudas capability;
};

/* NVIDIA's own torch wheels for Jetson, newest first. */
struct eg_jetson_torch {
	EG_FACT;
	const char *torch, *release, *jetpack;
};

/* What a release works with, where pip does not see it: checked at import. */
struct eg_window {
	EG_FACT;
	const char *name, *version;
	struct eg_strs needs;
};

/* A source distribution that is compiled against its framework with nvcc. */
struct eg_compiled {
	EG_FACT;
	const char *name, *framework;
	bool exact; /* by an nvcc of the framework's very CUDA; else of its major */
};

/* Where such a package is to be had ready made. */
struct eg_prebuilt {
	EG_FACT;
	const char *name;
	struct eg_strs versions; /* none: not told */
	struct eg_cuda torch, cuda;
};

/* The CUDA of onnxruntime-gpu on the default index, from a release on. */
struct eg_onnxruntime_build {
	EG_FACT;
	struct eg_cuda since, cuda;
};

/* Where conda packages carry their CUDA: "build", "version" or "depends". */
struct eg_conda_build {
	EG_FACT;
	const char *channel, *package, *releases, *cuda_from;
	struct eg_strs examples;
};

/* A conda package that chooses a framework's build: "cpu", "gpu", "version" (its own is the CUDA), "build". */
struct eg_conda_selector {
	EG_FACT;
	const char *name, *picks, *framework;
};

/* The CUDA versions that conda-forge's release of a package was to be built for ({0, 0}: the CPU). */
struct eg_conda_release {
	EG_FACT;
	const char *package, *version;
	struct eg_cudas x86_64, aarch64;
};

/* The windows of libraries that conda's pytorch-cuda sets. */
struct eg_pytorch_cuda {
	EG_FACT;
	struct eg_cuda version;
	struct eg_strs constrains;
};

/* The tables, in the order in which they are listed. */
enum eg_fact_table {
	EG_FACTS_DRIVER,
	EG_FACTS_DRIVER_BRANCHES,
	EG_FACTS_FORWARD_COMPAT,
	EG_FACTS_GPUS,
	EG_FACTS_TORCH_BUILDS,
	EG_FACTS_KERNELS,
	EG_FACTS_COMPANIONS,
	EG_FACTS_WINDOWS,
	EG_FACTS_COMPILED,
	EG_FACTS_PREBUILT,
	EG_FACTS_TENSORFLOW,
	EG_FACTS_TENSORFLOW_WHEELS,
	EG_FACTS_EXTRAS,
	EG_FACTS_JAX,
	EG_FACTS_JAX_RELEASES,
	EG_FACTS_ONNXRUNTIME,
	EG_FACTS_NUMPY,
	EG_FACTS_SHARED_FILES,
	EG_FACTS_CONDA_BUILDS,
	EG_FACTS_CONDA_SELECTORS,
	EG_FACTS_CONDA_RELEASES,
	EG_FACTS_PYTORCH_CUDA,
	EG_FACTS_JETSON,
	EG_FACTS_JETSON_TORCH,
	EG_N_FACTS,
};

struct eg_facts {
	struct eg_fact_state *state; /* what has been read, in the run's arena */
};

/* Nothing is read yet, and nothing can fail: a broken file gives way to the table compiled in, with a note. */
enum eg_error_kind eg_facts_load(struct eg_run *run, struct eg_facts *ret);

/* The rows of a table, of the type that the table has. */
const void *eg_facts_rows(const struct eg_facts *facts, enum eg_fact_table table, size_t *ret_n);

/* The build of a torch release, or of the nearest release in its series ("2.4.9" is built as "2.4.1" was); NULL: not
   known. */
const struct eg_default_build *eg_facts_torch(const struct eg_facts *facts, const char *version);

/* What the default index's wheel of it is built for. */
struct eg_cuda eg_facts_build(const struct eg_facts *facts, const char *version, bool aarch64);

/* "torch==2.4.1" for torchvision 0.19.1 (its local label does not matter); NULL: not known. */
const struct eg_companion_release *eg_facts_companion(const struct eg_facts *facts, const char *name,
						      const char *version);

/* NULL: not known. */
const struct eg_driver_floor *eg_facts_driver(const struct eg_facts *facts, struct eg_cuda cuda);

/* The branch of a driver, "535.183.01"; the next older one where it has no row. NULL: not known. */
const struct eg_driver_branch *eg_facts_branch(const struct eg_facts *facts, const char *driver);

/* NULL: not known. */
const struct eg_gpu_arch *eg_facts_gpu(const struct eg_facts *facts, struct eg_cuda capability);

/* What is said about a GPU by its name; NULL: nothing. */
const struct eg_forward_compat *eg_facts_forward_compat(const struct eg_facts *facts, const char *gpu);

/* A wheel's architectures, or with CHANNEL ("pytorch") those of conda's build. NULL: not known. */
const struct eg_kernels *eg_facts_kernels(const struct eg_facts *facts, const char *version, struct eg_cuda cuda,
					  bool aarch64);
const struct eg_kernels *eg_facts_conda_kernels(const struct eg_facts *facts, const char *version, struct eg_cuda cuda,
						const char *channel);
const struct eg_extra_release *eg_facts_extra(const struct eg_facts *facts, const char *name, const char *version);
const struct eg_numpy_bound *eg_facts_numpy(const struct eg_facts *facts, const char *name);
const struct eg_tree *eg_facts_tree(const struct eg_facts *facts, const char *name);
const struct eg_tested *eg_facts_tensorflow(const struct eg_facts *facts, const char *version);
const struct eg_jax_need *eg_facts_jax(const struct eg_facts *facts, const char *version, int cuda_major);
const struct eg_onnxruntime_build *eg_facts_onnxruntime(const struct eg_facts *facts, const char *version);

/* Is a release of NAME to be had ready made for a torch and a CUDA? NULL: not that it is known. */
const struct eg_prebuilt *eg_facts_prebuilt(const struct eg_facts *facts, const char *name, const char *version,
					    const char *torch, struct eg_cuda cuda);
const struct eg_compiled *eg_facts_compiled(const struct eg_facts *facts, const char *name);
/* Has the package known windows of torch? */
bool eg_facts_is_dependent(const struct eg_facts *facts, const char *name);

const struct eg_conda_selector *eg_facts_conda_selector(const struct eg_facts *facts, const char *name);

/* EG_NOT_FOUND, and nothing recorded, where the release is not in the table. */
enum eg_error_kind eg_facts_l4t(struct eg_run *run, const char *release, struct eg_l4t *ret);

#endif
