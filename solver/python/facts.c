#include "facts.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "file.h"
#include "json.h"

enum { OLDEST_MINOR = 8 }; /* Python 3.8 */

static void read_markers(struct eg_arena *arena, const cJSON *json, struct eg_marker_env *ret)
{
	const cJSON *markers = cJSON_GetObjectItemCaseSensitive(json, "markers");

	for (int i = 0; i < EG_N_MARKER_VARIABLES; i++) {
		const char *s = eg_json_get_text(arena, markers, eg_marker_variable_name((enum eg_marker_variable)i));
		ret->value[i] = s ? s : "";
	}
}

/* Reads N numbers; false when they are not there. */
static bool numbers(const cJSON *object, const char *key, int *ret, int n)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, key);

	if (cJSON_GetArraySize(list) != n)
		return false;
	for (int i = 0; i < n; i++) {
		const cJSON *item = cJSON_GetArrayItem(list, i);
		if (!cJSON_IsNumber(item) || item->valueint < 0)
			return false;
		ret[i] = item->valueint;
	}
	return true;
}

static void read_libc(const cJSON *tags, struct eg_tag_facts *ret)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(tags, "libc"));
	int version[2];

	if (!name || !numbers(tags, "libc_version", version, 2))
		return;
	ret->libc = strcmp(name, "musl") ? EG_GLIBC : EG_MUSL;
	ret->libc_version[0] = version[0];
	ret->libc_version[1] = version[1];
}

static void read_tags(struct eg_arena *arena, const cJSON *json, const int python[3], struct eg_tag_facts *ret)
{
	const cJSON *tags = cJSON_GetObjectItemCaseSensitive(json, "tags");
	const char *implementation = eg_json_get_text(arena, tags, "implementation");
	const char *abi_flags = eg_json_get_text(arena, tags, "abi_flags");
	const char *platform = eg_json_get_text(arena, tags, "platform");

	*ret = (struct eg_tag_facts){
		.implementation = implementation ? implementation : "py",
		.python = {python[0], python[1]},
		.abi_flags = abi_flags ? abi_flags : "",
		.soabi = eg_json_get_text(arena, tags, "soabi"),
		.platform = platform ? platform : "any",
	};
	read_libc(tags, ret);
}

static void read_places(struct eg_arena *arena, const cJSON *json, struct eg_interpreter *ret)
{
	ret->prefix = eg_json_get_text(arena, json, "prefix");
	ret->base_prefix = eg_json_get_text(arena, json, "base_prefix");
	ret->purelib = eg_json_get_text(arena, json, "purelib");
	ret->platlib = eg_json_get_text(arena, json, "platlib");
	ret->site = eg_json_get_texts(arena, json, "site");
	ret->user_site = eg_json_get_text(arena, json, "user_site");
	ret->venv = eg_json_get_truth(json, "venv");
	ret->system_site = eg_json_get_truth(json, "system_site");
	ret->pkg_resources = eg_json_get_truth(json, "pkg_resources");
	ret->externally_managed = eg_json_get_text(arena, json, "externally_managed");
	ret->default_index = eg_json_get_text(arena, json, "default_index");
	ret->site_config = ret->prefix;
	ret->conda = ret->prefix && eg_is_dir(eg_path_join(arena, ret->prefix, "conda-meta"));
}

static enum eg_error_kind read_facts(struct eg_run *run, const cJSON *json, const char *exe, struct eg_interpreter *ret)
{
	struct eg_interpreter facts = {.exe = eg_json_get_text(run->arena, json, "executable")};

	if (!numbers(json, "python", facts.python, 3))
		return eg_fail(run, EG_FORMAT, "'%s' does not tell its Python version", exe);
	facts.version = eg_strf(run->arena, "%d.%d.%d", facts.python[0], facts.python[1], facts.python[2]);
	if (facts.python[0] < 3 || (facts.python[0] == 3 && facts.python[1] < OLDEST_MINOR))
		return eg_fail(run, EG_UNSUPPORTED, "Python %s ('%s') is not supported: 3.%d or later is needed",
			       facts.version, exe, OLDEST_MINOR);
	read_markers(run->arena, json, &facts.markers);
	read_tags(run->arena, json, facts.python, &facts.tags);
	read_places(run->arena, json, &facts);
	if (!facts.prefix || !facts.base_prefix || !facts.purelib || !facts.platlib)
		return eg_fail(run, EG_FORMAT, "'%s' does not tell where its packages lie", exe);
	*ret = facts;
	return EG_OK;
}

enum eg_error_kind eg_facts_read(struct eg_run *run, const char *json, size_t n, const char *exe,
				 struct eg_interpreter *ret)
{
	cJSON *parsed = cJSON_ParseWithLength(json, n);
	enum eg_error_kind kind = cJSON_IsObject(parsed) ? read_facts(run, parsed, exe, ret)
							 : eg_fail(run, EG_FORMAT, "'%s' gave an unreadable answer", exe);

	cJSON_Delete(parsed);
	return kind;
}

static char *identity(struct eg_arena *arena, int dir, const char *path)
{
	struct stat st;

	if (fstatat(dir, path, &st, 0))
		return eg_strf(arena, "%s absent", path);
	return eg_strf(arena, "%s %jd %jd %jd.%09ld", path, (intmax_t)st.st_ino, (intmax_t)st.st_size,
		       (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && !strcmp(s + n - m, end);
}

/* Of a site directory only its presence and its .pth files (.start: PEP 829) matter: what is installed comes and goes. */
static void stamp_directory(struct eg_arena *arena, const char *path, struct eg_strs *lines)
{
	DIR *dir = opendir(path);
	size_t first = lines->n + 1;

	eg_vec_push(arena, lines, eg_strf(arena, "%s %s", path, dir ? "present" : "absent"));
	if (!dir)
		return;
	for (const struct dirent *entry; (entry = readdir(dir));)
		if (ends_with(entry->d_name, ".pth") || ends_with(entry->d_name, ".start"))
			eg_vec_push(arena, lines, identity(arena, dirfd(dir), entry->d_name));
	closedir(dir);
	qsort(lines->v + first, lines->n - first, sizeof(*lines->v), by_text);
}

static char *joined(struct eg_arena *arena, const struct eg_strs *lines)
{
	size_t n = 1;

	for (size_t i = 0; i < lines->n; i++)
		n += strlen(lines->v[i]) + 1;
	char *out = eg_alloc(arena, n), *p = out;
	for (size_t i = 0; i < lines->n; i++) {
		p = stpcpy(p, lines->v[i]);
		*p++ = '\n';
	}
	return out;
}

char *eg_facts_stamp(struct eg_run *run, const char *json, size_t n)
{
	cJSON *parsed = cJSON_ParseWithLength(json, n);
	struct eg_strs directories = eg_json_get_texts(run->arena, parsed, "watched_directories");
	struct eg_strs files = eg_json_get_texts(run->arena, parsed, "watched_files"), lines = {0};

	cJSON_Delete(parsed);
	if (!files.n)
		return NULL;
	for (size_t i = 0; i < directories.n; i++)
		stamp_directory(run->arena, directories.v[i], &lines);
	for (size_t i = 0; i < files.n; i++)
		eg_vec_push(run->arena, &lines, identity(run->arena, AT_FDCWD, files.v[i]));
	return joined(run->arena, &lines);
}
