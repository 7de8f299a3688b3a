#include "prefix.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <stdlib.h>

#include "ceilings.h"
#include "file.h"
#include "history.h"
#include "record_json.h"

static int by_name(const void *a, const void *b)
{
	const struct eg_conda_record *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static const char *basename_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* conda-meta says the channel as a URL with subdir, as a name, or not at all. */
static void settle(struct eg_run *run, struct eg_conda_record *record, const cJSON *json)
{
	const char *channel = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "channel"));

	record->channel = eg_strdup(run->arena, channel ? channel : "");
	if (!record->subdir)
		record->subdir = "";
	if (!record->fn)
		record->fn = record->url ? basename_of(record->url) : "";
}

static struct eg_conda_record *read_record(struct eg_run *run, const char *path)
{
	struct eg_conda_record *record = NULL;
	size_t n;
	char *text = eg_file_read_if(run, path, EG_MAX_CONDA_META, &n);
	cJSON *json = text ? cJSON_ParseWithLength(text, n) : NULL;

	if (cJSON_IsObject(json))
		record = eg_conda_record_json(run, json, NULL);
	if (record)
		settle(run, record, json);
	else
		eg_note(run, "'%s' is no record of an installed package: it is left out", path);
	cJSON_Delete(json);
	return record;
}

static void read_records(struct eg_run *run, const char *meta, struct eg_conda_prefix *prefix)
{
	EG_VEC(struct eg_conda_record *) records = {0};
	DIR *dir = opendir(meta);

	for (const struct dirent *entry; dir && (entry = readdir(dir));) {
		size_t n = strlen(entry->d_name);

		if (entry->d_name[0] == '.' || n < 6 || strcmp(entry->d_name + n - 5, ".json"))
			continue;
		struct eg_conda_record *record = read_record(run, eg_path_join(run->arena, meta, entry->d_name));
		if (record)
			eg_vec_push(run->arena, &records, record);
	}
	if (dir)
		closedir(dir);
	if (records.n)
		qsort(records.v, records.n, sizeof(*records.v), by_name);
	prefix->records = records.v;
	prefix->n_records = records.n;
	for (size_t i = 0; i < records.n; i++)
		eg_map_put(&prefix->by_name, records.v[i]->name, records.v[i]);
}

/* One MatchSpec a line (PrefixData.get_pinned_specs). */
static void read_pinned(struct eg_run *run, const char *path, struct eg_strs *ret)
{
	char *text = eg_file_read_if(run, path, EG_MAX_CONFIG, NULL), *state = NULL;

	for (char *line = text ? strtok_r(text, "\r\n", &state) : NULL; line; line = strtok_r(NULL, "\r\n", &state)) {
		line += strspn(line, " \t");
		if (*line && *line != '#')
			eg_vec_push(run->arena, ret, line);
	}
}

/* CEP 22: the file alone freezes; JSON in it may say why. */
static const char *read_frozen(struct eg_run *run, const char *path)
{
	size_t n;
	char *text = eg_is_file(path) ? eg_file_read_if(run, path, EG_MAX_CONFIG, &n) : NULL;
	cJSON *json = text ? cJSON_ParseWithLength(text, n) : NULL;
	const char *message = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "message"));
	const char *ret = message ? eg_strdup(run->arena, message) : "";

	cJSON_Delete(json);
	return eg_is_file(path) ? ret : NULL;
}

/* Where conda itself is installed, and not below an envs folder. */
static bool is_base(const struct eg_conda_prefix *prefix)
{
	const char *slash = strrchr(prefix->path, '/');

	return eg_map_get(&prefix->by_name, "conda") &&
	       !(slash && slash - prefix->path >= 5 && !strncmp(slash - 5, "/envs", 5));
}

enum eg_error_kind eg_conda_prefix_read(struct eg_run *run, struct eg_cache *cache, const char *path,
					struct eg_conda_prefix *ret)
{
	struct eg_conda_prefix prefix = {.path = path, .by_name.arena = run->arena};
	const char *meta = eg_path_join(run->arena, path, "conda-meta");

	(void)cache;
	prefix.exists = eg_is_dir(meta);
	if (prefix.exists) {
		char *history = eg_file_read_if(run, eg_path_join(run->arena, meta, "history"), EG_MAX_CONDA_META, NULL);

		read_records(run, meta, &prefix);
		read_pinned(run, eg_path_join(run->arena, meta, "pinned"), &prefix.pinned);
		prefix.frozen = read_frozen(run, eg_path_join(run->arena, meta, "frozen"));
		prefix.is_base = is_base(&prefix);
		if (history)
			eg_conda_history(run, history, &prefix.by_name, &prefix.history, &prefix.revisions);
	}
	*ret = prefix;
	return EG_OK;
}

enum eg_error_kind eg_conda_prefix_revision(struct eg_run *run, const struct eg_conda_prefix *prefix, size_t n,
					    struct eg_strs *ret_dists)
{
	const char *path = eg_path_join(run->arena, prefix->path, "conda-meta/history");
	char *history = eg_file_read_if(run, path, EG_MAX_CONDA_META, NULL);

	if (!history || !eg_conda_history_state(run, history, n, ret_dists))
		return eg_fail(run, EG_NOT_FOUND, "no such revision: %zu", n);
	return EG_OK;
}
