/* One project's page of a simple index (PEP 503 HTML, PEP 691/700 JSON), or a find-links page. A page is kept in one
   packed buffer, in memory as in the cache: what a choice among its files needs is at hand at once, the rest (URL, hashes)
   is put together for those files that are asked for it. */
#ifndef EG_PAGE_H
#define EG_PAGE_H

#include "run.h"

/* What pip sends (index/collector.py), and the same for a tool without PEP 691. */
#define EG_PAGE_ACCEPT                                                                                                 \
	"application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"
#define EG_PAGE_ACCEPT_HTML "text/html"

struct eg_page_file {
	const char *filename;        /* the last component of the URL, decoded, as pip takes it */
	const char *requires_python; /* NULL: not said */
	const char *yanked;          /* reason, "" without one; NULL: not yanked (PEP 592) */
	const unsigned char *packed; /* private to page_pack.c */
};

struct eg_page_detail {
	const char *url;             /* absolute, quoted as pip does, fragment removed */
	const char *sha256;          /* lower-case hex; NULL: none */
	const char *hashes;          /* other hashes, "md5=… sha512=…"; NULL: none */
	bool has_metadata;           /* PEP 658/714: URL.metadata is served */
	const char *metadata_sha256; /* NULL: not said */
	int64_t upload_us;           /* PEP 700, microseconds since the epoch; -1: not said */
	int64_t size;                /* -1: not said */
};

struct eg_page {
	const char *url;             /* the page's, after redirects, without credentials */
	const char *status;          /* PEP 792 project status, NULL: active or not said */
	size_t n;                    /* files */

	/* private to page_pack.c */
	const char **strings;
	size_t n_strings;
	const char *row, *rows_end;
	const unsigned char *packed, *packed_end;
};

/* Parses a page that arrived with CONTENT_TYPE from URL into the packed form. What a client must pass over (another API
   minor version, an anchor without href, files that are no archive) is passed over; EG_FORMAT when it is no index page or
   of another major version. */
enum eg_error_kind eg_page_parse(struct eg_run *run, const char *content_type, const char *url, const char *body,
				 size_t n, char **ret_packed, size_t *ret_n);

/* PACKED must outlive *ret and what comes from it. EG_FORMAT where it is damaged. */
enum eg_error_kind eg_page_open(struct eg_run *run, const char *packed, size_t n, struct eg_page *ret);

/* The next file, in the page's order; false at the end. */
bool eg_page_next(struct eg_page *page, struct eg_page_file *ret);

void eg_page_detail(struct eg_arena *arena, const struct eg_page *page, const struct eg_page_file *file,
		    struct eg_page_detail *ret);

/* ISO 8601 as Python's datetime.fromisoformat reads it (date, or date and time; no zone: UTC), in microseconds since the
   epoch; -1 when it is none. */
int64_t eg_iso_time(const char *text);

/* Has FILENAME an extension that pip takes for a wheel or an sdist (utils/filetypes.py)? */
bool eg_is_archive_name(const char *filename);

#endif
