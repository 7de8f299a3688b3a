#include "policy_remote.h"

#include <time.h>

#include "cache.h"
#include "ceilings.h"
#include "checksum.h"
#include "fetch.h"
#include "minisign.h"

enum {
	HOUR = 3600,
	DAY = 24 * HOUR,
	PATIENCE_MS = 3000, /* a command waits for the server no longer */
	AGAIN_S = 600,      /* … and one that did not answer is left alone so long */
};

static const char kind_of_text[] = "policy", kind_of_failure[] = "policy-failure";

/* A policy with its signature, "" where it has none. In the cache the signature stands first, with a NUL behind it. */
struct copy {
	char *signature, *text; /* .text NULL: there is none */
	size_t n;
};

struct asking {
	struct eg_run *run;
	struct eg_cache *cache;
	const struct eg_policy_source *source;
	struct copy kept, got;
	struct eg_cache_meta meta, got_meta; /* of the kept one, and of the server's; .expires: when it was asked for */
	bool unchanged;
	enum eg_error_kind kind; /* of what the server has answered */
	const char *error;
};

static void refuse(struct asking *a, enum eg_error_kind kind, const char *error)
{
	if (a->kind)
		return;
	a->kind = kind;
	a->error = error;
}

static void on_nothing(struct asking *a, const struct eg_response *response, const char *url)
{
	const char *words = response->error ? response->error :
					      eg_strf(a->run->arena, "cannot fetch '%s': the server answered %ld", url,
						      response->status);

	refuse(a, response->kind ? response->kind : EG_NET, words);
}

static void on_text(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	struct asking *a = job->ctx;
	struct eg_arena *arena = a->run->arena;

	(void)fetch;
	a->got_meta = (struct eg_cache_meta){
		.etag = response->etag ? eg_strdup(arena, response->etag) : NULL,
		.last_modified = response->last_modified ? eg_strdup(arena, response->last_modified) : NULL,
	};
	a->unchanged = response->status == 304 && a->kept.text;
	if (response->status == 200) {
		a->got.text = eg_strndup(arena, response->body, response->n);
		a->got.n = response->n;
	} else if (!a->unchanged) {
		on_nothing(a, response, job->url);
	}
}

static void on_signature(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response)
{
	struct asking *a = job->ctx;

	(void)fetch;
	if (response->status == 200)
		a->got.signature = eg_strndup(a->run->arena, response->body, response->n);
	else
		on_nothing(a, response, job->url);
}

/* Both at once, so that they belong together. */
static void ask(struct asking *a)
{
	static const struct eg_fetch_options options = {.user_agent = "envguard/" EG_VERSION, .retries = 1, .netrc = true};
	struct eg_run *run = a->run;
	const struct eg_job text = {
		.url = a->source->path,
		.if_none_match = a->kept.text ? a->meta.etag : NULL,
		.if_modified_since = a->kept.text && !a->meta.etag ? a->meta.last_modified : NULL,
		.max = EG_MAX_POLICY,
		.done = on_text,
		.ctx = a,
	};
	const struct eg_job signature = {
		.url = eg_strf(run->arena, "%s.minisig", a->source->path),
		.max = EG_MAX_CONFIG,
		.done = on_signature,
		.ctx = a,
	};
	int64_t deadline = run->deadline;

	run->deadline = eg_now_ms() + eg_left_ms(run, PATIENCE_MS);
	struct eg_fetch *fetch = eg_fetch_new(run, &options);
	eg_fetch_add(fetch, &text);
	if (a->source->base->signed_by)
		eg_fetch_add(fetch, &signature);
	if (eg_fetch_run(fetch)) {
		refuse(a, run->error.kind, run->error.message);
		eg_recover(run);
	}
	eg_fetch_free(fetch);
	run->deadline = deadline;
}

static void keep(struct asking *a)
{
	struct eg_arena *arena = a->run->arena;
	const char *signature = a->got.signature ? a->got.signature : "";
	size_t m = strlen(signature) + 1;
	char *bytes = eg_alloc(arena, m + a->got.n);

	memcpy(bytes, signature, m);
	memcpy(bytes + m, a->got.text, a->got.n);
	a->got_meta.expires = (int64_t)time(NULL);
	eg_cache_put(a->cache, kind_of_text, a->source->path, &a->got_meta, bytes, m + a->got.n);
	a->kept = a->got;
}

/* Until when it need not be asked again; a success ends that. */
static void remember_failure(struct asking *a)
{
	const struct eg_cache_meta meta = {.expires = a->kind ? (int64_t)time(NULL) + AGAIN_S : 0};

	if (a->kind || eg_cache_get(a->cache, kind_of_failure, a->source->path, NULL, NULL))
		eg_cache_put(a->cache, kind_of_failure, a->source->path, &meta, a->kind ? a->error : "",
			     a->kind ? strlen(a->error) : 0);
}

/* What the server says, where it is sealed as it must be, in the place of the copy. */
static void renew(struct asking *a)
{
	struct eg_run quiet = *a->run;

	ask(a);
	if (!a->kind && a->unchanged) {
		a->meta.expires = (int64_t)time(NULL);
		eg_cache_touch(a->cache, kind_of_text, a->source->path, &a->meta);
	} else if (!a->kind) {
		quiet.error.kind = EG_OK;
		if (eg_policy_seal(&quiet, a->source, a->got.text, a->got.n, a->got.signature))
			refuse(a, quiet.error.kind, quiet.error.message);
		else
			keep(a);
	}
	remember_failure(a);
}

/* A server that does not answer does not cost every command its patience. */
static const char *failed_just_now(struct asking *a)
{
	struct eg_cache_meta meta;
	const char *error = eg_cache_get(a->cache, kind_of_failure, a->source->path, &meta, NULL);

	return error && meta.expires > (int64_t)time(NULL) ? error : NULL;
}

static void find_copy(struct asking *a)
{
	struct eg_run quiet = *a->run;
	size_t n;
	char *bytes = eg_cache_get(a->cache, kind_of_text, a->source->path, &a->meta, &n);
	size_t m = bytes ? strlen(bytes) + 1 : 0;

	quiet.error.kind = EG_OK;
	if (bytes && m <= n && !eg_policy_seal(&quiet, a->source, bytes + m, n - m, bytes))
		a->kept = (struct copy){.signature = bytes, .text = bytes + m, .n = n - m};
}

enum eg_error_kind eg_policy_remote(struct eg_run *run, const struct eg_policy_source *source, char **ret, size_t *ret_n)
{
	struct asking a = {.run = run, .cache = eg_cache_open(run), .source = source};
	int64_t fresh_s = (int64_t)source->base->refresh_hours * HOUR;

	find_copy(&a);
	int64_t age = a.kept.text ? (int64_t)time(NULL) - a.meta.expires : 0;
	bool pinned = a.kept.text && source->base->sha256;
	bool fresh = pinned || (a.kept.text && !run->refresh && age < fresh_s);
	const char *failure = fresh || run->refresh ? NULL : failed_just_now(&a);

	if (!fresh && run->offline)
		refuse(&a, EG_NET, eg_strf(run->arena, "'%s' is not asked for (offline)", source->path));
	else if (failure)
		refuse(&a, EG_NET, failure);
	else if (!fresh)
		renew(&a);
	if (a.kind && (!a.kept.text || age >= fresh_s + (int64_t)source->base->grace_days * DAY))
		return eg_fail(run, a.kind, "%s%s", a.error, a.kept.text ? "; the copy in the cache is too old" : "");
	if (a.kind)
		eg_note(run, "the policy is an older copy: %s", a.error);
	*ret = a.kept.text;
	*ret_n = a.kept.n;
	return EG_OK;
}

static const char *key_named(const struct eg_policy_source *source, const char *name)
{
	for (size_t i = 0; i < 2; i++)
		for (size_t k = 0; source->keys[i] && k < source->keys[i]->n; k++)
			if (!strcmp(source->keys[i]->v[k].name, name))
				return source->keys[i]->v[k].value;
	return NULL;
}

enum eg_error_kind eg_policy_seal(struct eg_run *run, const struct eg_policy_source *source, const char *text, size_t n,
				  const char *signature)
{
	const struct eg_policy_base *base = source->base;
	const char *key = base->signed_by ? key_named(source, base->signed_by) : NULL;

	if (base->sha256 && strcmp(base->sha256, eg_sha256(run->arena, text, n)))
		return eg_fail(run, EG_FORMAT, "'%s' is not what its sha256 says: it is %s", source->path,
			       eg_sha256(run->arena, text, n));
	if (!base->signed_by)
		return EG_OK;
	if (!key)
		return eg_fail(run, EG_FORMAT, "'%s' is to be signed by '%s', who has no key in the system's or the user's policy",
			       source->path, base->signed_by);
	if (!signature || !*signature)
		return eg_fail(run, EG_FORMAT, "'%s' is not signed by '%s': there is no signature", source->path,
			       base->signed_by);
	if (eg_minisign_verify(run, text, n, signature, key)) {
		run->error.message = eg_strf(run->arena, "'%s' is not signed by '%s': %s", source->path, base->signed_by,
					     run->error.message);
		return run->error.kind;
	}
	return EG_OK;
}
