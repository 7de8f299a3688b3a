/* Which build of a framework fits a host: commands that install it, with the reason for the variant chosen. */
#ifndef EG_SUGGEST_H
#define EG_SUGGEST_H

#include "gpu_facts.h"
#include "host.h"

struct eg_wish {
	const char *framework; /* "torch", "tensorflow", "jax" */
	const char *version;   /* NULL: the newest that fits */
	const char *tool;      /* "pip", "uv", "conda" or "mamba" */
	struct eg_cuda python; /* {3, 11}; {-1, -1}: not known */
	struct eg_strs beside; /* companions that are installed or asked for, by pip's names */
};

struct eg_suggestion {
	struct eg_strs command;
	const char *variant; /* "cu126", "cpu"; NULL: not told */
	const char *why;
	const char *source;
};

struct eg_suggestions {
	struct eg_suggestion *v; /* best first */
	size_t n, cap;
	const char *none; /* why there is none; of no matter when .v has some */
};

/* The frameworks that are known, NULL-terminated. */
extern const char *const eg_suggestible[];

/* At most a handful: an index need not have what the tables know, nor the environment room for the best. */
void eg_suggest(struct eg_run *run, const struct eg_facts *facts, const struct eg_host *host,
		const struct eg_wish *wish, struct eg_suggestions *ret);

#endif
