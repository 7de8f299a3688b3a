#include "virtual.h"

#include <ctype.h>
#include <stdlib.h>

static struct eg_conda_record *virtual_record(struct eg_run *run, const struct eg_conda_config *config,
					      const char *name, const char *version, const char *build)
{
	struct eg_conda_record *record = EG_NEW(run->arena, struct eg_conda_record);

	*record = (struct eg_conda_record){
		.name = name,
		.version = version && *version ? version : "0",
		.build = build && *build ? build : "0",
		.channel = "@",
		.subdir = config->subdir,
		.fn = name,
		.url = "",
		.size = -1,
		.virtual_package = true,
	};
	return record;
}

/* "cuda" of override_virtual_packages; NULL: not configured. */
static const char *configured(const struct eg_conda_config *config, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < config->override_virtual_packages.n; i++) {
		const char *entry = config->override_virtual_packages.v[i];

		if (!strncmp(entry, name, n) && entry[n] == '=')
			return entry + n + 1;
	}
	return NULL;
}

/* The variable, then for conda the configuration (CondaVirtualPackage.to_virtual_package); "" means that there is none.
   NULL: nothing overrides. */
static const char *override_of(struct eg_run *run, const struct eg_conda_config *config, const char *name, bool mamba)
{
	char *variable = eg_strf(run->arena, "CONDA_OVERRIDE_%s", name);

	for (char *c = variable; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	const char *value = getenv(variable);
	if (!value && !mamba)
		value = configured(config, name);
	if (!value)
		return NULL;
	value += strspn(value, " \t");
	size_t n = strlen(value);
	while (n && isspace((unsigned char)value[n - 1]))
		n--;
	return eg_strndup(run->arena, value, n);
}

/* What is known, or what overrides it; NULL: no such package. */
static const char *settled(const char *override, const char *known)
{
	if (!override)
		return known && *known ? known : NULL;
	return *override ? override : NULL;
}

/* linux_version_validate: two to four numbers at the start; NULL: none, which makes it version 0. */
static const char *kernel_version(struct eg_run *run, const char *s)
{
	size_t n = 0, last = 0;
	int numbers = 0;

	while (s && numbers < 4 && isdigit((unsigned char)s[n])) {
		n += strspn(s + n, "0123456789");
		last = n;
		numbers++;
		n += s[n] == '.';
	}
	return numbers >= 2 ? eg_strndup(run->arena, s, last) : NULL;
}

/* What a machine of this kind has when nothing tells (get_archspec_name, libmamba's get_archspec). */
static const char *arch_of(const char *subdir)
{
	const char *arch = strchr(subdir, '-');

	if (!arch || !strcmp(arch, "-64"))
		return "x86_64";
	return !strcmp(arch, "-32") ? "x86" : arch + 1;
}

enum eg_error_kind eg_conda_virtual(struct eg_run *run, const struct eg_conda_config *config,
				    const struct eg_virtual_facts *facts, bool mamba, struct eg_conda_record ***ret,
				    size_t *ret_n)
{
	EG_VEC(struct eg_conda_record *) v = {0};
	bool is_linux = !strncmp(config->subdir, "linux-", 6), unix_like = is_linux || !strncmp(config->subdir, "osx-", 4);
	const char *cuda_override = facts->given ? NULL : override_of(run, config, "cuda", mamba);
	const char *cuda = settled(cuda_override, facts->cuda);
	const char *glibc = settled(override_of(run, config, "glibc", mamba), facts->glibc);
	const char *kernel = override_of(run, config, "linux", mamba);
	const char *archspec = settled(override_of(run, config, "archspec", mamba),
				       facts->archspec ? facts->archspec : arch_of(config->subdir));

	/* an empty CONDA_OVERRIDE_LINUX is version 0, not none */
	kernel = kernel ? kernel : facts->linux_version;
	if (!mamba)
		kernel = kernel_version(run, kernel);
	if (archspec)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__archspec", "1", archspec));
	if (facts->conda_version && !mamba)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__conda", facts->conda_version, NULL));
	if (cuda)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__cuda", cuda, NULL));
	if (glibc && is_linux)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__glibc", glibc, NULL));
	if (is_linux)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__linux", kernel, NULL));
	if (unix_like)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__unix", NULL, NULL));
	*ret = v.v;
	*ret_n = v.n;
	return EG_OK;
}
