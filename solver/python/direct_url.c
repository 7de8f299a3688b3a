#include "direct_url.h"

#include <cjson/cJSON.h>
#include <strings.h>

#include "fetch.h"

/* pip/_internal/utils/urls.py, url_to_path */
static const char *path_of(struct eg_arena *arena, const char *url)
{
	if (strncasecmp(url, "file:", 5))
		return NULL;
	url += 5;
	if (!strncmp(url, "//", 2)) {
		url += 2;
		if (!strncasecmp(url, "localhost/", 10))
			url += 9;
	}
	return *url == '/' ? eg_url_unquote(arena, url) : NULL;
}

static const char *read_object(struct eg_arena *arena, const cJSON *json, struct eg_direct_url *ret)
{
	static const char *const kinds[] = {"vcs_info", "archive_info", "dir_info"};
	const char *url = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "url"));
	const cJSON *dir = cJSON_GetObjectItemCaseSensitive(json, "dir_info");
	int n = 0;

	if (!cJSON_IsObject(json))
		return "no JSON object";
	if (!url)
		return "it has no url";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		n += cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(json, kinds[i]));
	if (n != 1)
		return "it needs exactly one of vcs_info, archive_info, dir_info";
	ret->url = eg_strdup(arena, url);
	ret->source = !cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(json, "archive_info"));
	ret->editable = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(dir, "editable")) ? path_of(arena, url) : NULL;
	return NULL;
}

bool eg_direct_url_parse(struct eg_arena *arena, const char *text, struct eg_direct_url *ret, const char **ret_error)
{
	cJSON *json = cJSON_Parse(text);
	const char *error = read_object(arena, json, ret);

	cJSON_Delete(json);
	if (error)
		*ret_error = error;
	return !error;
}

static const char *at(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* archive_info.hashes, else the older archive_info.hash, "sha256=…". */
static const char *archive_hash(struct eg_arena *arena, const cJSON *archive)
{
	const cJSON *hashes = cJSON_GetObjectItemCaseSensitive(archive, "hashes");
	const char *sha256 = at(hashes, "sha256"), *old = at(archive, "hash");

	return sha256 ? eg_strf(arena, "sha256=%s", sha256) : old ? eg_strdup(arena, old) : NULL;
}

const char *eg_direct_url_reference(struct eg_arena *arena, const char *text)
{
	cJSON *json = cJSON_Parse(text);
	const cJSON *vcs = cJSON_GetObjectItemCaseSensitive(json, "vcs_info");
	const char *kind = at(vcs, "vcs"), *commit = at(vcs, "commit_id"), *folder = at(json, "subdirectory");
	const char *hash = archive_hash(arena, cJSON_GetObjectItemCaseSensitive(json, "archive_info"));
	struct eg_direct_url direct;
	const char *reference = NULL;

	if (!read_object(arena, json, &direct))
		reference = eg_strf(arena, "%s%s%s%s%s%s%s%s%s%s", kind ? kind : "", kind ? "+" : "", direct.url,
				    commit ? "@" : "", commit ? commit : "", hash || folder ? "#" : "", hash ? hash : "",
				    hash && folder ? "&" : "", folder ? "subdirectory=" : "", folder ? folder : "");
	cJSON_Delete(json);
	return reference;
}
