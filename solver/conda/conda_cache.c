#include "conda_cache.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "ceilings.h"
#include "checksum.h"
#include "file.h"

static const char *text(struct eg_run *run, const cJSON *json, const char *key)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, key));

	return s && *s ? eg_strdup(run->arena, s) : NULL;
}

static int64_t max_age(const char *cache_control)
{
	const char *s = cache_control ? strstr(cache_control, "max-age=") : NULL;

	return s ? strtoll(s + 8, NULL, 10) : 0;
}

/* RepodataCache.load and stale; SubdirMetadata of libmamba has no refresh_ns, there the file's own time counts. */
static bool matches(struct eg_run *run, const cJSON *state, const char *path, struct eg_conda_cached *ret)
{
	const cJSON *mtime = cJSON_GetObjectItemCaseSensitive(state, "mtime_ns");
	const cJSON *size = cJSON_GetObjectItemCaseSensitive(state, "size");
	const cJSON *refreshed = cJSON_GetObjectItemCaseSensitive(state, "refresh_ns");
	struct stat st;

	if (!cJSON_IsNumber(mtime) || !cJSON_IsNumber(size) || stat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	/* nanoseconds since the epoch do not fit a double: what is left of them must agree */
	double at = (double)st.st_mtim.tv_sec * 1e9 + (double)st.st_mtim.tv_nsec;
	double off = mtime->valuedouble - at;
	if (size->valuedouble != (double)st.st_size || off > 2000 || off < -2000)
		return false;
	double since = cJSON_IsNumber(refreshed) && refreshed->valuedouble < 9e18 ? refreshed->valuedouble : at;
	*ret = (struct eg_conda_cached){
		.path = path,
		.etag = text(run, state, "etag"),
		.last_modified = text(run, state, "mod"),
		.size = st.st_size,
		.expires = (int64_t)(since / 1e9) + max_age(text(run, state, "cache_control")),
	};
	return ret->etag || ret->last_modified;
}

static bool read_state(struct eg_run *run, const char *stem, const char *suffix, struct eg_conda_cached *ret)
{
	size_t n;
	char *s = eg_file_read_if(run, eg_strf(run->arena, "%s%s", stem, suffix), EG_MAX_CONFIG, &n);
	cJSON *state = s ? cJSON_ParseWithLength(s, n) : NULL;
	bool ok = cJSON_IsObject(state) && matches(run, state, eg_strf(run->arena, "%s.json", stem), ret);

	cJSON_Delete(state);
	return ok;
}

bool eg_conda_cached(struct eg_run *run, const struct eg_conda_config *config, const char *url, const char *fn,
		     struct eg_conda_cached *ret)
{
	static const char *const suffixes[] = {".info.json", ".state.json"};
	/* cache_fn_url: the default name is not part of it */
	const char *key = eg_strf(run->arena, "%s/%s", url, strcmp(fn, "repodata.json") ? fn : "");
	const char *name = eg_strndup(run->arena, eg_md5(run->arena, key, strlen(key)), 8);
	struct eg_conda_cached found;
	bool any = false;

	for (size_t i = 0; i < config->pkgs_dirs.n; i++) {
		const char *stem = eg_strf(run->arena, "%s/cache/%s", config->pkgs_dirs.v[i], name);

		for (size_t k = 0; k < sizeof(suffixes) / sizeof(*suffixes); k++) {
			if (!read_state(run, stem, suffixes[k], &found) || (any && found.expires <= ret->expires))
				continue;
			*ret = found;
			any = true;
		}
	}
	return any;
}
