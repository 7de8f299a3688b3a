/* The indexes and find-links that a request names, asked lazily and many at once. Everything that is not known yet is
   wanted: the getters note it and say so, eg_index_run gets it, and the caller asks again. */
#ifndef EG_INDEX_H
#define EG_INDEX_H

#include "cache.h"
#include "fetch.h"
#include "metadata.h"
#include "page.h"

struct eg_index_options {
	const char *const *indexes;    /* base URLs in order, credentials allowed; may be empty (--no-index) */
	size_t n_indexes;
	const char *const *find_links; /* directories, local or remote pages, archives */
	size_t n_find_links;
	bool prefer_html;              /* for a tool without PEP 691 */
};

struct eg_index; /* one per run */

struct eg_index *eg_index_new(struct eg_run *run, struct eg_cache *cache, struct eg_fetch *fetch,
			      const struct eg_index_options *options);

enum eg_known {
	EG_WANTED,  /* not known yet: eg_index_run will get it */
	EG_KNOWN,
	EG_ABSENT,  /* known not to be there (404, no such file) */
	EG_FAILED,  /* could not be had: the error below */
};

/* A file that some index or find-links offers. Lives as long as the run; its address identifies it. */
struct eg_link {
	struct eg_page_file file;
	const char *index; /* the index's or find-links' URL as configured, without credentials; NULL: a direct URL or path */
	const char *path;  /* a local file or directory; NULL: remote */
	const struct eg_page *page;  /* private to the index, as is */
	struct eg_link_slot *slot;
	struct eg_candidate *candidate; /* the resolution's */
};

/* Its URL, hashes, size … */
const struct eg_page_detail *eg_link_detail(struct eg_index *index, struct eg_link *link);

/* The project's links over all indexes and find-links, in pip's order (archives of find-links, pages of find-links,
   indexes); *ret_v lives as long as the run. EG_ABSENT: on none of them. Where one index fails and others have the project,
   pip goes on with a warning; so do we, with a note. */
enum eg_known eg_index_links(struct eg_index *index, const char *project, struct eg_link *const **ret_v, size_t *ret_n);

/* The same for the one index I of the options only (uv's first-index). */
enum eg_known eg_index_links_at(struct eg_index *index, size_t i, const char *project, struct eg_link *const **ret_v,
				size_t *ret_n);

/* Those of find-links only; none at all is EG_KNOWN too. The list is the caller's to keep. */
enum eg_known eg_index_find_links(struct eg_index *index, const char *project, struct eg_link *const **ret_v,
				  size_t *ret_n);

/* Why one of the first two above said EG_FAILED; NULL: it did not. */
const char *eg_index_error(const struct eg_index *index, const char *project, enum eg_error_kind *ret_kind);

/* A link for a direct URL, local wheel, sdist or project folder. Always the same for the same URL. */
struct eg_link *eg_index_direct(struct eg_index *index, const char *url);

/* The metadata of a link: PEP 658, else by range, else the wheel, else what an sdist or folder says without running code.
   EG_FAILED: *ret_error says why, *ret_kind what (EG_UNSUPPORTED: only running its build could tell). */
enum eg_known eg_index_metadata(struct eg_index *index, struct eg_link *link, const struct eg_metadata **ret,
				enum eg_error_kind *ret_kind, const char **ret_error);

/* The metadata where it is known by now, without wanting it; NULL otherwise. */
const struct eg_metadata *eg_index_metadata_known(const struct eg_link *link);

/* A place for what the index's user has worked out of its links and wants to find again; NULL to begin with. */
void **eg_index_memo(struct eg_index *index);

/* Called whenever a page or a metadata arrived, so that what it leads to can be wanted at once, in the same run. */
struct eg_index_watch {
	void (*page)(void *ctx, const char *project);
	void (*metadata)(void *ctx, struct eg_link *link, const struct eg_metadata *metadata);
	void *ctx;
};
void eg_index_watch(struct eg_index *index, const struct eg_index_watch *watch);

/* Gets everything that is wanted. Fails only as eg_fetch_run does. */
enum eg_error_kind eg_index_run(struct eg_index *index);

/* Anything wanted that eg_index_run has not dealt with? */
bool eg_index_waiting(const struct eg_index *index);

#endif
