/* Which release of a project gets along with packages that are to stay as they are, by its metadata alone. */
#ifndef EG_BESIDE_H
#define EG_BESIDE_H

#include "resolve.h"

struct eg_beside {
	const struct eg_pip_request *request; /* of the command that the release is for */
	const struct eg_interpreter *interpreter;
	struct eg_index *index;
	struct eg_pip_release release; /* of pip, whose order of candidates it is */
	const char *label;             /* the local label that its version must have, "cu126"; NULL: any, or none */
};

/* The newest release of PROJECT ("vllm[audio]", "torch<=2.14") whose requirements accept all of HELD
   ("torch==2.4.1+cu121"; what is not pinned does not count). Requirements of its requirements are not looked at. NULL:
   there is none among the newest EG_MAX_BESIDE, or it could not be told; *ret_none: all were looked at, so there is none
   at all. */
const char *eg_pip_release_beside(struct eg_run *run, const struct eg_beside *wanted, const char *project,
				  const struct eg_strs *held, bool *ret_none);

#endif
