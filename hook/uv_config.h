/* uv's configuration: uv.toml and the [tool.uv] table of a pyproject.toml (uv-settings). Private to the uv dialect. */
#ifndef EG_UV_CONFIG_H
#define EG_UV_CONFIG_H

#include "uv_options.h"

/* What the project's, the user's and the system's files say goes into VALUES, behind what is there: a single value where
   there is none yet, lists at their ends. */
enum eg_error_kind uv_read_config(struct eg_run *run, struct uv_values *values);

/* One file's text. PYPROJECT: the settings are its [tool.uv] table. *ret_any: it has some. */
enum eg_error_kind uv_parse_config(struct eg_run *run, const char *path, const char *text, size_t n, bool pyproject,
				   struct uv_values *values, bool *ret_any);

#endif
