/* HTTP(S) and file:// transfers, many at once, through libcurl (loaded when first needed). Knows no index and no cache. */
#ifndef EG_FETCH_H
#define EG_FETCH_H

#include "run.h"
#include "url.h"

struct eg_fetch; /* connections, their settings, and the transfers under way; one per run, freed with eg_fetch_free */

/* How to reach hosts. Strings are borrowed. Environment variables that curl knows (http_proxy …) hold where these are NULL. */
struct eg_fetch_options {
	const char *user_agent;
	const char *proxy;
	const char *ca_bundle;               /* file or directory of PEM certificates; NULL: the system's */
	const char *client_cert;             /* PEM with key */
	const char *const *trusted_hosts;    /* "host" or "host:port": certificate not verified; NULL-terminated */
	int timeout_s;                       /* of one silent period, pip's --timeout; 0: 15 */
	int retries;                         /* with back-off, for connection failures and 429/5xx */
	bool netrc;                          /* credentials from ~/.netrc or $NETRC */
	/* Credentials for a URL that has none and was answered 401; false: none. May be NULL. */
	bool (*credentials)(void *ctx, const char *url, const char **ret_user, const char **ret_password);
	void *credentials_ctx;
};

struct eg_response {
	const char *url;         /* after redirects; a mirror's own */
	long status;             /* HTTP status; 200 for a file; 0 when nothing answered */
	const char *error;       /* why there is no answer; NULL otherwise. Without credentials. */
	enum eg_error_kind kind; /* EG_OK, EG_NET, EG_LIMIT, EG_TIMEOUT … */
	const char *body;        /* decompressed, NUL-terminated; valid during the callback */
	size_t n;
	const char *content_type, *etag, *last_modified, *content_range; /* NULL: not sent */
	int64_t max_age_s;       /* from Cache-Control (no-store, no-cache: 0) less Age; -1: not said */
};

struct eg_job {
	const char *url;                    /* may carry user:password@; fetched from its mirror, if the run has one */
	const char *accept;                 /* NULL: any */
	const char *if_none_match, *if_modified_since;
	const char *range;                  /* "-100000", "0-99"; NULL: whole */
	const char *post;                   /* a body to POST; NULL: GET. Follows no redirect. */
	size_t post_n;
	const char *content_type, *bearer;  /* of the body; a token for the host */
	size_t max;                         /* ceiling of the decompressed body */
	bool head;                          /* HEAD instead of GET */
	void (*done)(struct eg_fetch *fetch, const struct eg_job *job, const struct eg_response *response);
	void *ctx;
};

struct eg_fetch *eg_fetch_new(struct eg_run *run, const struct eg_fetch_options *options);
void eg_fetch_free(struct eg_fetch *fetch);

/* Queues a copy of JOB (its strings are borrowed until done). Callbacks may queue more. */
void eg_fetch_add(struct eg_fetch *fetch, const struct eg_job *job);

/* Runs until nothing is queued. Fails only when libcurl is missing or the time budget is spent: then every job was
   answered with .kind set. What one URL answers is the business of its callback. */
enum eg_error_kind eg_fetch_run(struct eg_fetch *fetch);

/* Requests sent so far, retries and redirects included. */
size_t eg_fetch_requests(const struct eg_fetch *fetch);

#endif
