/* What a package is to a GPU stack, by its name. */
#ifndef EG_FAMILY_H
#define EG_FAMILY_H

#include <stdbool.h>

enum eg_role {
	EG_FRAMEWORK, /* torch, jaxlib … */
	EG_COMPANION, /* compiled against one release of its framework, or useless without the same */
	EG_LIBRARY,   /* what a framework loads: nvidia-*, triton, cuda-* */
};

struct eg_family {
	const char *name;      /* normalised; with a trailing "*" a prefix */
	const char *is;        /* the distribution that a conda package of this name installs: torch of pytorch */
	const char *framework; /* of a companion: the framework's name */
	enum eg_role role;
	const char *variant;   /* what the name itself tells; NULL: nothing */
	bool front;            /* a companion by whose name one asks for the framework: jax for jaxlib */
	bool same_variant;     /* a companion that must be of its framework's variant … */
	bool any_minor;        /* … of its CUDA major at least: there is one build for all of it */
	bool same_version;     /* … and of its very version, although its metadata does not say so */
};

/* NULL: nothing to a GPU stack. */
const struct eg_family *eg_family_of(const char *name);

bool eg_is_framework(const char *name);

/* The distribution by whose name pip knows a package: "torch" of conda's "pytorch". */
const char *eg_distribution_name(const char *name);

/* The conda package that installs a distribution under another name; NULL: none. */
const char *eg_conda_name(const char *distribution);

#endif
