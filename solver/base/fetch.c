#include "fetch.h"

#include <stdlib.h>
#include <time.h>

#include "ceilings.h"
#include "fetch_transfer.h"
#include "mirrors.h"
#include "strs.h"

enum {
	DEFAULT_TIMEOUT_S = 15, /* pip's --timeout */
	MAX_STREAMS = 100,      /* of one host by HTTP/2, what servers commonly grant */
	MAX_ACTIVE = 2 * MAX_STREAMS,
	LONGEST_WAIT_MS = 1000, /* before silence is looked for again */
};

static void push(struct queue *queue, struct transfer *t)
{
	t->next = NULL;
	if (queue->last)
		queue->last->next = t;
	else
		queue->first = t;
	queue->last = t;
}

static void push_front(struct queue *queue, struct transfer *t)
{
	t->next = queue->first;
	queue->first = t;
	if (!queue->last)
		queue->last = t;
}

static struct transfer *pop(struct queue *queue)
{
	struct transfer *t = queue->first;

	if (t) {
		queue->first = t->next;
		if (!queue->first)
			queue->last = NULL;
	}
	return t;
}

struct eg_fetch *eg_fetch_new(struct eg_run *run, const struct eg_fetch_options *options)
{
	struct eg_fetch *fetch = EG_NEW(run->arena, struct eg_fetch);
	int timeout_s = options->timeout_s > 0 ? options->timeout_s : DEFAULT_TIMEOUT_S;

	fetch->run = run;
	fetch->options = *options;
	fetch->timeout_ms = 1000 * (timeout_s < 86400 ? timeout_s : 86400);
	fetch->hosts.arena = run->arena;
	fetch->active = EG_ARRAY(run->arena, struct transfer *, MAX_ACTIVE);
	fetch->idle = EG_ARRAY(run->arena, CURL *, MAX_ACTIVE);
	return fetch;
}

size_t eg_fetch_requests(const struct eg_fetch *fetch)
{
	return fetch->requests;
}

void eg_transfer_again(struct transfer *t)
{
	push_front(&t->host->waiting, t);
}

void eg_transfer_later(struct transfer *t, int64_t wait_ms)
{
	t->due = eg_now_ms() + wait_ms;
	if (!t->host->heard && t->due > t->host->not_before)
		t->host->not_before = t->due; /* first let these few find out whether the host is there */
	push(&t->fetch->delayed, t);
}

void eg_fetch_add(struct eg_fetch *fetch, const struct eg_job *job)
{
	struct transfer *t = EG_NEW(fetch->run->arena, struct transfer);
	const char *mirror = eg_mirror_of(fetch->run, job->url);
	struct eg_url url = eg_url_split(mirror ? mirror : job->url);

	t->fetch = fetch;
	t->job = *job;
	t->target = mirror ? mirror : job->url;
	eg_transfer_clean(t);
	if (url.host.n && (eg_span_is(url.scheme, "https") || eg_span_is(url.scheme, "http"))) {
		eg_transfer_aim(t, t->target);
		push(&t->host->waiting, t);
	} else {
		push(&fetch->files, t);
	}
}

static void load(struct eg_fetch *fetch)
{
	if (fetch->curl || fetch->unusable)
		return;
	fetch->curl = eg_curl_load(fetch->run->arena, &fetch->unusable);
	if (!fetch->curl)
		return;
	eg_fetch_find_certificates(fetch);
	fetch->multi = fetch->curl->multi_init();
	if (fetch->multi)
		fetch->curl->multi_setopt(fetch->multi, CURLMOPT_MAXCONNECTS, 2L * EG_MAX_CONNECTIONS);
	else
		fetch->unusable = "libcurl cannot be initialised";
}

static void deactivate(struct transfer *t)
{
	struct eg_fetch *fetch = t->fetch;

	for (size_t i = 0; i < fetch->n_active; i++)
		if (fetch->active[i] == t) {
			fetch->active[i] = fetch->active[--fetch->n_active];
			break;
		}
	t->host->active--;
}

/* Takes the handle off T; it keeps its TLS sessions for the next one. */
static void release(struct transfer *t)
{
	struct eg_fetch *fetch = t->fetch;

	deactivate(t);
	fetch->curl->multi_remove_handle(fetch->multi, t->easy);
	fetch->curl->easy_reset(t->easy);
	fetch->idle[fetch->n_idle++] = t->easy;
	fetch->curl->slist_free_all(t->headers);
	t->easy = NULL;
	t->headers = NULL;
}

/* Nothing is performed any more once the time budget is spent, and the process soon ends: rather leak than wait. */
static void leave(struct transfer *t)
{
	double resolved = 0;

	t->fetch->curl->easy_getinfo(t->easy, CURLINFO_NAMELOOKUP_TIME, &resolved);
	if (t->waits_for_name && resolved <= 0) {
		t->fetch->stuck = true;
		deactivate(t);
	} else {
		release(t);
	}
}

static void start(struct transfer *t)
{
	struct eg_fetch *fetch = t->fetch;

	t->easy = fetch->n_idle ? fetch->idle[--fetch->n_idle] : fetch->curl->easy_init();
	if (!t->easy) {
		eg_transfer_refuse(t, EG_NET, "libcurl has no memory");
		return;
	}
	eg_transfer_clean(t);
	t->host->active++;
	fetch->active[fetch->n_active++] = t;
	fetch->requests++;
	if (fetch->run->requests_left && *fetch->run->requests_left)
		--*fetch->run->requests_left;
	if (!eg_transfer_set(t) || fetch->curl->multi_add_handle(fetch->multi, t->easy) != CURLM_OK) {
		release(t);
		eg_transfer_refuse(t, EG_NET, "libcurl refuses this URL");
	}
}

/* Why HOST need not be asked; NULL: it may be there. */
static const char *unreachable(const struct eg_fetch *fetch, const struct host *host)
{
	bool silent = fetch->run->stranger_ms && eg_strs_has(&fetch->run->hosts_silent, host->origin);

	return host->unreachable ? host->unreachable : silent ? "it did not answer before" : NULL;
}

static void start_host(struct eg_fetch *fetch, struct host *host)
{
	size_t most = host->multiplexes ? MAX_STREAMS : EG_MAX_CONNECTIONS;
	struct transfer *t;

	if (host->not_before > eg_now_ms())
		return;
	while (host->active < most && fetch->n_active < MAX_ACTIVE && (t = pop(&host->waiting))) {
		load(fetch);
		if (fetch->run->offline)
			eg_transfer_refuse(t, EG_NET, "offline");
		else if (fetch->unusable)
			eg_transfer_refuse(t, EG_NET, fetch->unusable);
		else if (fetch->run->requests_left && !*fetch->run->requests_left)
			eg_transfer_refuse(t, EG_LIMIT, "more requests than were granted");
		else if (unreachable(fetch, host))
			eg_transfer_refuse(t, EG_NET, unreachable(fetch, host));
		else
			start(t);
	}
}

static void resume_due(struct eg_fetch *fetch)
{
	struct queue delayed = fetch->delayed;
	int64_t now = eg_now_ms();

	fetch->delayed = (struct queue){0};
	for (struct transfer *t; (t = pop(&delayed));) {
		if (t->due <= now)
			eg_transfer_again(t);
		else
			push(&fetch->delayed, t);
	}
}

/* Callbacks may add jobs and hosts. */
static void start_waiting(struct eg_fetch *fetch)
{
	struct transfer *t;

	resume_due(fetch);
	while ((t = pop(&fetch->files)))
		eg_transfer_file(t);
	for (size_t i = 0; i < fetch->hosts.n; i++)
		start_host(fetch, fetch->hosts.v[i].value);
}

static bool is_anything_waiting(const struct eg_fetch *fetch)
{
	for (size_t i = 0; i < fetch->hosts.n; i++)
		if (((const struct host *)fetch->hosts.v[i].value)->waiting.first)
			return true;
	return fetch->files.first || fetch->delayed.first;
}

/* Answers what has ended; false: nothing had. */
static bool collect(struct eg_fetch *fetch)
{
	const struct eg_curl *curl = fetch->curl;
	bool any = false;
	int left;

	for (CURLMsg *message; (message = curl->multi_info_read(fetch->multi, &left));) {
		struct transfer *t = NULL;
		CURLcode code = message->data.result;
		curl_off_t retry_after = 0;
		long version = 0;

		curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
		if (!t)
			continue;
		curl->easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &t->status);
		curl->easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
		if (!curl->easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry_after) && retry_after > 0)
			t->retry_after_s = retry_after;
		if (version)
			t->host->multiplexes = version >= CURL_HTTP_VERSION_2_0;
		release(t);
		eg_transfer_settle(t, code);
		any = true;
	}
	return any;
}

/* A stream may rest while the connection's others get their bytes. */
static int64_t last_heard(const struct transfer *t)
{
	return t->host->multiplexes && t->host->heard > t->heard ? t->host->heard : t->heard;
}

static void end_silent(struct eg_fetch *fetch)
{
	int64_t now = eg_now_ms();

	for (size_t i = fetch->n_active; i-- > 0;) {
		struct transfer *t = i < fetch->n_active ? fetch->active[i] : NULL;

		if (t && last_heard(t) < now - eg_transfer_patience_ms(t)) {
			release(t);
			eg_transfer_silent(t);
		}
	}
}

static int wait_ms(const struct eg_fetch *fetch)
{
	int64_t now = eg_now_ms(), wait = eg_left_ms(fetch->run, LONGEST_WAIT_MS);

	for (const struct transfer *t = fetch->delayed.first; t; t = t->next)
		wait = t->due - now < wait ? t->due - now : wait;
	return wait > 0 ? (int)wait : 0;
}

static void rest(struct eg_fetch *fetch)
{
	const struct eg_curl *curl = fetch->curl;
	int ms = wait_ms(fetch), ready = 0;

	if (curl->multi_poll) {
		curl->multi_poll(fetch->multi, NULL, 0, ms, NULL);
		return;
	}
	/* the older one returns at once where there is no socket yet, while a name is resolved */
	curl->multi_wait(fetch->multi, NULL, 0, ms, &ready);
	if (!ready && ms)
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

/* Everything that is not answered yet, and what callbacks add upon that. */
static enum eg_error_kind abandon(struct eg_fetch *fetch)
{
	struct eg_run *run = fetch->run;
	static const char why[] = "the time budget is spent";
	const char *first = NULL;
	size_t n = 0;

	do {
		struct queue all = fetch->files;

		fetch->files = (struct queue){0};
		while (fetch->n_active) {
			struct transfer *t = fetch->active[0];
			leave(t);
			push(&all, t);
		}
		for (struct transfer *t; (t = pop(&fetch->delayed));)
			push(&all, t);
		for (size_t i = 0; i < fetch->hosts.n; i++)
			for (struct transfer *t; (t = pop(&((struct host *)fetch->hosts.v[i].value)->waiting));)
				push(&all, t);
		for (struct transfer *t; (t = pop(&all)); n++) {
			first = first ? first : eg_url_public(run->arena, t->job.url);
			eg_transfer_refuse(t, EG_TIMEOUT, why);
		}
	} while (is_anything_waiting(fetch));
	if (n == 1)
		return eg_fail(run, EG_TIMEOUT, "cannot fetch '%s': %s", first, why);
	return eg_fail(run, EG_TIMEOUT, "cannot fetch '%s' and %zu more: %s", first, n - 1, why);
}

enum eg_error_kind eg_fetch_run(struct eg_fetch *fetch)
{
	for (;;) {
		int running;

		if (eg_left_ms(fetch->run, 1) > 0)
			start_waiting(fetch);
		if (!fetch->n_active && !is_anything_waiting(fetch))
			break;
		if (eg_left_ms(fetch->run, 1) == 0)
			return abandon(fetch);
		if (fetch->multi) {
			fetch->curl->multi_perform(fetch->multi, &running);
			if (!collect(fetch))
				rest(fetch);
			end_silent(fetch);
		}
		if (fetch->run->progress)
			fetch->run->progress(fetch->run, "requests to the index:", fetch->requests, 0);
	}
	if (fetch->unusable)
		return eg_fail(fetch->run, EG_NET, "cannot use the network: %s", fetch->unusable);
	return EG_OK;
}

void eg_fetch_free(struct eg_fetch *fetch)
{
	if (!fetch || !fetch->multi)
		return;
	while (fetch->n_idle)
		fetch->curl->easy_cleanup(fetch->idle[--fetch->n_idle]);
	if (!fetch->stuck)
		fetch->curl->multi_cleanup(fetch->multi);
	fetch->multi = NULL;
}
