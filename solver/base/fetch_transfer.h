/* One transfer from its job to its answer. Private to fetch*.c. */
#ifndef EG_FETCH_TRANSFER_H
#define EG_FETCH_TRANSFER_H

#include "buf.h"
#include "curl_api.h"
#include "fetch.h"
#include "map.h"

struct queue {
	struct transfer *first, *last;
};

/* What is known of one "scheme://host:port". Credentials are kept by origin, so that none reaches another. */
struct host {
	const char *origin;
	bool https, trusted;
	bool multiplexes; /* answered by HTTP/2 */
	bool asked;       /* for credentials */
	const char *user, *password;
	const char *unreachable; /* why, once all retries of one transfer failed and no byte had ever come */
	int64_t heard;           /* when the last byte came; 0: never */
	int64_t not_before;      /* nothing is started, as it could not be reached just now */
	struct queue waiting;
	size_t active;
};

/* The headers that matter; in the arena, NULL: not sent. */
struct reply {
	const char *content_type, *etag, *last_modified, *content_range, *location;
	int64_t max_age_s, age_s;
};

struct transfer {
	struct transfer *next;
	struct eg_fetch *fetch;
	struct eg_job job;
	const char *target; /* the job's URL, or that of its mirror */
	const char *url; /* as sent: without credentials */
	const char *user, *password;
	struct host *host;
	bool authorized;     /* credentials were sent */
	bool quick;          /* verified by the quick directory */
	bool waits_for_name; /* libcurl before 7.87: its end waits until the host's name is resolved */
	int redirects, tries;
	int64_t due; /* when to try again */
	/* while active, and until it is answered */
	CURL *easy;
	struct curl_slist *headers;
	int64_t heard;
	struct reply reply;
	long status;
	int64_t retry_after_s; /* -1: not said */
	struct eg_buf body;
	char error[CURL_ERROR_SIZE];
};

struct eg_fetch {
	struct eg_run *run;
	struct eg_fetch_options options;
	int timeout_ms;
	const struct eg_curl *curl; /* NULL until first needed */
	CURLM *multi;
	const char *unusable; /* why there is no libcurl */
	const char *ca_file, *ca_dir;
	const char *quick_ca_dir; /* the system's certificates by hash: read one by one, as needed */
	struct eg_map hosts;      /* origin -> struct host */
	struct queue files, delayed;
	struct transfer **active;
	size_t n_active;
	CURL **idle; /* handles kept for their TLS sessions */
	size_t n_idle;
	size_t requests;
	bool stuck; /* handles were left behind in multi */
};

/* fetch.c: queues for another try */
void eg_transfer_again(struct transfer *t);
void eg_transfer_later(struct transfer *t, int64_t wait_ms);

/* fetch_transfer.c */
void eg_transfer_aim(struct transfer *t, const char *url); /* credentials stay on their origin */
void eg_transfer_clean(struct transfer *t);                /* forgets what was received */
bool eg_transfer_set(struct transfer *t);                  /* the options of t->easy */
void eg_transfer_answer(struct transfer *t, enum eg_error_kind kind, const char *error);
void eg_transfer_refuse(struct transfer *t, enum eg_error_kind kind, const char *why);

/* fetch_trust.c: whose certificates are believed, and which hosts need none */
bool eg_fetch_trusts(const struct eg_fetch *fetch, const struct eg_url *url);
void eg_fetch_find_certificates(struct eg_fetch *fetch);
void eg_transfer_set_certificates(struct transfer *t);
bool eg_transfer_verify_again(struct transfer *t); /* by all of the system's certificates; false: it was */

/* fetch_settle.c: the transfer ended with CODE, or was ended in its silence. Answers it, or has it done again. */
void eg_transfer_settle(struct transfer *t, CURLcode code);
void eg_transfer_silent(struct transfer *t);
int eg_transfer_patience_ms(const struct transfer *t); /* how long it may be silent */

/* fetch_file.c */
void eg_transfer_file(struct transfer *t);

#endif
