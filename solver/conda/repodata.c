#include "repodata.h"

#include <cjson/cJSON.h>

#include "ceilings.h"
#include "file.h"
#include "fileurl.h"
#include "map.h"
#include "record_json.h"

typedef EG_VEC(struct eg_conda_record *) records;

static size_t stem_length(const char *fn)
{
	size_t n = strlen(fn);

	if (n > 6 && !strcmp(fn + n - 6, ".conda"))
		return n - 6;
	return n > 8 && !strcmp(fn + n - 8, ".tar.bz2") ? n - 8 : n;
}

/* One section of repodata.json; where STEMS is set, what it has already is left out, and what is new is put in. */
static void read_section(struct eg_run *run, const struct eg_subdir *subdir, const cJSON *section, bool add_stems,
			 struct eg_map *stems, records *ret)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, section) {
		const char *fn = eg_strdup(run->arena, item->string);
		const char *stem = eg_strndup(run->arena, fn, stem_length(fn));
		struct eg_conda_record *record = NULL;

		if (!add_stems && eg_map_get(stems, stem))
			continue;
		if (cJSON_IsObject(item))
			record = eg_conda_record_json(run, item, fn);
		if (!record)
			continue;
		record->channel = subdir->channel->name;
		if (!record->subdir)
			record->subdir = subdir->subdir;
		record->url = eg_strf(run->arena, "%s/%s/%s", subdir->channel->url, subdir->subdir, fn);
		if (add_stems)
			eg_map_put(stems, stem, record);
		eg_vec_push(run->arena, ret, record);
	}
}

/* .conda first, then each .tar.bz2 that has no .conda beside it (libmamba's mamba_read_json). */
static enum eg_error_kind read_subdir(struct eg_run *run, const struct eg_conda_config *config, struct eg_subdir *subdir)
{
	struct eg_map stems = {.arena = run->arena};
	records found = {0};
	char *text;
	size_t n;

	const char *url = eg_strf(run->arena, "%s/%s/repodata.json", subdir->channel->url, subdir->subdir);
	const char *path = eg_url_to_path(run->arena, url);
	if (!path)
		return eg_fail(run, EG_UNSUPPORTED, "channel '%s': only file: channels can be read yet", url);
	if (!eg_is_file(path))
		return EG_OK;
	enum eg_error_kind kind = eg_file_read(run, path, EG_MAX_REPODATA, &text, &n);
	if (kind)
		return kind;
	cJSON *json = cJSON_ParseWithLength(text, n);
	if (!cJSON_IsObject(json)) {
		cJSON_Delete(json);
		return eg_fail(run, EG_FORMAT, "'%s' is no repodata: broken JSON", path);
	}
	const cJSON *conda = cJSON_GetObjectItemCaseSensitive(json, "packages.conda");
	if (!config->use_only_tar_bz2)
		read_section(run, subdir, conda, true, &stems, &found);
	read_section(run, subdir, cJSON_GetObjectItemCaseSensitive(json, "packages"), false, &stems, &found);
	cJSON_Delete(json);
	subdir->records = found.v;
	subdir->n_records = found.n;
	return EG_OK;
}

enum eg_error_kind eg_conda_universe_load(struct eg_run *run, struct eg_cache *cache, struct eg_fetch *fetch,
					  const struct eg_conda_config *config, const struct eg_channel *channels,
					  size_t n_channels, const struct eg_strs *names, struct eg_conda_universe *ret)
{
	EG_VEC(struct eg_subdir) subdirs = {0};

	(void)cache;
	(void)fetch;
	(void)names; /* everything */
	for (size_t i = 0; i < n_channels; i++) {
		eg_vec_push(run->arena, &subdirs,
			    (struct eg_subdir){.channel = &channels[i], .subdir = config->subdir, .rank = i});
		eg_vec_push(run->arena, &subdirs,
			    (struct eg_subdir){.channel = &channels[i], .subdir = "noarch", .rank = i});
	}
	for (size_t i = 0; i < subdirs.n; i++) {
		enum eg_error_kind kind = read_subdir(run, config, &subdirs.v[i]);

		if (kind)
			return kind;
	}
	*ret = (struct eg_conda_universe){.subdirs = subdirs.v, .n_subdirs = subdirs.n};
	return EG_OK;
}
