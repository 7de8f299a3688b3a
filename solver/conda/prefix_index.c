#include "prefix_index.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "buf.h"
#include "ceilings.h"
#include "config.h"
#include "file.h"
#include "map.h"
#include "record_json.h"

/* The cached index: this, then an entry for each file. Another layout is another kind of entry. */
#define KIND "conda-meta-2"

enum { N_TEXTS = 9, N_LISTS = 3 };

struct entry {
	uint32_t n; /* with the texts that follow: file, then those of the record, then its lists; each with its NUL */
	uint16_t absent; /* bits: texts that are NULL */
	uint8_t noarch, zero;
	uint32_t lists[N_LISTS];
	int64_t size, mtime, inode; /* of the file */
	int64_t build_number, package_size, timestamp;
};

struct index {
	struct eg_run *run;
	const char *meta;
	struct eg_map known;    /* file name to packed entry */
	struct eg_buf packed;   /* of what is there now */
	size_t parsed;          /* files that had to be */
	struct eg_prefix_files files;
};

static const char **text_at(struct eg_conda_record *record, size_t i)
{
	const char **const texts[N_TEXTS] = {&record->name, &record->version, &record->build, &record->channel,
					     &record->subdir, &record->fn, &record->url, &record->sha256, &record->md5};

	return texts[i];
}

static struct eg_strs *list_at(struct eg_conda_record *record, size_t i)
{
	struct eg_strs *const lists[N_LISTS] = {&record->depends, &record->constrains, &record->track_features};

	return lists[i];
}

static void pack(struct eg_buf *buf, struct entry entry, const char *file, struct eg_conda_record *record)
{
	size_t start = buf->n;

	entry.noarch = (uint8_t)record->noarch;
	entry.build_number = record->build_number;
	entry.package_size = record->size;
	entry.timestamp = record->timestamp;
	eg_buf_add(buf, &entry, sizeof(entry));
	eg_buf_add(buf, file, strlen(file) + 1);
	for (size_t i = 0; i < N_TEXTS; i++) {
		const char *text = *text_at(record, i);

		entry.absent |= (uint16_t)(!text << i);
		eg_buf_add(buf, text ? text : "", text ? strlen(text) + 1 : 1);
	}
	for (size_t i = 0; i < N_LISTS; i++) {
		const struct eg_strs *list = list_at(record, i);

		entry.lists[i] = (uint32_t)list->n;
		for (size_t k = 0; k < list->n; k++)
			eg_buf_add(buf, list->v[k], strlen(list->v[k]) + 1);
	}
	entry.n = (uint32_t)(buf->n - start);
	if (!buf->overflow)
		memcpy(buf->s + start, &entry, sizeof(entry));
}

/* The next text before END, or NULL. */
static const char *take(const char **s, const char *end)
{
	const char *text = *s, *nul = memchr(text, 0, (size_t)(end - text));

	if (nul)
		*s = nul + 1;
	return nul ? text : NULL;
}

/* NULL: damaged. The texts stay where they are. */
static struct eg_conda_record *unpack(struct eg_run *run, const char *packed, const struct entry *entry)
{
	struct eg_conda_record *record = EG_NEW(run->arena, struct eg_conda_record);
	const char *s = packed + sizeof(*entry), *end = packed + entry->n;

	*record = (struct eg_conda_record){
		.build_number = entry->build_number,
		.size = entry->package_size,
		.timestamp = entry->timestamp,
		.noarch = (enum eg_noarch)entry->noarch,
	};
	bool whole = take(&s, end) && entry->noarch <= EG_NOARCH_PYTHON;
	for (size_t i = 0; i < N_TEXTS && whole; i++) {
		const char *text = take(&s, end);

		whole = text;
		*text_at(record, i) = entry->absent & 1U << i ? NULL : text;
	}
	for (size_t i = 0; i < N_LISTS && whole; i++) {
		struct eg_strs *list = list_at(record, i);

		whole = entry->lists[i] <= (size_t)(end - s);
		list->v = whole ? EG_ARRAY(run->arena, const char *, entry->lists[i]) : NULL;
		for (; list->n < entry->lists[i] && whole; list->n++)
			whole = (list->v[list->n] = take(&s, end));
		list->cap = list->n;
	}
	return whole && record->name && record->version && record->build ? record : NULL;
}

static void read_cached(struct index *index, struct eg_cache *cache)
{
	size_t n;
	const char *s = eg_cache_get(cache, KIND, index->meta, NULL, &n), *end = s ? s + n : NULL;
	struct entry entry;

	for (; s && (size_t)(end - s) >= sizeof(entry); s += entry.n) {
		memcpy(&entry, s, sizeof(entry));
		if (entry.n <= sizeof(entry) || entry.n > (size_t)(end - s) || s[entry.n - 1])
			return;
		eg_map_put(&index->known, s + sizeof(entry), (void *)s);
	}
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

	record->channel = eg_conda_url_public(run->arena, channel ? channel : "");
	if (record->url) /* what is kept in the cache has no token in it */
		record->url = eg_conda_url_public(run->arena, record->url);
	if (!record->subdir)
		record->subdir = "";
	if (!record->fn)
		record->fn = record->url ? basename_of(record->url) : "";
}

/* What a record says, without the lists of files that most of it consists of. */
static enum eg_error_kind parse(struct index *index, const char *file, struct eg_conda_record **ret)
{
	struct eg_run *run = index->run;
	const char *path = eg_path_join(run->arena, index->meta, file);
	struct eg_run reading = *run; /* the text itself is given back */
	struct eg_conda_record *record = NULL;
	char *text;
	size_t n;

	reading.arena = eg_arena_scratch(run->arena);
	enum eg_error_kind kind = eg_file_read(&reading, path, EG_MAX_CONDA_META, &text, &n);
	if (kind) {
		eg_fail(run, kind, "%s", reading.error.message);
		eg_arena_free(reading.arena);
		return kind;
	}
	cJSON *json = cJSON_ParseWithLength(text, n);
	if (cJSON_IsObject(json))
		record = eg_conda_record_json(run, json, NULL);
	if (record)
		settle(run, record, json);
	else
		kind = eg_fail(run, EG_FORMAT,
			       "'%s' is no record of an installed package: %s; reinstall the package by force, or make the "
			       "environment anew", path,
			       cJSON_IsObject(json) ? "it has no name, version or build" : "it is broken JSON");
	cJSON_Delete(json);
	eg_arena_free(reading.arena);
	*ret = record;
	return kind;
}

static enum eg_error_kind add_file(struct index *index, int dir, const char *file)
{
	struct eg_run *run = index->run;
	const char *name = eg_strdup(run->arena, file), *packed = eg_map_get(&index->known, file);
	struct eg_conda_record *record = NULL;
	struct entry entry = {0}, before;
	struct stat st;

	if (fstatat(dir, file, &st, 0))
		return eg_fail(run, EG_IO, "cannot read '%s/%s': %s", index->meta, file, strerror(errno));
	entry.size = st.st_size;
	entry.mtime = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	entry.inode = (int64_t)st.st_ino;
	if (packed) {
		memcpy(&before, packed, sizeof(before));
		if (before.size == entry.size && before.mtime == entry.mtime && before.inode == entry.inode)
			record = unpack(run, packed, &before);
	}
	if (record) {
		eg_buf_add(&index->packed, packed, before.n);
	} else {
		enum eg_error_kind kind = parse(index, name, &record);

		if (kind)
			return kind;
		index->parsed++;
		pack(&index->packed, entry, name, record);
	}
	eg_vec_push(run->arena, &index->files, (struct eg_prefix_file){name, record});
	if (index->files.n > EG_MAX_PREFIX_RECORDS)
		return eg_fail(run, EG_LIMIT, "'%s' holds more than %d records", index->meta, EG_MAX_PREFIX_RECORDS);
	return EG_OK;
}

/* Other files may lie there: conda passes over "._name.json" of macOS too. */
static bool is_record(const char *file)
{
	size_t n = strlen(file);

	return n > 5 && !strcmp(file + n - 5, ".json") && strncmp(file, "._", 2);
}

static enum eg_error_kind add_files(struct index *index)
{
	enum eg_error_kind kind = EG_OK;
	DIR *dir = opendir(index->meta);

	if (!dir)
		return eg_fail(index->run, EG_IO, "cannot read '%s': %s", index->meta, strerror(errno));
	for (const struct dirent *entry; !kind && (entry = readdir(dir));)
		if (is_record(entry->d_name))
			kind = add_file(index, dirfd(dir), entry->d_name);
	closedir(dir);
	return kind;
}

enum eg_error_kind eg_prefix_index_read(struct eg_run *run, struct eg_cache *cache, const char *meta,
					struct eg_prefix_files *ret)
{
	struct index index = {.run = run, .meta = meta, .known.arena = run->arena};
	static const struct eg_cache_meta lasting = {.expires = INT64_MAX};

	read_cached(&index, cache);
	enum eg_error_kind kind = add_files(&index);
	if (!kind && (index.parsed || index.files.n < index.known.n) && !index.packed.overflow)
		eg_cache_put(cache, KIND, meta, &lasting, index.packed.s ? index.packed.s : "", index.packed.n);
	eg_buf_free(&index.packed);
	if (!kind)
		*ret = index.files;
	return kind;
}
