/* A requirements file's bytes as logical lines: decoded, continued lines joined, comments dropped, ${VARIABLES} set
   (preprocess and _decode_req_file of pip/_internal/req/req_file.py). */
#ifndef EG_REQTEXT_H
#define EG_REQTEXT_H

#include "run.h"

struct eg_text_line {
	const char *text;
	size_t number; /* of the first physical line, from 1 */
};

struct eg_text_lines {
	struct eg_text_line *v;
	size_t n, cap;
};

/* NAME is for messages. */
enum eg_error_kind eg_reqtext_lines(struct eg_run *run, const char *name, const char *bytes, size_t n,
				    struct eg_text_lines *ret);

/* BYTES as UTF-8: by byte order mark, by a PEP 263 comment in the first two lines, as UTF-8, else as the locale says. */
enum eg_error_kind eg_reqtext_decode(struct eg_run *run, const char *name, const char *bytes, size_t n,
				     const char **ret, size_t *ret_n);

#endif
