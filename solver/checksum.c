#include "checksum.h"

#include <solv/chksum.h>
#include <solv/knownid.h>
#include <stdio.h>

enum { STEP = 1 << 20 }; /* libsolv counts in int */

static char *checksum(struct eg_arena *arena, Id type, const void *bytes, size_t n)
{
	Chksum *sum = solv_chksum_create(type);
	int length;

	for (size_t at = 0; at < n; at += STEP)
		solv_chksum_add(sum, (const char *)bytes + at, n - at < STEP ? (int)(n - at) : STEP);
	const unsigned char *digest = solv_chksum_get(sum, &length);
	char *hex = eg_alloc(arena, 2 * (size_t)length + 1);
	for (int i = 0; i < length; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	solv_chksum_free(sum, NULL);
	return hex;
}

char *eg_sha256(struct eg_arena *arena, const void *bytes, size_t n)
{
	return checksum(arena, REPOKEY_TYPE_SHA256, bytes, n);
}

char *eg_md5(struct eg_arena *arena, const void *bytes, size_t n)
{
	return checksum(arena, REPOKEY_TYPE_MD5, bytes, n);
}
