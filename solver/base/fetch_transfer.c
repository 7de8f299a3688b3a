/* What a transfer asks for, receives and answers. */
#include "fetch_transfer.h"

#include <stdlib.h>
#include <strings.h>

#include "ceilings.h"
#include "strs.h"

static struct host *find_host(struct eg_fetch *fetch, const char *url)
{
	struct eg_arena *arena = fetch->run->arena;
	char *origin = eg_url_origin(arena, url);
	struct host *host = eg_map_get(&fetch->hosts, origin);

	if (!host) {
		struct eg_url parts = eg_url_split(origin); /* with the default port written out */

		host = EG_NEW(arena, struct host);
		host->origin = origin;
		host->https = eg_span_is(parts.scheme, "https");
		host->trusted = eg_fetch_trusts(fetch, &parts);
		eg_map_put(&fetch->hosts, origin, host);
	}
	return host;
}

void eg_transfer_aim(struct transfer *t, const char *url)
{
	struct eg_arena *arena = t->fetch->run->arena;
	struct eg_url parts = eg_url_split(url);
	struct host *host = find_host(t->fetch, url);

	if (t->url && eg_url_is_upgrade(arena, t->url, url)) { /* requests keeps them there as well */
		t->user = t->user ? t->user : t->host->user;
		t->password = t->password ? t->password : t->host->password;
	} else if (host != t->host) {
		t->user = t->password = NULL;
	}
	if (parts.user.n || parts.password.n) {
		t->user = eg_url_unquote(arena, eg_span_dup(arena, parts.user));
		t->password = eg_url_unquote(arena, eg_span_dup(arena, parts.password));
		/* pip uses an index's credentials for all that lies on the same host */
		host->user = t->user;
		host->password = t->password;
	}
	t->host = host;
	t->url = eg_url_wire(arena, url);
}

static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* An archive is wanted as it lies there: servers exist that declare .tar.gz as an encoding of .tar; pip asks alike. */
static bool is_archive(const char *url)
{
	static const char *const suffixes[] = {".whl", ".gz", ".bz2", ".xz", ".zst", ".zip", ".tgz", ".conda", ".egg"};
	size_t n = strcspn(url, "?#");

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		size_t len = strlen(suffixes[i]);
		if (n > len && !strncasecmp(url + n - len, suffixes[i], len))
			return true;
	}
	return false;
}

static void heard(struct transfer *t)
{
	struct eg_run *run = t->fetch->run;

	if (!t->host->heard && !eg_strs_has(&run->hosts_heard, t->host->origin))
		eg_vec_push(run->arena, &run->hosts_heard, t->host->origin);
	t->heard = t->host->heard = eg_now_ms();
}

static size_t on_body(char *bytes, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;

	heard(t);
	return eg_buf_add(&t->body, bytes, size * n) ? size * n : 0;
}

/* RFC 9111, 5.2.2: a private cache heeds max-age, no-cache and no-store. */
static void read_cache_control(struct reply *reply, const char *s)
{
	while (*s) {
		s += strspn(s, ", \t");
		size_t n = strcspn(s, ",");
		if (!strncasecmp(s, "no-store", 8) || !strncasecmp(s, "no-cache", 8))
			reply->max_age_s = 0;
		else if (!strncasecmp(s, "max-age=", 8) && reply->max_age_s) {
			int64_t age = strtoll(s + 8 + (s[8] == '"'), NULL, 10);
			if (age >= 0 && age <= INT32_MAX)
				reply->max_age_s = age;
			else
				reply->max_age_s = age < 0 ? 0 : INT32_MAX;
		}
		s += n;
	}
}

static void read_header(struct eg_arena *arena, struct reply *reply, const char *name, const char *value)
{
	const struct {
		const char *name;
		const char **ret;
	} kept[] = {
		{"content-type", &reply->content_type},   {"etag", &reply->etag},
		{"last-modified", &reply->last_modified}, {"content-range", &reply->content_range},
		{"location", &reply->location},
	};

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		if (!strcasecmp(name, kept[i].name)) {
			*kept[i].ret = eg_strdup(arena, value);
			return;
		}
	if (!strcasecmp(name, "cache-control"))
		read_cache_control(reply, value);
	else if (!strcasecmp(name, "age"))
		reply->age_s = strtoll(value, NULL, 10);
}

static size_t on_header(char *bytes, size_t size, size_t n, void *ctx)
{
	struct transfer *t = ctx;
	char line[8192]; /* a longer one is none of ours */
	size_t len = size * n;

	heard(t);
	if (len >= sizeof(line))
		return len;
	memcpy(line, bytes, len);
	line[len] = 0;
	line[strcspn(line, "\r\n")] = 0;
	if (!strncmp(line, "HTTP/", 5)) { /* the final answer follows an interim one */
		t->reply = (struct reply){.max_age_s = -1};
		return len;
	}
	char *colon = strchr(line, ':');
	if (colon) {
		*colon++ = 0;
		read_header(t->fetch->run->arena, &t->reply, line, colon + strspn(colon, " \t"));
	}
	return len;
}

void eg_transfer_clean(struct transfer *t)
{
	t->reply = (struct reply){.max_age_s = -1};
	t->status = 0;
	t->retry_after_s = -1;
	t->error[0] = 0;
	t->heard = eg_now_ms();
	eg_buf_free(&t->body);
	t->body.max = t->job.max ? t->job.max : EG_MAX_PAGE;
}

#define SET(option, value) (void)curl->easy_setopt(t->easy, (option), (value))

static void set_proxy(struct transfer *t)
{
	const struct eg_curl *curl = t->fetch->curl;
	const char *proxy = t->fetch->options.proxy;

	if (proxy) {
		/* as pip's --proxy, which no environment variable narrows */
		SET(CURLOPT_PROXY, proxy);
		SET(CURLOPT_NOPROXY, "");
	} else if (!t->host->https && !env("http_proxy") && env("HTTP_PROXY") && !env("REQUEST_METHOD")) {
		/* curl heeds the lower-case name only (a CGI program's HTTP_PROXY comes from its client), pip both */
		SET(CURLOPT_PROXY, env("HTTP_PROXY"));
	}
	SET(CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

static void set_credentials(struct transfer *t)
{
	const struct eg_curl *curl = t->fetch->curl;
	const char *user = t->user ? t->user : t->host->user;
	const char *password = t->user ? t->password : t->host->password;

	t->authorized = user != NULL;
	SET(CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	if (user) {
		SET(CURLOPT_USERNAME, user);
		SET(CURLOPT_PASSWORD, password ? password : "");
	} else if (t->fetch->options.netrc) {
		SET(CURLOPT_NETRC, (long)CURL_NETRC_OPTIONAL);
		if (env("NETRC"))
			SET(CURLOPT_NETRC_FILE, env("NETRC"));
	}
}

static void add_header(struct transfer *t, const char *name, const char *value)
{
	if (!value)
		return;
	struct curl_slist *longer =
		t->fetch->curl->slist_append(t->headers, eg_strf(t->fetch->run->arena, "%s: %s", name, value));
	if (longer)
		t->headers = longer;
}

static void set_headers(struct transfer *t)
{
	const struct eg_curl *curl = t->fetch->curl;
	const struct eg_job *job = &t->job;

	add_header(t, "Accept", job->accept);
	add_header(t, "Content-Type", job->content_type);
	add_header(t, "Authorization", job->bearer ? eg_strf(t->fetch->run->arena, "Bearer %s", job->bearer) : NULL);
	add_header(t, "Expect", job->post ? "" : NULL); /* nobody is asked whether the body may come */
	add_header(t, "If-None-Match", job->if_none_match);
	add_header(t, "If-Modified-Since", job->if_modified_since);
	if (t->fetch->run->refresh)
		add_header(t, "Cache-Control", "no-cache"); /* for proxies on the way */
	if (job->range || job->head || is_archive(t->url))
		add_header(t, "Accept-Encoding", "identity");
	else
		SET(CURLOPT_ACCEPT_ENCODING, ""); /* all that this libcurl decodes */
	SET(CURLOPT_HTTPHEADER, t->headers);
}

bool eg_transfer_set(struct transfer *t)
{
	const struct eg_curl *curl = t->fetch->curl;

	SET(CURLOPT_PRIVATE, t);
	SET(CURLOPT_NOSIGNAL, 1L);
	/* a name server that hangs must not outlast the time budget */
	t->waits_for_name = curl->easy_setopt(t->easy, CURLOPT_QUICK_EXIT, 1L) != CURLE_OK;
	SET(CURLOPT_ERRORBUFFER, t->error);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, t);
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)t->fetch->timeout_ms);
	SET(CURLOPT_MAXFILESIZE_LARGE, t->job.head ? (curl_off_t)0 : (curl_off_t)t->body.max);
	SET(CURLOPT_USERAGENT, t->fetch->options.user_agent ? t->fetch->options.user_agent : "envguard");
	SET(CURLOPT_HTTP_VERSION, t->host->https ? (long)CURL_HTTP_VERSION_2TLS : (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_PIPEWAIT, t->host->https ? 1L : 0L); /* rather one connection with many streams */
	SET(CURLOPT_NOBODY, t->job.head ? 1L : 0L);
	if (t->job.post) {
		SET(CURLOPT_POST, 1L);
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->job.post_n);
		SET(CURLOPT_POSTFIELDS, t->job.post);
	}
	if (t->job.range)
		SET(CURLOPT_RANGE, t->job.range);
	set_headers(t);
	set_credentials(t);
	set_proxy(t);
	eg_transfer_set_certificates(t);
	return curl->easy_setopt(t->easy, CURLOPT_URL, t->url) == CURLE_OK;
}

void eg_transfer_answer(struct transfer *t, enum eg_error_kind kind, const char *error)
{
	const struct reply *reply = &t->reply;
	int64_t max_age = reply->max_age_s, age = reply->age_s > 0 ? reply->age_s : 0;
	struct eg_response response = {
		.url = t->url ? t->url : eg_url_public(t->fetch->run->arena, t->target),
		.status = error ? 0 : t->status,
		.error = error,
		.kind = kind,
		.body = t->body.s && !error ? t->body.s : "",
		.n = error ? 0 : t->body.n,
		.content_type = reply->content_type,
		.etag = reply->etag,
		.last_modified = reply->last_modified,
		.content_range = reply->content_range,
		.max_age_s = max_age < 0     ? -1
			     : max_age > age ? max_age - age
					     : 0,
	};

	t->job.done(t->fetch, &t->job, &response);
	eg_buf_free(&t->body);
}

void eg_transfer_refuse(struct transfer *t, enum eg_error_kind kind, const char *why)
{
	struct eg_arena *arena = t->fetch->run->arena;

	const char *mirror = t->target == t->job.url ? "" : eg_strf(arena, " from its mirror '%s'", eg_url_public(arena, t->target));

	eg_transfer_answer(t, kind, eg_strf(arena, "cannot fetch '%s'%s: %s", eg_url_public(arena, t->job.url), mirror, why));
}
