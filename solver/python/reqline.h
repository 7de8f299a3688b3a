/* One requirement as pip reads it (pip/_internal/req/constructors.py): a name with a specifier, a URL, a path, a VCS
   address, and what -e takes. */
#ifndef EG_REQLINE_H
#define EG_REQLINE_H

#include "interpreter.h"
#include "request.h"
#include "run.h"

/* What reading requirements needs to know, and the request that they are read into. */
struct eg_pip_reader {
	struct eg_run *run;
	const struct eg_interpreter *interpreter;
	struct eg_pip_request *request;
	int release;    /* eg_release of the pip, 0: newest */
	size_t n_files; /* read so far */
};

/* TEXT with its marker; ORIGIN as eg_pip_line.origin. *ret's hashes and settings are left empty. */
enum eg_error_kind eg_pip_line_parse(const struct eg_pip_reader *reader, const char *text, const char *origin,
				     struct eg_pip_line *ret);

/* The same for the value of -e. */
enum eg_error_kind eg_pip_line_parse_editable(const struct eg_pip_reader *reader, const char *text, const char *origin,
					      struct eg_pip_line *ret);

/* TEXT of a project file: PEP 508 and nothing else, no path and no bare URL. */
enum eg_error_kind eg_pip_line_parse_string(const struct eg_pip_reader *reader, const char *text, const char *origin,
					    struct eg_pip_line *ret);

/* Does the pip have what came with a release? */
bool eg_pip_reader_has(const struct eg_pip_reader *reader, int release);

/* "path[extra,…]" taken apart as pip's strip_extras; *ret_extras NULL: none. The path keeps its own brackets else. */
char *eg_strip_extras(struct eg_arena *arena, const char *path, const char **ret_extras);

/* Text that begins with a scheme pip can install from. */
bool eg_is_install_url(struct eg_arena *arena, const char *text);

#endif
