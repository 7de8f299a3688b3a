#include "pip_records.h"

#include <dirent.h>
#include <stdlib.h>

#include "buf.h"
#include "ceilings.h"
#include "file.h"
#include "python/distinfo.h"
#include "python/metadata.h"

typedef EG_VEC(struct eg_conda_record *) records;

static int by_name(const void *a, const void *b)
{
	const struct eg_conda_record *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && !strcmp(s + n - m, end);
}

static struct eg_metadata *read_metadata(struct eg_run *run, const char *info)
{
	struct eg_metadata *metadata = EG_NEW(run->arena, struct eg_metadata);
	struct eg_buf text = {.max = EG_MAX_METADATA};
	struct eg_run quiet = {.arena = run->arena};
	const char *path = eg_path_join(run->arena, info, "METADATA");
	bool read = !eg_distinfo_headers(path, &text) && text.s &&
		    !eg_metadata_parse(&quiet, text.s, text.n, path, metadata);

	eg_buf_free(&text);
	return read && metadata->name && metadata->version ? metadata : NULL;
}

/* "triton ==2.1.0": what holds without a marker, for markers need an interpreter. */
static void read_requires(struct eg_run *run, const struct eg_metadata *metadata, struct eg_strs *ret)
{
	for (size_t i = 0; i < metadata->n_requires_dist; i++) {
		const struct eg_requirement *requirement = &metadata->requires_dist[i];

		if (requirement->marker || requirement->url)
			continue;
		const char *versions = eg_specset_text(run->arena, &requirement->spec);
		eg_vec_push(run->arena, ret,
			    *versions ? eg_strf(run->arena, "%s %s", requirement->project, versions)
				      : requirement->project);
	}
}

/* conda's own packages have a .dist-info too, which says so or is named as the package. */
static void read_dist(struct eg_run *run, const char *site, const char *name, const struct eg_map *conda, records *ret)
{
	const char *info = eg_path_join(run->arena, site, name);
	const char *installer = eg_file_read_if(run, eg_path_join(run->arena, info, "INSTALLER"), EG_MAX_CONFIG, NULL);
	const struct eg_metadata *metadata;

	if ((installer && !strncmp(installer, "conda", 5)) || !(metadata = read_metadata(run, info)))
		return;
	const char *project = eg_normalize(run->arena, metadata->name, strlen(metadata->name));
	if (eg_map_get(conda, project))
		return;
	struct eg_conda_record *record = EG_NEW(run->arena, struct eg_conda_record);
	*record = (struct eg_conda_record){
		.name = project,
		.version = metadata->version,
		.build = "pypi_0",
		.channel = "pypi",
		.subdir = "pypi",
		.fn = eg_strdup(run->arena, name),
		.size = -1,
	};
	read_requires(run, metadata, &record->depends);
	eg_vec_push(run->arena, ret, record);
}

static void read_site(struct eg_run *run, const char *site, const struct eg_map *conda, records *ret)
{
	DIR *dir = opendir(site);

	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		if (ends_with(entry->d_name, ".dist-info") && ret->n < EG_MAX_CONDA_RECORDS)
			read_dist(run, site, entry->d_name, conda, ret);
	if (dir)
		closedir(dir);
}

void eg_pip_records(struct eg_run *run, const char *prefix, const struct eg_map *conda, struct eg_conda_record ***ret,
		    size_t *ret_n)
{
	const struct eg_conda_record *python = eg_map_get(conda, "python");
	records found = {0};

	if (python) {
		size_t n = strcspn(python->version, ".");

		n += python->version[n] ? 1 + strcspn(python->version + n + 1, ".") : 0;
		read_site(run, eg_strf(run->arena, "%s/lib/python%.*s/site-packages", prefix, (int)n, python->version), conda,
			  &found);
	}
	if (found.n)
		qsort(found.v, found.n, sizeof(*found.v), by_name);
	*ret = found.v;
	*ret_n = found.n;
}
