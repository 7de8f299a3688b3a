/* The places that configuration comes from, weakest first, and how the values of one key in them become one: conda's
   common/configuration.py. Private to config*.c. */
#ifndef EG_CONFIG_SOURCE_H
#define EG_CONFIG_SOURCE_H

#include "config.h"
#include "yaml.h"

enum eg_config_flag { EG_FLAG_NONE, EG_FLAG_FINAL, EG_FLAG_TOP, EG_FLAG_BOTTOM };

struct eg_config_source {
	const char *path;     /* NULL: environment variables */
	struct eg_yaml yaml;
	struct eg_strs lines; /* of the file: libyaml drops the comments that flags are in */
};

struct eg_config_sources {
	struct eg_config_source *v;
	size_t n, cap;
};

/* Reads every file that is there. Broken ones are passed over with a note, as conda does. */
enum eg_error_kind eg_config_sources_read(struct eg_run *run, const struct eg_conda_config_options *options,
					  const char *root_prefix, struct eg_config_sources *ret);

/* The flag in the comment of a line: "#!final". */
enum eg_config_flag eg_config_flag(const struct eg_config_source *source, const struct eg_yaml *value);

/* One key, under any of its NAMES (separated by blanks), over all sources. */
const char *eg_config_text(const struct eg_config_sources *sources, const char *names);
bool eg_config_list(struct eg_run *run, const struct eg_config_sources *sources, const char *names, struct eg_strs *ret);
/* "key=value", or "key=word word …" where values are lists. */
bool eg_config_map(struct eg_run *run, const struct eg_config_sources *sources, const char *names, struct eg_strs *ret);
/* Of a list of maps, "KEY's value=VALUE's value" of each that has both; the strongest source last, as later ones win. */
void eg_config_pairs(struct eg_run *run, const struct eg_config_sources *sources, const char *name, const char *key,
		     const char *value, struct eg_strs *ret);

/* context.conda_build_local_paths, as URLs. */
void eg_config_local_channels(struct eg_run *run, const struct eg_config_sources *sources, struct eg_conda_config *config);

#endif
