/* What becomes of a transfer that ended: an answer, a redirect, credentials, or another try. */
#include "fetch_transfer.h"

#include "ceilings.h"
#include "strs.h"

enum { FIRST_WAIT_MS = 250, LONGEST_RETRY_AFTER_S = 10, FOREVER_MS = 1 << 30 };

/* A host of which nothing was heard in this run, where such are not waited for as others are. */
static bool is_stranger(const struct transfer *t)
{
	const struct eg_run *run = t->fetch->run;

	return run->stranger_ms && !t->host->heard && !eg_strs_has(&run->hosts_heard, t->host->origin);
}

int eg_transfer_patience_ms(const struct transfer *t)
{
	int ms = t->fetch->run->stranger_ms;

	return is_stranger(t) && ms < t->fetch->timeout_ms ? ms : t->fetch->timeout_ms;
}

/* False where another try would come to nothing. ASKED_S: Retry-After, -1: not sent. */
static bool try_later(struct transfer *t, int64_t asked_s, int tries)
{
	struct eg_fetch *fetch = t->fetch;
	int64_t wait = asked_s >= 0 ? asked_s * 1000 : (int64_t)FIRST_WAIT_MS << t->tries;

	if (is_stranger(t) || t->tries >= fetch->options.retries || t->tries >= tries || asked_s > LONGEST_RETRY_AFTER_S)
		return false;
	wait += (int64_t)(fetch->requests * 37 % 100) * wait / 200; /* not all at once */
	if (wait >= eg_left_ms(fetch->run, FOREVER_MS))
		return false;
	t->tries++;
	eg_transfer_later(t, wait);
	return true;
}

static bool is_redirect(const struct transfer *t)
{
	return (t->status >= 301 && t->status <= 303) || t->status == 307 || t->status == 308;
}

/* Not curl's own: what a host is trusted with (certificates, credentials) is decided anew for each. */
static void redirect(struct transfer *t)
{
	struct eg_arena *arena = t->fetch->run->arena;
	const char *target = eg_url_join(arena, t->url, t->reply.location);
	const char *shown = eg_url_public(arena, target);
	struct eg_url url = eg_url_split(target);
	bool https = t->host->https;

	if (t->redirects++ == EG_MAX_REDIRECTS) {
		const char *why =
			eg_strf(arena, "redirected more than %d times, last to '%s'", EG_MAX_REDIRECTS, shown);
		eg_transfer_refuse(t, EG_NET, why);
		return;
	}
	if (!url.host.n || !(eg_span_is(url.scheme, "https") || eg_span_is(url.scheme, "http"))) {
		eg_transfer_refuse(t, EG_NET, eg_strf(arena, "redirected to '%s', which is no web address", shown));
		return;
	}
	eg_transfer_aim(t, target);
	if (https && !t->host->https && !t->host->trusted) {
		eg_transfer_refuse(t, EG_NET, eg_strf(arena, "redirected from https to '%s'", shown));
		return;
	}
	eg_transfer_again(t);
}

/* Asks once for each host: pip keeps credentials by host as well. */
static bool authorize(struct transfer *t)
{
	struct host *host = t->host;
	const struct eg_fetch_options *options = &t->fetch->options;

	if (t->authorized)
		return false;
	if (!host->user && !host->asked && options->credentials) {
		host->asked = true;
		if (!options->credentials(options->credentials_ctx, t->url, &host->user, &host->password))
			host->user = host->password = NULL;
	}
	return host->user != NULL;
}

static bool comes_again(long status)
{
	switch (status) { /* those of pip's session.py, and 429 and 504 */
	case 429:
	case 500:
	case 502:
	case 503:
	case 504:
	case 520:
	case 524:
		return true;
	}
	return false;
}

static void settle_status(struct transfer *t)
{
	if (t->status == 401 && authorize(t))
		eg_transfer_again(t);
	else if (comes_again(t->status) && try_later(t, t->retry_after_s, EG_MAX_RETRIES))
		return;
	else if (is_redirect(t) && t->reply.location && !t->job.post)
		redirect(t);
	else
		eg_transfer_answer(t, EG_OK, NULL);
}

static bool is_transient(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_OPERATION_TIMEDOUT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		return true;
	default:
		return false;
	}
}

static const char *reason(struct transfer *t, CURLcode code)
{
	/* curl shows a proxy's whole URL in some messages */
	const char *said = *t->error && !strchr(t->error, '@') ? t->error : t->fetch->curl->easy_strerror(code);
	const char *what = code == CURLE_PEER_FAILED_VERIFICATION ? "the server's certificate does not verify: "
			   : code == CURLE_SSL_CACERT_BADFILE     ? "the CA bundle cannot be used: "
			   : code == CURLE_SSL_CERTPROBLEM        ? "the client certificate cannot be used: "
								  : "";

	return eg_strf(t->fetch->run->arena, "%s%s", what, said);
}

/* No byte has ever come from the host: what else waits for it need not try for itself. */
static void give_up(struct transfer *t, const char *why)
{
	struct eg_run *run = t->fetch->run;

	if (!t->host->heard)
		t->host->unreachable = why;
	if (is_stranger(t) && !eg_strs_has(&run->hosts_silent, t->host->origin))
		eg_vec_push(run->arena, &run->hosts_silent, t->host->origin);
	eg_transfer_refuse(t, EG_NET, why);
}

void eg_transfer_settle(struct transfer *t, CURLcode code)
{
	bool unresolved = code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY;

	if (code == CURLE_OK)
		settle_status(t);
	else if (t->body.overflow || code == CURLE_FILESIZE_EXCEEDED)
		eg_transfer_refuse(t, EG_LIMIT, eg_strf(t->fetch->run->arena, "larger than %zu bytes", t->body.max));
	else if (code == CURLE_PEER_FAILED_VERIFICATION && eg_transfer_verify_again(t))
		eg_transfer_again(t);
	else if (!is_transient(code) || !try_later(t, -1, unresolved ? 1 : EG_MAX_RETRIES))
		give_up(t, reason(t, code));
}

void eg_transfer_silent(struct transfer *t)
{
	if (!try_later(t, -1, EG_MAX_RETRIES))
		give_up(t, eg_strf(t->fetch->run->arena, "no answer for %d seconds", eg_transfer_patience_ms(t) / 1000));
}
