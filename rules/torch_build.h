/* Which build of torch a host can run, and by which label it is had from PyTorch's own index. */
#ifndef EG_TORCH_BUILD_H
#define EG_TORCH_BUILD_H

#include "judge.h"

struct eg_torch_build {
	const char *version; /* "2.4.1" */
	struct eg_cuda cuda;
	const char *label;   /* "cu121" */
	bool is_default;     /* what the default index has under this version */
};

/* What a build is wanted for. */
struct eg_torch_wanted {
	const char *version;       /* the newest release to look at */
	bool exactly;              /* … and the only one */
	bool below;                /* … and not itself */
	int major;                 /* of CUDA; 0: any */
	bool by_default;           /* only what the default index has */
	struct eg_strs passed;     /* labels that are of no use */
	const char *python;        /* "3.11", which it must have wheels for; NULL: not known */
	const char *kept;          /* the label of the build that is there, which is chosen if it runs; NULL: none */
	struct eg_strs companions; /* of "torchvision" and "torchaudio" those that must be known for it */
};

/* The newest release with a build that the host can run: .kept, else the default build, else the newest. False: none is
   known. */
bool eg_torch_build_find(const struct eg_judge *judge, const struct eg_torch_wanted *wanted, struct eg_torch_build *ret);

/* The label of what the default index has under VERSION, "cu121"; NULL: not known. */
const char *eg_torch_default_label(const struct eg_judge *judge, const char *version);

/* The release of torchvision or torchaudio that goes with torch VERSION; NULL: not known, or none. */
const char *eg_torch_companion(const struct eg_facts *facts, const char *companion, const char *version);

/* Where PyTorch has its builds with a label: "https://download.pytorch.org/whl/cu121". */
const char *eg_torch_index(struct eg_arena *arena, const char *label);

#endif
