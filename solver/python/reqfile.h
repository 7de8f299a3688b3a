/* Requirements and constraints files (pip/_internal/req/req_file.py), read into a request. */
#ifndef EG_REQFILE_H
#define EG_REQFILE_H

#include "interpreter.h"
#include "request.h"

/* What reading files needs to know, and what it counts across them. */
struct eg_reqfiles {
	struct eg_run *run;
	const struct eg_interpreter *interpreter;
	int release;            /* eg_release of the pip, 0: newest */
	size_t n_read;
};

/* The requirements of FILE (a path or a URL) and of the files it names into REQUEST's roots, with CONSTRAINT into its
   constraints; a "-c" line changes the side. Options in the files act on REQUEST as they come. */
enum eg_error_kind eg_reqfile_read(struct eg_reqfiles *files, const char *file, bool constraint,
				   struct eg_pip_request *request);

/* The bytes of FILE, a path or a URL, in the arena, NUL-terminated; WHAT for messages: "requirements file". What is at an
   address is got with REQUEST's network options. */
enum eg_error_kind eg_reqfile_bytes(struct eg_run *run, const struct eg_interpreter *interpreter,
				    const struct eg_pip_request *request, const char *what, const char *file,
				    const char **ret, size_t *ret_n);

/* http:, https: or file:, which pip opens with its session. */
bool eg_is_file_url(const char *file);

#endif
