#include "conda_cache.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "ceilings.h"
#include "checksum.h"
#include "file.h"
#include "json.h"
#include "shard_db.h"

enum { MAMBA_MAX_AGE = 3600 }; /* where a server says nothing (SubdirIndexLoader::load_cache) */

/* conda writes "" where the server said nothing. */
static const char *said(struct eg_run *run, const cJSON *state, const char *key)
{
	const char *s = eg_json_get_text(run->arena, state, key);

	return s && *s ? s : NULL;
}

static int64_t max_age(const char *cache_control)
{
	const char *s = cache_control ? strstr(cache_control, "max-age=") : NULL;

	return s ? strtoll(s + 8, NULL, 10) : -1;
}

int64_t eg_conda_max_age(const struct eg_conda_config *config, int64_t said)
{
	if (config->repodata_ttl > 1)
		return config->repodata_ttl;
	return config->repodata_ttl && said > 0 ? said : 0;
}

/* RepodataCache.load and stale; SubdirMetadata of libmamba has no refresh_ns, there the file's own time counts. */
static bool matches(struct eg_run *run, const struct eg_conda_config *config, const cJSON *state, const char *path,
		    struct eg_conda_cached *ret)
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
	if (off < -1e18) /* mamba writes the count of a clock whose zero is the year 2174 (libstdc++'s file_clock) */
		off += 6437664000e9;
	if (size->valuedouble != (double)st.st_size || off > 2000 || off < -2000)
		return false;
	int64_t age = max_age(said(run, state, "cache_control"));
	if (age < 0 && !cJSON_IsNumber(refreshed))
		age = MAMBA_MAX_AGE;
	double since = cJSON_IsNumber(refreshed) && refreshed->valuedouble < 9e18 ? refreshed->valuedouble : at;
	*ret = (struct eg_conda_cached){
		.path = path,
		.etag = said(run, state, "etag"),
		.last_modified = said(run, state, "mod"),
		.size = st.st_size,
		.expires = (int64_t)(since / 1e9) + eg_conda_max_age(config, age),
	};
	return ret->etag || ret->last_modified;
}

static bool read_state(struct eg_run *run, const struct eg_conda_config *config, const char *stem, const char *suffix,
		       bool shards, struct eg_conda_cached *ret)
{
	static const char *const forms[] = {".json", ".msgpack.zst"};
	size_t n;
	char *s = eg_file_read_if(run, eg_strf(run->arena, "%s%s", stem, suffix), EG_MAX_CONFIG, &n);
	cJSON *state = s ? cJSON_ParseWithLength(s, n) : NULL;
	bool ok = false;

	/* one state for both forms: that of the one which was written last */
	for (size_t i = 0; i <= shards && !ok && cJSON_IsObject(state); i++) {
		ok = matches(run, config, state, eg_strf(run->arena, "%s%s", stem, forms[i]), ret);
		ret->shards = i;
	}
	cJSON_Delete(state);
	return ok;
}

bool eg_conda_cached(struct eg_run *run, const struct eg_conda_config *config, const char *url, const char *fn,
		     bool shards, struct eg_conda_cached *ret)
{
	static const char *const suffixes[] = {".info.json", ".state.json"};
	/* cache_fn_url: the default name is not part of it */
	const char *key = eg_strf(run->arena, "%s/%s", url, strcmp(fn, "repodata.json") ? fn : "");
	const char *name = eg_strndup(run->arena, eg_md5(run->arena, key, strlen(key)), 8);
	struct eg_conda_cached found;
	bool any = false;

	for (size_t i = 0; i < config->pkgs_dirs.n; i++) {
		const char *stem = eg_strf(run->arena, "%s/cache/%s%s", config->pkgs_dirs.v[i], name,
					   config->use_only_tar_bz2 ? "1" : "");

		for (size_t k = 0; k < sizeof(suffixes) / sizeof(*suffixes); k++) {
			if (!read_state(run, config, stem, suffixes[k], shards, &found) ||
			    (any && found.expires <= ret->expires))
				continue;
			*ret = found;
			any = true;
		}
	}
	return any;
}

const char *eg_conda_cached_shard(struct eg_run *run, const struct eg_conda_config *config, const char *sha256,
				  const char *url, size_t *ret_n)
{
	for (size_t i = 0; i < config->pkgs_dirs.n; i++) {
		const char *cache = eg_path_join(run->arena, config->pkgs_dirs.v[i], "cache");
		const char *file = eg_strf(run->arena, "%s/shards/%s.msgpack.zst", cache, sha256);
		char *bytes = eg_file_read_if(run, file, EG_MAX_SHARD, ret_n);

		if (!bytes)
			bytes = eg_shard_db_get(run, eg_path_join(run->arena, cache, "repodata_shards.db"), url, EG_MAX_SHARD,
						ret_n);
		if (bytes && !strcmp(eg_sha256(run->arena, bytes, *ret_n), sha256))
			return bytes;
	}
	return NULL;
}
