#include "tags_private.h"

#include "ascii.h"

#include <stdlib.h>

/* As packaging's tags.py, _manylinux.py and _musllinux.py, and pip's utils/compatibility_tags.py. */

struct glibc_alias {
	int minor;
	const char *name;
};

static const struct glibc_alias aliases[] = {{17, "manylinux2014"}, {12, "manylinux2010"}, {5, "manylinux1"}};

/* If glibc ever reaches 3.0, packaging assumes that 2.50 was its last 2.x. */
enum { LAST_GLIBC_2_MINOR = 50 };

static bool is_x86(const char *arch)
{
	return !strcmp(arch, "x86_64") || !strcmp(arch, "i686");
}

static bool has_manylinux(const char *arch)
{
	static const char *const known[] = {"x86_64", "i686",    "aarch64", "armv7l",      "armv8l",
					    "ppc64",  "ppc64le", "s390x",   "loongarch64", "riscv64"};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(arch, known[i]))
			return true;
	return false;
}

static void add_manylinux(struct eg_arena *arena, const struct eg_tag_facts *facts, const char *arch,
			  struct eg_strs *list)
{
	int oldest_2 = is_x86(arch) ? 5 : 17;

	for (int major = facts->libc_version[0]; major >= 2; major--) {
		int newest = major == facts->libc_version[0] ? facts->libc_version[1] : LAST_GLIBC_2_MINOR;

		for (int minor = newest; minor >= (major == 2 ? oldest_2 : 0); minor--) {
			eg_vec_push(arena, list, eg_strf(arena, "manylinux_%d_%d_%s", major, minor, arch));
			for (size_t i = 0; major == 2 && i < sizeof(aliases) / sizeof(*aliases); i++)
				if (aliases[i].minor == minor)
					eg_vec_push(arena, list, eg_strf(arena, "%s_%s", aliases[i].name, arch));
		}
	}
}

static void add_libc(struct eg_arena *arena, const struct eg_tag_facts *facts, const char *arch, struct eg_strs *list)
{
	if (facts->libc == EG_GLIBC && has_manylinux(arch))
		add_manylinux(arena, facts, arch, list);
	if (facts->libc == EG_MUSL)
		for (int minor = facts->libc_version[1]; minor >= 0; minor--)
			eg_vec_push(arena, list,
				    eg_strf(arena, "musllinux_%d_%d_%s", facts->libc_version[0], minor, arch));
}

static void add_linux(struct eg_arena *arena, const struct eg_tag_facts *facts, const char *arch, struct eg_strs *list)
{
	const char *archs[] = {arch, !strcmp(arch, "armv8l") ? "armv7l" : NULL};

	for (int native = 1; native >= 0; native--)
		for (size_t i = 0; i < 2 && archs[i]; i++) {
			if (native != facts->native_last)
				eg_vec_push(arena, list, eg_strf(arena, "linux_%s", archs[i]));
			else
				add_libc(arena, facts, archs[i], list);
		}
}

static void add_mac(struct eg_arena *arena, int major, int minor, const char *arch, bool below_11, struct eg_strs *list)
{
	bool x86_64 = !strcmp(arch, "x86_64"), arm64 = !strcmp(arch, "arm64");
	static const char *const fat[] = {"x86_64", "intel", "fat64", "fat3"};

	if (x86_64 && (major > 10 || minor >= 4)) {
		for (size_t i = 0; i < sizeof(fat) / sizeof(*fat); i++)
			eg_vec_push(arena, list, eg_strf(arena, "macosx_%d_%d_%s", major, minor, fat[i]));
		eg_vec_push(arena, list, eg_strf(arena, "macosx_%d_%d_universal2", major, minor));
		eg_vec_push(arena, list, eg_strf(arena, "macosx_%d_%d_universal", major, minor));
	} else if (!x86_64) {
		if (!below_11)
			eg_vec_push(arena, list, eg_strf(arena, "macosx_%d_%d_%s", major, minor, arch));
		if (arm64 || below_11)
			eg_vec_push(arena, list, eg_strf(arena, "macosx_%d_%d_universal2", major, minor));
	}
}

/* mac_platforms, for the architectures of this century */
static void add_macs(struct eg_arena *arena, int major, int minor, const char *arch, struct eg_strs *list)
{
	if (major == 10)
		for (int m = minor; m >= 0; m--)
			add_mac(arena, 10, m, arch, false, list);
	if (major < 11)
		return;
	for (int m = major; m > 10; m--)
		add_mac(arena, m, 0, arch, false, list);
	for (int m = 16; m > 3; m--)
		add_mac(arena, 10, m, arch, true, list);
}

enum { MAX_PLATFORM_NUMBER = 999 };

/* "macosx_11_0_arm64" */
static bool read_mac(const char *platform, int *ret_major, int *ret_minor, const char **ret_arch)
{
	char *end;

	if (strncmp(platform, "macosx_", 7) || !is_digit(platform[7]))
		return false;
	long major = strtol(platform + 7, &end, 10);
	if (*end != '_' || !is_digit(end[1]) || major > MAX_PLATFORM_NUMBER)
		return false;
	long minor = strtol(end + 1, &end, 10);
	if (*end != '_' || !end[1] || minor > MAX_PLATFORM_NUMBER)
		return false;
	*ret_major = (int)major;
	*ret_minor = (int)minor;
	*ret_arch = end + 1;
	return true;
}

static const char *normal(struct eg_arena *arena, const char *platform)
{
	char *s = eg_strdup(arena, platform);

	for (char *c = s; *c; c++)
		if (*c == '.' || *c == '-' || *c == ' ')
			*c = '_';
	return s;
}

struct eg_strs eg_platform_tags(struct eg_arena *arena, const struct eg_tag_facts *facts)
{
	const char *platform = normal(arena, facts->platform), *arch;
	struct eg_strs list = {0};
	int major, minor;

	if (!strncmp(platform, "linux_", 6))
		add_linux(arena, facts, platform + 6, &list);
	else if (read_mac(platform, &major, &minor, &arch))
		add_macs(arena, major, minor, arch, &list);
	else
		eg_vec_push(arena, &list, platform);
	return list;
}

/* _custom_manylinux_platforms: wheels for an older manylinux run on a newer one */
static void expand(struct eg_arena *arena, const char *platform, struct eg_strs *list)
{
	size_t prefix = strcspn(platform, "_");
	const char *suffix = platform + prefix, *arch; /* "_x86_64" */
	int major, minor;

	if (read_mac(platform, &major, &minor, &arch)) {
		add_macs(arena, major, minor, arch, list);
		return;
	}
	eg_vec_push(arena, list, platform);
	bool is_2010 = prefix == 13 && !strncmp(platform, "manylinux2010", 13);
	bool is_2014 = prefix == 13 && !strncmp(platform, "manylinux2014", 13) && *suffix && is_x86(suffix + 1);
	if (is_2014)
		eg_vec_push(arena, list, eg_strf(arena, "manylinux2010%s", suffix));
	if (is_2014 || is_2010)
		eg_vec_push(arena, list, eg_strf(arena, "manylinux1%s", suffix));
}

static bool listed(const struct eg_strs *list, size_t n, const char *s)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(list->v[i], s))
			return true;
	return false;
}

struct eg_strs eg_platform_expand(struct eg_arena *arena, const struct eg_strs *platforms)
{
	struct eg_strs list = {0};

	for (size_t i = 0; i < platforms->n; i++) {
		size_t old = list.n, kept = old;

		if (listed(&list, old, platforms->v[i]))
			continue;
		expand(arena, platforms->v[i], &list);
		for (size_t k = old; k < list.n; k++)
			if (!listed(&list, old, list.v[k]))
				list.v[kept++] = list.v[k];
		list.n = kept;
	}
	return list;
}
