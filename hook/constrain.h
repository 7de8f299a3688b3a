/* Where a command's outcome could not be told and nothing judges it from inside, the tool itself is asked to leave the GPU
   stack alone: what is there goes to it as constraints, beside the user's own. */
#ifndef EG_CONSTRAIN_H
#define EG_CONSTRAIN_H

#include "tool.h"
#include "watch.h"

struct eg_constraints {
	struct eg_strs held; /* "torch==2.4.1+cu121"; none: nothing is constrained */
	const char *file;    /* that names them, to be removed; NULL: a variable does */
	struct eg_strs argv; /* the command with them; a NULL stands behind */
};

/* What is to be held for a command of TOOL. */
void eg_constrain_held(struct eg_run *run, const struct eg_tool *tool, const char *const *argv, size_t argc,
		       const struct eg_watch *watch, struct eg_strs *ret);

/* For a command of TOOL that WATCH has let through. What the command itself names is not held, nor what belongs to it; a
   command that names what is wanted in a file, a folder or an address is not constrained. */
void eg_constrain(struct eg_run *run, const struct eg_tool *tool, const char *const *argv, size_t argc,
		  const struct eg_watch *watch, struct eg_constraints *ret);

/* After the tool, which has ended with STATUS (waitpid): removes the file, and where the tool has failed, says what was
   held and how to go on without. */
void eg_constrain_end(struct eg_run *run, const struct eg_constraints *constraints, int status);

#endif
