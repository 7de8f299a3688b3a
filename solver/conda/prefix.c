#include "prefix.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "ceilings.h"
#include "file.h"
#include "history.h"
#include "prefix_index.h"

static int by_name(const void *a, const void *b)
{
	const struct eg_conda_record *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* PrefixData._load_single_record: a record whose file has another name is passed over. */
static bool has_its_name(struct eg_arena *arena, const struct eg_prefix_file *file)
{
	const struct eg_conda_record *record = file->record;

	return !strcmp(file->name, eg_strf(arena, "%s-%s-%s.json", record->name, record->version, record->build));
}

/* "blas_mkl blas_mkl_2": two features to conda (_FeaturesField); one to libmamba (PackageInfo's from_json), which so counts
   fewer of what is installed than of the same package in its channel. */
static void part_features(struct eg_arena *arena, bool mamba, struct eg_strs *features)
{
	const char *between = mamba ? "," : ", \t";
	struct eg_strs parts = {0};

	for (size_t i = 0; i < features->n; i++) {
		const char *s = features->v[i];

		for (s += strspn(s, between); *s; s += strspn(s, between)) {
			size_t n = strcspn(s, between);

			eg_vec_push(arena, &parts, eg_strndup(arena, s, n));
			s += n;
		}
	}
	*features = parts;
}

/* Of two records of one name the last in the directory counts for conda, the first for mamba. */
static void add_record(struct eg_run *run, const char *meta, bool mamba, const struct eg_prefix_file *file,
		       struct eg_map *ret)
{
	const struct eg_prefix_file *other = eg_map_get(ret, file->record->name);

	if (!mamba && !has_its_name(run->arena, file)) {
		eg_note(run, "'%s/%s' is passed over: it is the record of %s-%s-%s", meta, file->name, file->record->name,
			file->record->version, file->record->build);
		return;
	}
	if (other)
		eg_note(run, "'%s' has two records of %s: '%s' and '%s'; the environment is damaged, and what %s makes of it "
			"is chance", meta, file->record->name, other->name, file->name, mamba ? "mamba" : "conda");
	if (!other || !mamba)
		eg_map_put(ret, file->record->name, (void *)file);
}

static enum eg_error_kind read_records(struct eg_run *run, struct eg_cache *cache, const char *meta, bool mamba,
				       struct eg_conda_prefix *prefix)
{
	struct eg_prefix_files files = {0};
	struct eg_map chosen = {.arena = run->arena};
	enum eg_error_kind kind = eg_prefix_index_read(run, cache, meta, &files);

	if (kind)
		return kind;
	for (size_t i = 0; i < files.n; i++)
		add_record(run, meta, mamba, &files.v[i], &chosen);
	prefix->records = EG_ARRAY(run->arena, struct eg_conda_record *, chosen.n);
	for (size_t i = 0; i < chosen.n; i++)
		prefix->records[prefix->n_records++] = ((const struct eg_prefix_file *)chosen.v[i].value)->record;
	if (chosen.n)
		qsort(prefix->records, prefix->n_records, sizeof(*prefix->records), by_name);
	for (size_t i = 0; i < prefix->n_records; i++) {
		part_features(run->arena, mamba, &prefix->records[i]->track_features);
		eg_map_put(&prefix->by_name, prefix->records[i]->name, prefix->records[i]);
	}
	return EG_OK;
}

/* One MatchSpec a line (PrefixData.get_pinned_specs). */
static void read_pinned(struct eg_run *run, const char *path, struct eg_strs *ret)
{
	char *text = eg_file_read_if(run, path, EG_MAX_CONFIG, NULL), *state = NULL;

	for (char *line = text ? strtok_r(text, "\r\n", &state) : NULL; line; line = strtok_r(NULL, "\r\n", &state)) {
		const char *start = line + strspn(line, " \t");

		if (*start && *start != '#')
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

enum eg_error_kind eg_conda_prefix_read(struct eg_run *run, struct eg_cache *cache, const char *path, bool mamba,
					struct eg_conda_prefix *ret)
{
	struct eg_conda_prefix prefix = {.path = path, .by_name.arena = run->arena};
	const char *meta = eg_path_join(run->arena, path, "conda-meta");

	prefix.exists = eg_is_dir(meta);
	if (prefix.exists) {
		enum eg_error_kind kind = read_records(run, cache, meta, mamba, &prefix);

		if (kind)
			return kind;
		read_pinned(run, eg_path_join(run->arena, meta, "pinned"), &prefix.pinned);
		prefix.frozen = read_frozen(run, eg_path_join(run->arena, meta, "frozen"));
		prefix.is_base = is_base(&prefix);
		prefix.history = eg_file_read_if(run, eg_path_join(run->arena, meta, "history"), EG_MAX_CONDA_META, NULL);
	}
	*ret = prefix;
	return EG_OK;
}

enum eg_error_kind eg_conda_prefix_revision(struct eg_run *run, const struct eg_conda_prefix *prefix, size_t n,
					    struct eg_strs *ret_dists)
{
	bool found = false;
	enum eg_error_kind kind =
		prefix->history ? eg_conda_history_state(run, prefix->history, n, ret_dists, &found) : EG_OK;

	return kind || found ? kind : eg_fail(run, EG_NOT_FOUND, "no such revision: %zu", n);
}
