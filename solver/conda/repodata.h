/* The records of channels, by package name: only what can be reached from the names asked for is read, from shards
   (CEP 16) where a channel has them, else from a cache by name that is made once of each repodata.json. */
#ifndef EG_CONDA_REPODATA_H
#define EG_CONDA_REPODATA_H

#include "cache.h"
#include "config.h"
#include "fetch.h"
#include "record.h"

/* One subdir of one channel, in the solver's order: channels in order, each with its subdir and then noarch. */
struct eg_subdir {
	const struct eg_channel *channel;
	const char *subdir;
	size_t rank;                      /* of its channel among the distinct channel names, 0 first */
	struct eg_conda_record **records; /* of the names reached, .conda preferred over .tar.bz2 (config->use_only_tar_bz2) */
	size_t n_records;
};

struct eg_conda_universe {
	struct eg_subdir *subdirs;
	size_t n_subdirs;
};

/* NAMES: those of the request, the history, the pins and the installed packages; followed through depends (transitively,
   for everything that could be installed) over all channels. A channel that answers 404 for a subdir but noarch is as
   conda treats it; one out of reach is EG_NET, naming the URL without token. */
enum eg_error_kind eg_conda_universe_load(struct eg_run *run, struct eg_cache *cache, struct eg_fetch *fetch,
					  const struct eg_conda_config *config, const struct eg_channel *channels,
					  size_t n_channels, const struct eg_strs *names, struct eg_conda_universe *ret);

#endif
