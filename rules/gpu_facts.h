/* The compatibility facts, rules/data/ compiled in, as plain tables. */
#ifndef EG_GPU_FACTS_H
#define EG_GPU_FACTS_H

#include "run.h"

/* A short version: a CUDA's {12, 1} ({0, 0}: the CPU), a compute capability's {8, 6}, a release series' {2, 4}; {-1, -1}:
   not known. */
struct eg_cuda {
	int major, minor;
};

/* "12.1", "12" (minor -1), "cpu"; {-1, -1} for anything else, and for NULL. What follows the numbers is not read. */
struct eg_cuda eg_cuda_parse(const char *text);

/* What the default index's wheel of a torch release was built for. */
struct eg_default_build {
	const char *version;
	struct eg_cuda x86_64, aarch64;
	const char *source;
};

/* The torch that a release of a companion asks for. */
struct eg_companion_release {
	const char *name, *version;
	const char *requires;
	const char *source;
};

/* The oldest driver for a CUDA major (minor -1: any of it, by minor-version compatibility) or a single toolkit. */
struct eg_driver_floor {
	struct eg_cuda cuda;
	const char *driver;
	const char *source;
};

enum { EG_MAX_ARCH = 16 };

/* The GPU architectures (compute capabilities) that torch's wheels of a series are compiled for. */
struct eg_kernels {
	const char *series;
	struct eg_cuda cuda;
	bool aarch64;
	struct eg_cuda arch[EG_MAX_ARCH];
	size_t n;
	struct eg_cuda ptx; /* compiled for whatever is newer than this by the driver; {-1, -1}: none known */
	bool secondary;     /* read in a copy only: enough for a warning */
	const char *source;
};

/* What an extra of a release requires, as installed metadata does not tell which extras it was installed with. */
struct eg_extra_release {
	const char *name, *version;
	struct eg_strs requires;
	const char *source;
};

/* The first release series of a framework that runs with NumPy 2. */
struct eg_numpy_bound {
	const char *name;
	struct eg_cuda from; /* a version, not a CUDA: {2, 3} */
	const char *source;
};

/* Distributions that own the same files. */
struct eg_tree {
	const char *folder;
	struct eg_strs names;
	const char *source;
};

struct eg_facts {
	struct eg_default_build *builds;
	size_t n_builds;
	struct eg_cuda aarch64_cpu_through; /* the torch series up to which wheels for aarch64 are CPU builds */
	struct eg_companion_release *companions;
	size_t n_companions;
	struct eg_driver_floor *drivers;
	size_t n_drivers;
	struct eg_kernels *kernels;
	size_t n_kernels;
	struct eg_extra_release *extras;
	size_t n_extras;
	struct eg_numpy_bound *numpy;
	size_t n_numpy;
	struct eg_tree *trees;
	size_t n_trees;
};

/* Fails only where the tables compiled in are broken, which the tests would have seen. */
enum eg_error_kind eg_facts_load(struct eg_run *run, struct eg_facts *ret);

/* What the default index's wheel of a torch release is built for, or of the nearest release in its series ("2.4.9" is
   built as "2.4.1" was). */
struct eg_cuda eg_facts_build(const struct eg_facts *facts, const char *version, bool aarch64);

/* "torch==2.4.1" for torchvision 0.19.1 (its local label does not matter); NULL: not known. */
const struct eg_companion_release *eg_facts_companion(const struct eg_facts *facts, const char *name,
						      const char *version);

/* NULL: not known. */
const struct eg_driver_floor *eg_facts_driver(const struct eg_facts *facts, struct eg_cuda cuda);

/* NULL: not known. */
const struct eg_kernels *eg_facts_kernels(const struct eg_facts *facts, const char *version, struct eg_cuda cuda,
					  bool aarch64);
const struct eg_extra_release *eg_facts_extra(const struct eg_facts *facts, const char *name, const char *version);
const struct eg_numpy_bound *eg_facts_numpy(const struct eg_facts *facts, const char *name);
const struct eg_tree *eg_facts_tree(const struct eg_facts *facts, const char *name);

/* What NVIDIA ships for a Jetson under an L4T release. */
struct eg_l4t {
	const char *jetpack, *cuda;
};

/* EG_NOT_FOUND, and nothing recorded, where the release is not in the table. */
enum eg_error_kind eg_facts_l4t(struct eg_run *run, const char *release, struct eg_l4t *ret);

#endif
