/* Where conda-build leaves its packages: the members of the channel "local" (context.conda_build_local_paths). */
#include "config_source.h"
#include "file.h"
#include "fileurl.h"
#include "strs.h"

static void add_path(struct eg_run *run, const char *path, struct eg_conda_config *config)
{
	const char *full = path && *path ? eg_path_absolute(run->arena, eg_conda_expand(run->arena, path)) : NULL;
	const char *url = full && eg_is_dir(full) ? eg_path_to_url(run->arena, full) : NULL;

	if (url && !eg_strs_has(&config->local_channels, url))
		eg_vec_push(run->arena, &config->local_channels, url);
}

void eg_config_local_channels(struct eg_run *run, const struct eg_config_sources *sources, struct eg_conda_config *config)
{
	static const char root_dir[] = "root-dir=";
	struct eg_strs build = {0};

	if (config->mamba)
		return;
	add_path(run, eg_config_text(sources, "croot"), config);
	add_path(run, eg_config_text(sources, "bld_path"), config);
	eg_config_map(run, sources, "conda-build conda_build", &build);
	for (size_t i = 0; i < build.n; i++)
		if (!strncmp(build.v[i], root_dir, sizeof(root_dir) - 1))
			add_path(run, build.v[i] + sizeof(root_dir) - 1, config);
	if (config->root_prefix)
		add_path(run, eg_path_join(run->arena, config->root_prefix, "conda-bld"), config);
	add_path(run, "~/conda-bld", config);
}
