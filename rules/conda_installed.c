/* What conda has in the environment that another tool is to change: CUDA and cuDNN may come from there. */
#include "judge.h"

#include <dirent.h>

#include "file.h"

/* "cudatoolkit-11.2.2-hbe64b41_10.json" as name, version and build (CEP 34: the last two parts have no dash). */
static bool read_name(struct eg_arena *arena, const char *file, struct eg_package *ret)
{
	size_t n = strlen(file);

	if (n < 6 || strcmp(file + n - 5, ".json"))
		return false;
	char *name = eg_strndup(arena, file, n - 5);
	char *build = strrchr(name, '-');
	if (!build)
		return false;
	*build++ = 0;
	char *version = strrchr(name, '-');
	if (!version)
		return false;
	*version++ = 0;
	*ret = (struct eg_package){.ecosystem = EG_CONDA, .name = name, .version = version, .build = build};
	return true;
}

/* A name may go on: "cudnn" is no start of "cudnn-dev-8…" */
static struct eg_package *in_folder(struct eg_arena *arena, const char *folder, const char *name)
{
	DIR *dir = opendir(folder);
	struct eg_package *found = NULL, package;
	size_t n = strlen(name);

	for (const struct dirent *entry; dir && !found && (entry = readdir(dir));)
		if (!strncmp(entry->d_name, name, n) && entry->d_name[n] == '-' &&
		    read_name(arena, entry->d_name, &package) && !strcmp(package.name, name)) {
			found = EG_NEW(arena, struct eg_package);
			*found = package;
		}
	if (dir)
		closedir(dir);
	return found;
}

const struct eg_package *eg_conda_installed(const struct eg_judge *judge, const char *name)
{
	const struct eg_plan *plan = judge->plan;
	const struct eg_package *found = eg_package_find(plan->after, plan->n_after, name);
	bool by_conda = plan->tool && (!strcmp(plan->tool, "conda") || !strcmp(plan->tool, "mamba"));

	if (found && found->ecosystem == EG_CONDA)
		return found;
	if (by_conda || !plan->prefix)
		return NULL;
	return in_folder(judge->run->arena, eg_path_join(judge->run->arena, plan->prefix, "conda-meta"), name);
}
