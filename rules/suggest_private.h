/* What the frameworks' parts of eg_suggest share. */
#ifndef EG_SUGGEST_PRIVATE_H
#define EG_SUGGEST_PRIVATE_H

#include "judge.h"
#include "suggest.h"

enum { EG_MAX_SUGGESTIONS = 4 };

struct eg_advisor {
	struct eg_run *run;
	const struct eg_wish *wish;
	struct eg_judge judge; /* of an empty plan: what runs here? */
	bool gpu;              /* has the host an NVIDIA GPU? */
	bool aarch64;
	struct eg_suggestions *ret;
};

void eg_suggest_torch(struct eg_advisor *advisor);
void eg_suggest_tensorflow(struct eg_advisor *advisor);
void eg_suggest_jax(struct eg_advisor *advisor);

/* conda-forge's build of PACKAGE, which all three have there. */
void eg_suggest_conda(struct eg_advisor *advisor, const char *package);

bool eg_is_full(const struct eg_advisor *advisor);

/* Is it the version that is asked for ("2.4" for "2.4.1"), or none asked? */
bool eg_is_wished(const struct eg_advisor *advisor, const char *version);

/* Is the wish's Python in "3.9-3.13"? True where one of them is not known. */
bool eg_has_python(const struct eg_advisor *advisor, const char *range);

/* Why the host cannot run a build of NAME for CUDA; NULL: it can, as far as is known. */
const char *eg_unfit(const struct eg_advisor *advisor, const char *name, const char *version, struct eg_cuda cuda,
		     const char **ret_source);

/* "driver 535.183.01 runs any build of CUDA 12 (525.60.13 or newer)", and its source. */
const char *eg_fitness(const struct eg_advisor *advisor, struct eg_cuda cuda, const char **ret_source);

/* "pip install", "uv pip install", "conda install": the start of a command. */
struct eg_strs eg_install_words(const struct eg_advisor *advisor);

void eg_suggest_add(struct eg_advisor *advisor, struct eg_strs command, const char *variant, const char *why,
		    const char *source);

#endif
