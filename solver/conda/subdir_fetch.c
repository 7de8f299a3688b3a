#include "subdir_fetch.h"

#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "ceilings.h"
#include "checksum.h"
#include "conda_cache.h"
#include "file.h"
#include "mirrors.h"
#include "store_build.h"

enum form { SHARDS, ZST, BZ2, JSON, N_FORMS };

enum { ASK_AGAIN_S = 7 * 86400 }; /* whether there is another form by now (conda's CHECK_ALTERNATE_FORMAT_INTERVAL) */

/* One subdir on its way. */
struct asked {
	struct eg_subdir_sources *sources;
	struct eg_subdir_source *source;
	const char *base;        /* URL of the subdir, credentials included */
	const char *shown;       /* public URL with the file's name, for messages */
	const char *key;         /* the same, of cache entries */
	size_t mirror;           /* 0: the channel's own URL */
	enum form form;
	bool skipped;            /* forms before it were not asked for: they were not there before */
	const char *kept;        /* what the cache knows: "form identity"; NULL: nothing */
	struct eg_cache_meta meta;
	struct eg_store *store;  /* of the cache, as .kept says */
	const char *shards_index;/* the same of shards */
	size_t shards_n;
	struct eg_conda_cached other; /* of conda's or mamba's own cache */
	bool has_other;
	enum eg_error_kind kind;
	bool done;
};

static const struct {
	const char *suffix;
	enum eg_packing packing;
} forms[N_FORMS] = {[ZST] = {".zst", EG_ZSTD}, [BZ2] = {".bz2", EG_BZIP2}, [JSON] = {"", EG_PLAIN}};

static const char *url_of(const struct asked *asked, enum form form)
{
	struct eg_run *run = asked->sources->run;
	const char *fn = eg_conda_repodata_fn(asked->sources->config);

	if (form == SHARDS)
		return eg_strf(run->arena, "%s/repodata_shards.msgpack.zst", asked->base);
	return eg_strf(run->arena, "%s/%s%s", asked->base, fn, forms[form].suffix);
}

static bool use_shards(const struct asked *asked)
{
	const struct eg_conda_config *config = asked->sources->config;

	return config->use_shards && !strcmp(eg_conda_repodata_fn(config), "repodata.json");
}

static enum form first_form(const struct asked *asked)
{
	return use_shards(asked) ? SHARDS : ZST;
}

/* Of what conda or mamba keeps. */
static enum form other_form(const struct asked *asked)
{
	return asked->other.shards ? SHARDS : JSON;
}

static void remember(struct asked *asked, enum form form, const char *identity, const struct eg_cache_meta *meta)
{
	const char *body = eg_strf(asked->sources->run->arena, "%d %lld %s", (int)form, (long long)time(NULL), identity);

	eg_cache_put(asked->sources->cache, "subdir", asked->key, meta, body, strlen(body));
}

static struct eg_cache_meta meta_of(const struct asked *asked, const struct eg_response *response)
{
	struct eg_run *run = asked->sources->run;

	return (struct eg_cache_meta){
		.etag = response->etag ? eg_strdup(run->arena, response->etag) : NULL,
		.last_modified = response->last_modified ? eg_strdup(run->arena, response->last_modified) : NULL,
		.expires = (int64_t)time(NULL) + eg_conda_max_age(asked->sources->config, response->max_age_s),
	};
}

static enum eg_error_kind use_shards_index(struct asked *asked, const void *index, size_t n)
{
	const struct eg_subdir_sources *sources = asked->sources;
	struct eg_shards_source from = {sources->cache, sources->fetch, sources->config, url_of(asked, SHARDS)};

	return eg_shards_open(sources->run, &from, index, n, &asked->source->shards);
}

/* What the cache has is what the channel has. */
static void use_kept(struct asked *asked)
{
	asked->done = true;
	if (asked->shards_index) {
		asked->kind = use_shards_index(asked, asked->shards_index, asked->shards_n);
	} else {
		asked->source->store = asked->store;
		asked->store = NULL;
	}
}

static void use_other_shards(struct asked *asked, const struct eg_cache_meta *meta)
{
	size_t n;
	const char *index = eg_file_read_if(asked->sources->run, asked->other.path, EG_MAX_SHARD_INDEX, &n);

	asked->done = true;
	asked->kind = index ? use_shards_index(asked, index, n)
			    : eg_fail(asked->sources->run, EG_IO, "cannot read '%s'", asked->other.path);
	if (asked->kind)
		return;
	eg_cache_put(asked->sources->cache, "shards", asked->key, meta, index, n);
	remember(asked, SHARDS, asked->other.path, meta);
}

static void use_other(struct asked *asked, int64_t expires)
{
	struct eg_run *run = asked->sources->run;
	const struct eg_conda_cached *other = &asked->other;
	const char *identity = eg_strf(run->arena, "%s|%s|%lld", other->etag ? other->etag : "",
				       other->last_modified ? other->last_modified : "", (long long)other->size);
	struct eg_packed packed = {.name = other->path, .max = EG_MAX_REPODATA};
	struct eg_cache_meta meta = {other->etag, other->last_modified, expires};

	if (other->shards) {
		use_other_shards(asked, &meta);
		return;
	}
	asked->done = true;
	packed.fd = open(other->path, O_RDONLY | O_CLOEXEC);
	if (packed.fd < 0) {
		asked->kind = eg_fail(run, EG_IO, "cannot read '%s'", packed.name);
		return;
	}
	asked->kind = eg_store_build(run, asked->sources->cache, asked->key, identity, &packed, &asked->source->store);
	close(packed.fd);
	if (!asked->kind)
		remember(asked, JSON, identity, &meta);
}

/* What a network answers that wants a login first. */
static bool is_web_page(const struct eg_response *response)
{
	const char *s = response->body ? response->body + strspn(response->body, " \t\r\n") : "";

	return *s == '<';
}

static void use_answer(struct asked *asked, const struct eg_response *response)
{
	struct eg_run *run = asked->sources->run;
	struct eg_cache_meta meta = meta_of(asked, response);
	const char *identity = eg_strf(run->arena, "%s|%s|%zu", meta.etag ? meta.etag : "",
				       meta.last_modified ? meta.last_modified : "", response->n);
	struct eg_packed packed = {
		.name = asked->shown,
		.packing = forms[asked->form].packing,
		.bytes = response->body ? response->body : "",
		.n = response->n,
		.max = EG_MAX_REPODATA,
	};

	asked->done = true;
	if (is_web_page(response)) {
		asked->kind = eg_fail(run, EG_NET, "channel '%s' answered with a web page: it is no channel, or a login of the "
				      "network stands before it", asked->shown);
	} else if (asked->form == SHARDS) {
		asked->kind = use_shards_index(asked, response->body, response->n);
		if (!asked->kind)
			eg_cache_put(asked->sources->cache, "shards", asked->key, &meta, response->body, response->n);
	} else {
		asked->kind = eg_store_build(run, asked->sources->cache, asked->key, identity, &packed,
					     &asked->source->store);
	}
	if (!asked->kind)
		remember(asked, asked->form, identity, &meta);
}

static void ask(struct asked *asked);

/* The plugin that channel_settings names for the channel, by its name or by a pattern of its URL; the last one counts. */
static const char *auth_plugin(const struct asked *asked)
{
	const struct eg_strs *settings = &asked->sources->config->channel_auth;
	struct eg_arena *arena = asked->sources->run->arena;
	const char *plugin = NULL;

	for (size_t i = 0; i < settings->n; i++) {
		const char *equals = strrchr(settings->v[i], '=');
		const char *channel = eg_strndup(arena, settings->v[i], (size_t)(equals - settings->v[i]));

		if (!strcmp(channel, asked->source->subdir->channel->name) || !fnmatch(channel, asked->shown, 0))
			plugin = equals + 1;
	}
	return plugin;
}

static enum eg_error_kind refused(const struct asked *asked, long status)
{
	const char *plugin = auth_plugin(asked);

	return eg_fail(asked->sources->run, EG_NET, "channel '%s' answered %ld%s%s%s", asked->shown, status,
		       status == 401 || status == 403 ? ": credentials or a token are missing or do not suffice" : "",
		       plugin ? "; channel_settings gives it to a plugin, which is not run: " : "", plugin ? plugin : "");
}

/* Another mirror, or what this channel's answer means. */
static void give_up(struct asked *asked, const struct eg_response *response)
{
	const struct eg_channel *channel = asked->source->subdir->channel;
	struct eg_run *run = asked->sources->run;

	if (asked->mirror < channel->mirrors.n) {
		asked->base = eg_strf(run->arena, "%s/%s", channel->mirrors.v[asked->mirror++],
				      asked->source->subdir->subdir);
		asked->form = first_form(asked);
		ask(asked);
		return;
	}
	asked->done = true;
	if (response->kind)
		asked->kind = eg_fail(run, response->kind, "channel '%s' cannot be reached: %s", asked->shown,
				      response->error);
	else if (response->status == 404)
		asked->kind = eg_subdir_missing(asked->sources, asked->source, asked->shown);
	else
		asked->kind = refused(asked, response->status);
}

static void answered(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	struct asked *asked = job->ctx;

	(void)fetch;
	if (response->kind || response->status >= 500) {
		give_up(asked, response);
	} else if (response->status == 304) {
		struct eg_cache_meta meta = meta_of(asked, response);

		meta.etag = meta.etag ? meta.etag : job->if_none_match;
		meta.last_modified = meta.last_modified ? meta.last_modified : job->if_modified_since;
		if (!asked->kept) {
			use_other(asked, meta.expires);
			return;
		}
		eg_cache_touch(asked->sources->cache, "subdir", asked->key, &meta);
		use_kept(asked);
	} else if (response->status == 200) {
		use_answer(asked, response);
	} else if (asked->form != JSON) {
		/* stores of files answer 403 as well for what is not there */
		asked->form++;
		ask(asked);
	} else if (asked->skipped) {
		asked->skipped = false;
		asked->form = first_form(asked);
		ask(asked);
	} else {
		give_up(asked, response);
	}
}

static void ask(struct asked *asked)
{
	const bool own = asked->kept && asked->form == (enum form)(*asked->kept - '0') && !asked->mirror;
	const bool other = !asked->kept && asked->has_other && asked->form == other_form(asked);
	struct eg_job job = {
		.url = url_of(asked, asked->form),
		.if_none_match = own ? asked->meta.etag : other ? asked->other.etag : NULL,
		.if_modified_since = own ? asked->meta.last_modified : other ? asked->other.last_modified : NULL,
		.max = asked->form == SHARDS ? EG_MAX_SHARD_INDEX
		       : asked->form == JSON ? EG_MAX_REPODATA : EG_MAX_REPODATA_PACKED,
		.done = answered,
		.ctx = asked,
	};

	eg_fetch_add(asked->sources->fetch, &job);
}

/* What the cache has of this subdir, whole and matching; else .kept stays NULL. */
static void look_up(struct asked *asked)
{
	struct eg_subdir_sources *sources = asked->sources;
	char *body = eg_cache_get(sources->cache, "subdir", asked->key, &asked->meta, NULL), *end;

	if (!body || *body < '0' + SHARDS || *body >= '0' + N_FORMS || body[1] != ' ' ||
	    (*body == '0' + SHARDS && !use_shards(asked)))
		return;
	long long since = strtoll(body + 2, &end, 10);
	if (*end != ' ')
		return;
	if (*body == '0' + SHARDS) {
		asked->shards_index = eg_cache_get(sources->cache, "shards", asked->key, NULL, &asked->shards_n);
		if (!asked->shards_index)
			return;
	} else {
		asked->store = eg_store_cached(sources->run, sources->cache, asked->key);
		if (!asked->store || strcmp(eg_store_identity(asked->store), end + 1))
			return;
	}
	asked->kept = body;
	if (since + ASK_AGAIN_S > (long long)time(NULL)) {
		asked->form = (enum form)(*body - '0');
		asked->skipped = asked->form != first_form(asked);
	}
}

static void start(struct asked *asked)
{
	struct eg_subdir_sources *sources = asked->sources;
	struct eg_run *run = sources->run;
	const struct eg_channel *channel = asked->source->subdir->channel;
	const char *subdir = asked->source->subdir->subdir, *fn = eg_conda_repodata_fn(sources->config);
	int64_t now = (int64_t)time(NULL);
	bool offline = run->offline || sources->config->offline, as_it_is = offline || sources->config->use_index_cache;
	bool ask_always = run->refresh || !sources->config->repodata_ttl;

	asked->base = eg_strf(run->arena, "%s/%s", channel->url, subdir);
	const char *public = eg_conda_url_public(run->arena, asked->base), *mirror = eg_mirror_of(run, public);
	if (mirror)
		asked->base = public; /* token and password are for the channel's own host */
	/* with a token or a password a server may answer something else, yet neither is written down */
	asked->key = asked->shown = eg_strf(run->arena, "%s/%s", public, fn);
	if (mirror)
		asked->key = eg_strf(run->arena, "%s/%s", eg_url_public(run->arena, mirror), fn);
	else if (strcmp(public, asked->base))
		asked->key = eg_strf(run->arena, "%s?%.16s", asked->shown,
				     eg_sha256(run->arena, asked->base, strlen(asked->base)));
	asked->form = first_form(asked);
	look_up(asked);
	if (!asked->kept && !mirror)
		asked->has_other = eg_conda_cached(run, sources->config, asked->base, fn, use_shards(asked), &asked->other);
	if (asked->kept && (as_it_is || (now < asked->meta.expires && !ask_always))) {
		use_kept(asked);
	} else if (asked->has_other && (as_it_is || (now < asked->other.expires && !ask_always))) {
		use_other(asked, asked->other.expires);
	} else if (offline) {
		asked->done = true;
		asked->kind = eg_fail(run, EG_NET, "offline, and '%s' is not in the cache", asked->shown);
	} else {
		/* its validators are of this form */
		if (asked->has_other)
			asked->form = other_form(asked);
		ask(asked);
	}
}

enum eg_error_kind eg_subdir_sources_fetch(struct eg_subdir_sources *sources)
{
	struct eg_run *run = sources->run;
	struct asked *v = EG_ARRAY(run->arena, struct asked, sources->n);
	enum eg_error_kind kind = EG_OK;
	size_t n = 0;
	bool asks = false;

	for (size_t i = 0; i < sources->n; i++) {
		struct eg_subdir_source *source = &sources->v[i];

		if (source->store || source->local)
			continue;
		v[n] = (struct asked){.sources = sources, .source = source};
		start(&v[n]);
		asks |= !v[n++].done;
	}
	if (asks)
		kind = eg_fetch_run(sources->fetch);
	for (size_t i = 0; i < n; i++) {
		if (!kind)
			kind = v[i].kind;
		if (v[i].store)
			eg_store_close(v[i].store);
	}
	return kind && !run->error.kind ? eg_fail(run, kind, "a channel cannot be read") : kind;
}
