/* One project's page of a simple index (PEP 503 HTML, PEP 691/700 JSON), or a find-links page, as plain data. */
#ifndef EG_PAGE_H
#define EG_PAGE_H

#include "run.h"

struct eg_page_file {
	const char *filename;
	const char *url;             /* absolute, fragment removed */
	const char *requires_python; /* NULL: not said */
	const char *yanked;          /* reason, "" without one; NULL: not yanked (PEP 592) */
	const char *sha256;          /* lower-case hex; NULL: none */
	const char *hashes;          /* other hashes, "md5=… sha512=…"; NULL: none */
	const char *metadata_sha256; /* PEP 658/714; "" when metadata is served without a hash; NULL: not served */
	const char *upload_time;     /* PEP 700, ISO 8601; NULL: not said */
	int64_t size;                /* -1: not said */
};

struct eg_page {
	const char *url;             /* the page's, after redirects, without credentials */
	struct eg_page_file *files;
	size_t n;
	const char *status;          /* PEP 792 project status, NULL: active or not said */
};

/* Parses a page that arrived with CONTENT_TYPE from URL. What a client must pass over (other API minor version, an
   anchor without href) is passed over; EG_FORMAT when it is no index page or of another major version. */
enum eg_error_kind eg_page_parse(struct eg_run *run, const char *content_type, const char *url, const char *body,
				 size_t n, struct eg_page *ret);

/* The compact text that the cache keeps, and back. */
char *eg_page_pack(struct eg_arena *arena, const struct eg_page *page, size_t *ret_n);
enum eg_error_kind eg_page_unpack(struct eg_run *run, char *packed, size_t n, struct eg_page *ret);

#endif
