/* A look-alike of libnvidia-ml.so.1: the functions and error numbers of nvml.h, answering as LOOKALIKE says. Built once more
   with OLD, without what releases before 2020 lack. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

enum { OK = 0, NOT_SUPPORTED = 3, NOT_FOUND = 6, NOT_LOADED = 9, LIBRARY_NOT_FOUND = 12, VERSION_MISMATCH = 18 };

struct memory {
	unsigned long long total, free, used;
};

static const struct model {
	const char *name, *uuid;
	int capability[2];
	unsigned long long mib;
} models[] = {
	{"NVIDIA A100-SXM4-40GB", "GPU-aaaa0000-0000-0000-0000-000000000000", {8, 0}, 40960},
	{"NVIDIA GeForce GTX 1080", "GPU-bbbb1111-0000-0000-0000-000000000000", {6, 1}, 8192},
};

static int mode(const char *name)
{
	const char *value = getenv("LOOKALIKE");

	return value && !strcmp(value, name);
}

static int text(char *to, unsigned n, const char *s)
{
	if (strlen(s) >= n)
		return 7;
	memcpy(to, s, strlen(s) + 1);
	return OK;
}

static int start(void)
{
	if (getenv("CUDA_VISIBLE_DEVICES"))
		return 999;
	if (mode("crash"))
		raise(SIGSEGV);
	if (mode("hang"))
		for (;;)
			pause();
	return mode("mismatch") ? VERSION_MISMATCH : mode("not-loaded") ? NOT_LOADED : OK;
}

EXPORT int nvmlInit(void);
EXPORT int nvmlSystemGetDriverVersion(char *to, unsigned n);
EXPORT int nvmlDeviceGetCount(unsigned *n);
EXPORT int nvmlDeviceGetHandleByIndex(unsigned i, void **device);
EXPORT int nvmlDeviceGetName(void *device, char *to, unsigned n);
EXPORT int nvmlDeviceGetUUID(void *device, char *to, unsigned n);
EXPORT int nvmlDeviceGetMemoryInfo(void *device, struct memory *memory);

int nvmlInit(void)
{
	return start();
}

int nvmlSystemGetDriverVersion(char *to, unsigned n)
{
	const char *driver = getenv("LOOKALIKE_DRIVER");

	return text(to, n, driver ? driver : "535.183.01");
}

int nvmlDeviceGetCount(unsigned *n)
{
	*n = mode("no-gpu") ? 0 : mode("several") ? 4 : 1;
	return OK;
}

int nvmlDeviceGetHandleByIndex(unsigned i, void **device)
{
	if (i == 1 && mode("hang-late"))
		for (;;)
			pause();
	*device = (void *)&models[mode("several") || mode("old-card")];
	return OK;
}

int nvmlDeviceGetName(void *device, char *to, unsigned n)
{
	return text(to, n, ((const struct model *)device)->name);
}

int nvmlDeviceGetUUID(void *device, char *to, unsigned n)
{
	return text(to, n, ((const struct model *)device)->uuid);
}

int nvmlDeviceGetMemoryInfo(void *device, struct memory *memory)
{
	*memory = (struct memory){.total = ((const struct model *)device)->mib << 20};
	return OK;
}

#ifndef OLD
EXPORT int nvmlInit_v2(void);
EXPORT int nvmlSystemGetCudaDriverVersion_v2(int *version);
EXPORT int nvmlDeviceGetCount_v2(unsigned *n);
EXPORT int nvmlDeviceGetHandleByIndex_v2(unsigned i, void **device);
EXPORT int nvmlDeviceGetCudaComputeCapability(void *device, int *major, int *minor);
EXPORT int nvmlDeviceGetMigMode(void *device, unsigned *current, unsigned *pending);
EXPORT int nvmlDeviceGetMaxMigDeviceCount(void *device, unsigned *n);
EXPORT int nvmlDeviceGetMigDeviceHandleByIndex(void *device, unsigned i, void **instance);

int nvmlInit_v2(void)
{
	return start();
}

int nvmlSystemGetCudaDriverVersion_v2(int *version)
{
	const char *cuda = getenv("LOOKALIKE_CUDA");

	*version = cuda ? (int)strtol(cuda, NULL, 10) : 12020;
	return *version ? OK : LIBRARY_NOT_FOUND;
}

int nvmlDeviceGetCount_v2(unsigned *n)
{
	nvmlDeviceGetCount(n);
	*n += mode("hang-late");
	return OK;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned i, void **device)
{
	return nvmlDeviceGetHandleByIndex(i, device);
}

int nvmlDeviceGetCudaComputeCapability(void *device, int *major, int *minor)
{
	const struct model *model = device;

	*major = model->capability[0];
	*minor = model->capability[1];
	return OK;
}

int nvmlDeviceGetMigMode(void *device, unsigned *current, unsigned *pending)
{
	if (((const struct model *)device)->capability[0] < 8)
		return NOT_SUPPORTED;
	*current = *pending = (unsigned)mode("mig");
	return OK;
}

int nvmlDeviceGetMaxMigDeviceCount(void *device, unsigned *n)
{
	(void)device;
	*n = 7;
	return OK;
}

int nvmlDeviceGetMigDeviceHandleByIndex(void *device, unsigned i, void **instance)
{
	*instance = device;
	return i == 0 || i == 3 ? OK : NOT_FOUND;
}
#endif
