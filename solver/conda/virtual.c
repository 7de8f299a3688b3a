#include "virtual.h"

#include <stdlib.h>

static struct eg_conda_record *virtual_record(struct eg_run *run, const struct eg_conda_config *config,
					      const char *name, const char *version, const char *build)
{
	struct eg_conda_record *record = EG_NEW(run->arena, struct eg_conda_record);

	*record = (struct eg_conda_record){
		.name = name,
		.version = version,
		.build = build,
		.channel = "@",
		.subdir = config->subdir,
		.fn = name,
		.url = "",
		.size = -1,
		.virtual_package = true,
	};
	return record;
}

/* The variable, where it is set; an empty one means that there is no such package. */
static const char *overridden(const char *variable, const char *known)
{
	const char *value = getenv(variable);

	if (!value)
		return known;
	return *value ? value : NULL;
}

enum eg_error_kind eg_conda_virtual(struct eg_run *run, const struct eg_conda_config *config,
				    const struct eg_virtual_facts *facts, bool mamba, struct eg_conda_record ***ret,
				    size_t *ret_n)
{
	EG_VEC(struct eg_conda_record *) v = {0};
	const char *cuda = facts->given ? facts->cuda : overridden("CONDA_OVERRIDE_CUDA", facts->cuda);
	const char *glibc = overridden("CONDA_OVERRIDE_GLIBC", facts->glibc);
	const char *linux_version = overridden("CONDA_OVERRIDE_LINUX", facts->linux_version);
	const char *archspec = overridden("CONDA_OVERRIDE_ARCHSPEC", facts->archspec);

	if (archspec)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__archspec", "1", archspec));
	if (facts->conda_version && !mamba)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__conda", facts->conda_version, "0"));
	if (cuda)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__cuda", cuda, "0"));
	if (glibc)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__glibc", glibc, "0"));
	if (linux_version)
		eg_vec_push(run->arena, &v, virtual_record(run, config, "__linux", linux_version, "0"));
	eg_vec_push(run->arena, &v, virtual_record(run, config, "__unix", "0", "0"));
	*ret = v.v;
	*ret_n = v.n;
	return EG_OK;
}
