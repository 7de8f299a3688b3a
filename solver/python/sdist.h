/* What an sdist or a project folder says about its requirements without running its code. */
#ifndef EG_SDIST_H
#define EG_SDIST_H

#include "index_private.h"

/* Of an archive in memory, by its FILENAME's extension. WHAT names it in messages; SUBDIRECTORY holds the project, NULL: the
   archive's one directory. Where only a build could tell, EG_OK with ret->unknown set. */
enum eg_error_kind eg_sdist_metadata(struct eg_run *run, const char *filename, const char *what, const char *subdirectory,
				     const void *bytes, size_t n, struct eg_metadata_text *ret);

/* Of a directory. */
enum eg_error_kind eg_folder_metadata(struct eg_run *run, const char *path, struct eg_metadata_text *ret);

/* The files that are looked at, found in an archive or a folder. */
struct eg_sdist_files {
	const char *subdirectory;             /* of an archive; NULL: none */
	const char *root;                     /* of a folder: its path */
	struct eg_metadata_text pkg_info;     /* NAME-VERSION/PKG-INFO */
	struct eg_metadata_text pyproject;    /* pyproject.toml */
	struct eg_metadata_text egg_pkg_info; /* *.egg-info/PKG-INFO */
	struct eg_metadata_text requires_txt; /* *.egg-info/requires.txt */
	struct eg_metadata_text setup_cfg;    /* of a folder: an sdist has an egg-info then */
	bool egg_info;                        /* there is an *.egg-info */
	bool done;                            /* what was read is enough */
};

/* Where to put the contents of the file PATH (below the project's directory); NULL where it is none of these. */
struct eg_metadata_text *eg_sdist_wants(struct eg_sdist_files *files, const char *path);

/* What to make of them. SOURCE ("the sdist") names it in what is assumed. */
void eg_sdist_judge(struct eg_run *run, const struct eg_sdist_files *files, const char *source,
		    struct eg_metadata_text *ret);

#endif
