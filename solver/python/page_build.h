/* How a parsed page becomes packed; between page_json.c, page_html.c and page_pack.c only. */
#ifndef EG_PAGE_BUILD_H
#define EG_PAGE_BUILD_H

#include "buf.h"
#include "map.h"
#include "page.h"

/* One file as a page names it, strings in any memory. */
struct eg_page_entry {
	const char *href; /* NULL: passed over */
	const char *requires_python, *yanked;
	const char *sha256, *hashes;
	bool has_metadata;
	const char *metadata_sha256;
	int64_t upload_us, size;
};

#define EG_PAGE_ENTRY_NONE ((struct eg_page_entry){.upload_us = -1, .size = -1})

struct eg_page_builder {
	struct eg_arena *scratch; /* freed by whoever made it, after eg_page_builder_finish */
	const char *url, *status; /* of the page */
	const char *base;         /* what relative references are resolved against */
	size_t n;
	struct eg_map interned;
	struct eg_buf strings, rows, packed;
};

void eg_page_builder_init(struct eg_page_builder *builder, struct eg_arena *scratch, const char *url);
void eg_page_builder_add(struct eg_page_builder *builder, const struct eg_page_entry *entry);

/* The packed page in ARENA; NULL when it is above a ceiling. The builder is done with then. */
char *eg_page_builder_finish(struct eg_page_builder *builder, struct eg_arena *arena, size_t *ret_n);

/* REF of a page with base URL BASE, absolute and quoted as pip does (models/link.py); the fragment (NULL: none) apart. */
char *eg_page_link_url(struct eg_arena *arena, const char *base, const char *ref, const char **ret_fragment);

/* Last component of the URL's path, decoded. */
char *eg_url_filename(struct eg_arena *arena, const char *url);

/* S as lower-case hex of N bytes; NULL when it is not that. */
char *eg_hex(struct eg_arena *arena, const char *s, size_t n);

enum eg_error_kind eg_page_parse_json(struct eg_run *run, struct eg_page_builder *builder, const char *body, size_t n);
enum eg_error_kind eg_page_parse_html(struct eg_run *run, struct eg_page_builder *builder, const char *body, size_t n);

/* Is VERSION ("1.1") one of a major version that is not ours (PEP 629)? */
bool eg_page_is_foreign_version(const char *version);

#endif
