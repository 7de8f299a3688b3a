/* Which accelerator build a package is: "cpu", "cu121", "rocm6.0", "xpu", "nv23.03" …, and what that means. */
#ifndef EG_VARIANT_H
#define EG_VARIANT_H

#include "gpu_facts.h"
#include "plan.h"

enum eg_accelerator {
	EG_UNTOLD, /* unknown, or it does not matter for this package */
	EG_CPU,
	EG_CUDA,
	EG_ROCM,
	EG_XPU,
	EG_VENDOR, /* NVIDIA's own builds for Jetson and containers, a site's or a user's own build */
};

struct eg_variant {
	enum eg_accelerator accelerator;
	int major, minor; /* of CUDA or ROCm; -1: not told */
};

/* The meaning of an eg_package's .variant; NULL is EG_UNTOLD. */
struct eg_variant eg_variant_parse(const char *text);

/* Does it use a GPU? True for a vendor's build, which nobody makes for the CPU alone. */
bool eg_variant_gpu(struct eg_variant variant);

/* False only when both are told and differ; an untold minor version fits any. */
bool eg_variant_same(struct eg_variant a, struct eg_variant b);

/* For people: "CUDA 12.1", "CPU", "NVIDIA's nv23.03 build". */
const char *eg_variant_words(struct eg_arena *arena, const char *text);

/* "cu121", "cu12" where the minor version is not told, "cpu" for {0, 0}; NULL: not known. */
const char *eg_cuda_label(struct eg_arena *arena, struct eg_cuda cuda);

/* The .variant that a local version label (normalised), tells: "cu121" of "pt24cu121"; the label itself when it is
   nobody's known spelling, as a vendor's. */
const char *eg_variant_of_label(struct eg_arena *arena, const char *label);

/* Does the name stand for the CPU build of its framework ("onnxruntime", "tensorflow-cpu")? Not conda's, whose builds share one. */
bool eg_is_cpu_by_name(const struct eg_package *package);

/* Is it a package for aarch64, by its file's name or else the platform's? */
bool eg_is_aarch64(const struct eg_package *package, const char *platform);

/* Fills .variant of all packages of PLAN. PLATFORM ("linux-64", "linux-aarch64") decides where a file name does not. */
void eg_variant_fill(struct eg_arena *arena, const struct eg_facts *facts, struct eg_plan *plan, const char *platform);

#endif
