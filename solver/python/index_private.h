/* What the files of the index share: index.c (projects), index_answer.c (pages), index_find_links.c, index_metadata.c
   (metadata of links), index_local.c (files of this machine). */
#ifndef EG_INDEX_PRIVATE_H
#define EG_INDEX_PRIVATE_H

#include "index.h"
#include "map.h"
#include "zip.h"

struct eg_source {
	const char *url;         /* without credentials; a path as its file:// URL */
	const char *asked;       /* the same of where it is fetched from: its mirror's, if it has one */
	const char *path;        /* local directory or file; NULL: remote */
	const char *credentials; /* "user:password" for .asked; NULL: none */
	bool is_index;           /* else find-links: one answer for all projects */
	bool usable;             /* false: neither a URL nor a path that exists */
	bool noted;              /* that it failed */
	struct eg_answer *answer; /* of find-links */
};

struct eg_link_list {
	struct eg_link **v;
	size_t n, cap;
};

/* What one source says about one project, or one find-links about all. */
struct eg_answer {
	struct eg_index *index;
	struct eg_source *source;
	const char *project;     /* NULL: find-links */
	const char *url;         /* of the page, without credentials */
	const char *key;         /* in the cache: by where it is fetched from */
	enum eg_known state;
	enum eg_error_kind kind; /* EG_FAILED: what, and why */
	const char *error;
	char *stale;             /* the cache's outdated page; NULL: none */
	size_t stale_n;
	struct eg_cache_meta stale_meta;
	struct eg_link_list links;       /* of an index */
	struct eg_map files, page_links; /* of find-links: by project a struct eg_link_list, of archives and of pages */
};

struct eg_index_project {
	const char *name;
	struct eg_answer **answers; /* of the indexes; NULL: not asked */
	struct eg_link_list links;  /* of all of them */
	enum eg_known state;
	enum eg_error_kind kind;
	const char *error;
};

struct eg_index {
	struct eg_run *run;
	struct eg_cache *cache;
	struct eg_fetch *fetch;
	struct eg_source *indexes, *find_links;
	size_t n_indexes, n_find_links;
	bool prefer_html;
	struct eg_map projects; /* struct eg_index_project */
	struct eg_map direct;   /* struct eg_link, by URL */
	struct eg_index_watch watch;
	void *memo;             /* its user's */
	size_t waiting;         /* requests that are queued or under way */
};

/* How the metadata of a link is sought. */
enum eg_metadata_step { EG_STEP_METADATA_FILE, EG_STEP_TAIL, EG_STEP_SIZE, EG_STEP_RANGE, EG_STEP_WHOLE };

struct eg_link_slot {
	struct eg_index *index;
	struct eg_link *link;
	struct eg_page_detail detail;
	const char *subdirectory; /* of an archive, that holds the project; NULL: none */
	bool asked;
	enum eg_known state;
	struct eg_metadata *metadata;
	enum eg_error_kind kind;
	const char *error;

	enum eg_metadata_step step;
	struct eg_sparse file;
	struct eg_need need;
	unsigned requests;
};

/* What metadata is made of, as it is kept in the cache. */
struct eg_metadata_text {
	const char *text;
	size_t n;
	const char *assumed; /* as in struct eg_metadata */
	const char *unknown; /* instead of the text: why only a build could tell */
};

/* An error set aside while something is tried whose failure is not the run's. */
struct eg_set_aside {
	enum eg_error_kind kind;
	const char *message;
};
struct eg_set_aside eg_error_set_aside(struct eg_run *run);

/* Puts the earlier error back and returns the one recorded meanwhile. */
struct eg_set_aside eg_error_put_back(struct eg_run *run, struct eg_set_aside earlier);

/* URL with the credentials of the source that is configured for its host. */
const char *eg_index_private_url(const struct eg_index *index, const char *url);

/* An answer is there: tells whoever watches the projects that waited for it. */
void eg_index_answered(struct eg_index *index, const struct eg_answer *answer);

/* Makes the answer, at once where cache or disk has it. */
struct eg_answer *eg_answer_ask(struct eg_index *index, struct eg_source *source, const char *project);
void eg_answer_fail(struct eg_answer *answer, enum eg_error_kind kind, const char *error);

/* The links of a page, into LIST. */
void eg_answer_add_page(struct eg_answer *answer, const char *packed, size_t n, struct eg_link_list *list);
enum eg_error_kind eg_answer_parse_page(struct eg_answer *answer, const char *content_type, const char *url,
					const char *body, size_t n, char **ret_packed, size_t *ret_n);

/* A page on the disk. */
void eg_answer_read_local(struct eg_answer *answer, const char *path, struct eg_link_list *list);

void eg_find_links_read(struct eg_answer *answer);
void eg_find_links_group(struct eg_answer *answer, struct eg_map *groups, const struct eg_link_list *links);

/* The slot of a link, made when first needed. */
struct eg_link_slot *eg_link_slot_of(struct eg_index *index, struct eg_link *link);

/* A link for a local file or directory. */
struct eg_link *eg_link_of_path(struct eg_index *index, const char *path, const char *source);

/* Metadata of a local link, without the cache. */
enum eg_error_kind eg_local_metadata(struct eg_run *run, struct eg_link_slot *slot, struct eg_metadata_text *ret);

/* "file:///a%20b" and back; NULL: no file URL. */
char *eg_url_of_path(struct eg_arena *arena, const char *path);
char *eg_path_of_url(struct eg_arena *arena, const char *url);

/* The normalised project that a wheel's file name begins with; "" when there is none. */
const char *eg_wheel_project(struct eg_arena *arena, const char *filename);
bool eg_is_wheel_name(const char *filename);

#endif
