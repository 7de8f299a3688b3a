/* The compatibility facts, rules/data/ compiled in, as plain tables. */
#ifndef EG_GPU_FACTS_H
#define EG_GPU_FACTS_H

#include "run.h"

/* Versions of the accelerator: {12, 1}; {0, 0}: the CPU; {-1, -1}: not known. */
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

struct eg_facts {
	struct eg_default_build *builds;
	size_t n_builds;
	struct eg_cuda aarch64_cpu_through; /* the torch series up to which wheels for aarch64 are CPU builds */
	struct eg_companion_release *companions;
	size_t n_companions;
	struct eg_driver_floor *drivers;
	size_t n_drivers;
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

/* What NVIDIA ships for a Jetson under an L4T release. */
struct eg_l4t {
	const char *jetpack, *cuda;
};

/* EG_NOT_FOUND, and nothing recorded, where the release is not in the table. */
enum eg_error_kind eg_facts_l4t(struct eg_run *run, const char *release, struct eg_l4t *ret);

#endif
