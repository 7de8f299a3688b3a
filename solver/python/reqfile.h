/* Requirements and constraints files (pip/_internal/req/req_file.py), read into a request. */
#ifndef EG_REQFILE_H
#define EG_REQFILE_H

#include "reqline.h"

/* The requirements of FILE (a path or a URL) and of the files it names into the request's roots, with CONSTRAINT
   into its constraints; a "-c" line changes the side. Options in the files act on the request as they come. */
enum eg_error_kind eg_reqfile_read(struct eg_pip_reader *reader, const char *file, bool constraint);

/* The bytes of FILE, a path or a URL, in the arena, NUL-terminated; WHAT for messages: "requirements file". What is at an
   address is got with the request's network options. */
enum eg_error_kind eg_reqfile_bytes(const struct eg_pip_reader *reader, const char *what, const char *file,
				    const char **ret, size_t *ret_n);

/* http:, https: or file:, which pip opens with its session. */
bool eg_is_file_url(const char *file);

#endif
