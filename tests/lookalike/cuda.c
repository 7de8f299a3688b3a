/* A look-alike of libcuda.so.1, answering as LOOKALIKE says. */
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT int cuInit(unsigned flags);
EXPORT int cuDriverGetVersion(int *version);
EXPORT int cuDeviceGetCount(int *n);
EXPORT int cuDeviceGet(int *device, int i);
EXPORT int cuDeviceGetName(char *to, int n, int device);
EXPORT int cuDeviceGetAttribute(int *value, int attribute, int device);
EXPORT int cuDeviceTotalMem_v2(size_t *bytes, int device);

int cuInit(unsigned flags)
{
	const char *value = getenv("LOOKALIKE");

	(void)flags;
	return !value ? 0 : !strcmp(value, "compat-on-geforce") ? 804 : !strcmp(value, "no-gpu") ? 100 : 0;
}

int cuDriverGetVersion(int *version)
{
	const char *cuda = getenv("LOOKALIKE_LIBCUDA");

	*version = cuda ? (int)strtol(cuda, NULL, 10) : 12040;
	return 0;
}

int cuDeviceGetCount(int *n)
{
	*n = 2;
	return 0;
}

int cuDeviceGet(int *device, int i)
{
	*device = i;
	return 0;
}

int cuDeviceGetName(char *to, int n, int device)
{
	static const char name[] = "NVIDIA L4";

	(void)device;
	if ((size_t)n < sizeof(name))
		return 1;
	memcpy(to, name, sizeof(name));
	return 0;
}

int cuDeviceGetAttribute(int *value, int attribute, int device)
{
	(void)device;
	*value = attribute == 75 ? 8 : attribute == 76 ? 9 : -1;
	return 0;
}

int cuDeviceTotalMem_v2(size_t *bytes, int device)
{
	(void)device;
	*bytes = (size_t)23034 << 20;
	return 0;
}
