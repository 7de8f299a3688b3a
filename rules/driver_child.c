/* Sources: nvml.h and cuda.h of the CUDA toolkit; the places where conda looks for libcuda
   (plugins/virtual_packages/cuda.py), and where distributions put it. */
#include "driver_child.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const eg_driver_libraries[] = {"libnvidia-ml.so.1", "libcuda.so.1", NULL};
const char *const eg_driver_folders[] = {
	"", "/usr/lib64/nvidia/", "/usr/lib/x86_64-linux-gnu/", "/usr/lib/wsl/lib/", "/usr/lib/aarch64-linux-gnu/",
	"/usr/lib/aarch64-linux-gnu/tegra/", "/usr/lib/aarch64-linux-gnu/nvidia/", "/run/opengl-driver/lib/",
	NULL,
};

enum { MIG_ON = 1, MAX_GPUS = 256, TEXT = 128 };

/* A device of NVML. */
typedef void *device;

struct memory {
	unsigned long long total, free, used;
};

static void *load(const char *name)
{
	char path[TEXT];

	for (size_t i = 0; eg_driver_folders[i]; i++) {
		snprintf(path, sizeof(path), "%s%s", eg_driver_folders[i], name);
		void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
		if (library)
			return library;
	}
	return NULL;
}

/* Puts the address of the function NAME, else of OLDER, into *FUNCTION, a pointer to a pointer to a function. */
static bool find(void *library, const char *name, const char *older, void *function)
{
	void *address = dlsym(library, name);

	if (!address && older)
		address = dlsym(library, older);
	memcpy(function, &address, sizeof(address));
	return address;
}

/* FUNCTION is a pointer to a pointer to a function of the library. */
static void say_library(const void *function)
{
	void *address;
	Dl_info info;

	memcpy(&address, function, sizeof(address));
	if (dladdr(address, &info) && info.dli_fname)
		dprintf(1, "library %s\n", info.dli_fname);
	else
		dprintf(1, "library ?\n");
}

static void say_text(void *library, const char *function, device gpu, const char *key)
{
	int (*get)(device, char *, unsigned);
	char text[TEXT] = "";

	if (find(library, function, NULL, &get) && !get(gpu, text, sizeof(text) - 1))
		dprintf(1, "%s %s\n", key, text);
}

/* MIG instances are counted, not described: what runs on one is compiled for the whole GPU's architecture. */
static void say_mig(void *nvml, device gpu)
{
	int (*mode)(device, unsigned *, unsigned *), (*most)(device, unsigned *), (*get)(device, unsigned, device *);
	unsigned current = 0, pending = 0, max = 0;
	int instances = 0;

	if (!find(nvml, "nvmlDeviceGetMigMode", NULL, &mode) || mode(gpu, &current, &pending) || current != MIG_ON)
		return;
	if (find(nvml, "nvmlDeviceGetMaxMigDeviceCount", NULL, &most) && !most(gpu, &max) &&
	    find(nvml, "nvmlDeviceGetMigDeviceHandleByIndex", NULL, &get))
		for (unsigned i = 0; i < max; i++) {
			device instance;
			instances += !get(gpu, i, &instance);
		}
	dprintf(1, "mig %d\n", instances);
}

static void say_gpu(void *nvml, device gpu)
{
	int (*capability)(device, int *, int *), (*memory)(device, struct memory *);
	struct memory bytes = {0};
	int major, minor;

	dprintf(1, "gpu\n");
	say_text(nvml, "nvmlDeviceGetName", gpu, "name");
	if (find(nvml, "nvmlDeviceGetCudaComputeCapability", NULL, &capability) && !capability(gpu, &major, &minor))
		dprintf(1, "capability %d %d\n", major, minor);
	if (find(nvml, "nvmlDeviceGetMemoryInfo", NULL, &memory) && !memory(gpu, &bytes))
		dprintf(1, "memory %llu\n", bytes.total);
	say_text(nvml, "nvmlDeviceGetUUID", gpu, "uuid");
	say_mig(nvml, gpu);
}

static void say_gpus(void *nvml)
{
	int (*count)(unsigned *), (*get)(unsigned, device *);
	unsigned n = 0;

	if (!find(nvml, "nvmlDeviceGetCount_v2", "nvmlDeviceGetCount", &count) ||
	    !find(nvml, "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex", &get) || count(&n))
		return;
	for (unsigned i = 0; i < n && i < MAX_GPUS; i++) {
		device gpu;
		int error = get(i, &gpu);
		if (error)
			dprintf(1, "error nvml %d\n", error);
		else
			say_gpu(nvml, gpu);
	}
}

/* What NVML says of CUDA is what the libcuda says that it loads: needs no cuInit, which is slow. */
static bool say_nvml_versions(void *nvml)
{
	int (*driver)(char *, unsigned), (*cuda)(int *);
	char text[TEXT] = "";
	int version = 0;

	if (find(nvml, "nvmlSystemGetDriverVersion", NULL, &driver) && !driver(text, sizeof(text) - 1))
		dprintf(1, "driver %s\n", text);
	if (find(nvml, "nvmlSystemGetCudaDriverVersion_v2", "nvmlSystemGetCudaDriverVersion", &cuda) && !cuda(&version) &&
	    version > 0)
		dprintf(1, "cuda %d\n", version);
	return version > 0;
}

static void say_cuda_gpu(void *cuda, int gpu)
{
	enum { MAJOR = 75, MINOR = 76 }; /* CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_… */
	int (*name)(char *, int, int), (*attribute)(int *, int, int), (*memory)(size_t *, int);
	char text[TEXT] = "";
	int major, minor;
	size_t bytes;

	dprintf(1, "gpu\n");
	if (find(cuda, "cuDeviceGetName", NULL, &name) && !name(text, sizeof(text) - 1, gpu))
		dprintf(1, "name %s\n", text);
	if (find(cuda, "cuDeviceGetAttribute", NULL, &attribute) && !attribute(&major, MAJOR, gpu) &&
	    !attribute(&minor, MINOR, gpu))
		dprintf(1, "capability %d %d\n", major, minor);
	if (find(cuda, "cuDeviceTotalMem_v2", "cuDeviceTotalMem", &memory) && !memory(&bytes, gpu))
		dprintf(1, "memory %zu\n", bytes);
}

/* A container may have been given libcuda and not NVML ("compute" without "utility"); so has a Jetson of old. */
static void say_cuda_gpus(void *cuda)
{
	int (*init)(unsigned), (*count)(int *), (*get)(int *, int);
	int n = 0;

	if (!find(cuda, "cuInit", NULL, &init) || !find(cuda, "cuDeviceGetCount", NULL, &count) ||
	    !find(cuda, "cuDeviceGet", NULL, &get))
		return;
	int error = init(0);
	if (error)
		dprintf(1, "error cuda %d\n", error);
	if (error || count(&n))
		return;
	for (int i = 0; i < n && i < MAX_GPUS; i++) {
		int gpu;
		if (!get(&gpu, i))
			say_cuda_gpu(cuda, gpu);
	}
}

static bool say_nvml(const struct eg_driver_question *question, bool *ret_cuda_told)
{
	void *nvml = load(eg_driver_libraries[0]);
	int (*init)(void);

	if (!nvml || !find(nvml, "nvmlInit_v2", "nvmlInit", &init))
		return false;
	say_library(&init);
	int error = init();
	if (error) {
		dprintf(1, "error nvml %d\n", error);
		return true;
	}
	*ret_cuda_told = say_nvml_versions(nvml);
	if (question->gpus)
		say_gpus(nvml);
	return true;
}

/* "535.183.01" of libcuda.so.535.183.01, which libcuda.so.1 leads to. FUNCTION is as for say_library. */
static void say_libcuda(const void *function)
{
	static const char stem[] = "libcuda.so.";
	void *address;
	Dl_info info;

	memcpy(&address, function, sizeof(address));
	char *path = dladdr(address, &info) && info.dli_fname ? realpath(info.dli_fname, NULL) : NULL;
	const char *name = path ? strstr(path, stem) : NULL;
	if (name)
		dprintf(1, "libcuda %s\n", name + strlen(stem));
	free(path);
}

static void say_cuda(const struct eg_driver_question *question, bool nvml, bool cuda_told)
{
	void *cuda = load(eg_driver_libraries[1]);
	int (*get)(int *), version = 0;

	if (!cuda || !find(cuda, "cuDriverGetVersion", NULL, &get))
		return;
	if (!nvml)
		say_library(&get);
	say_libcuda(&get);
	if (!cuda_told && !get(&version) && version > 0)
		dprintf(1, "cuda %d\n", version);
	if (!nvml && question->gpus)
		say_cuda_gpus(cuda);
}

void eg_driver_child(void *ctx)
{
	const struct eg_driver_question *question = ctx;
	bool cuda_told = false;

	unsetenv("CUDA_VISIBLE_DEVICES");
	bool nvml = say_nvml(question, &cuda_told);
	say_cuda(question, nvml, cuda_told);
	dprintf(1, "end\n");
}
