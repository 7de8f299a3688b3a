/* The user's command, rewritten. */
#ifndef EG_FIX_COMMAND_H
#define EG_FIX_COMMAND_H

#include "tool.h"

/* What is done to a command. */
struct eg_fix_draft {
	struct eg_strs specs;   /* requirements: each joins what the command says of the same project, else stands behind */
	struct eg_strs free;    /* projects of which the command's own version does not count */
	struct eg_strs without; /* projects that the command no longer names */
	const char *label;      /* PyTorch's index of these builds is asked as well: "cu118"; NULL: no other */
	struct eg_strs options; /* added */
	struct eg_strs dropped; /* words that go: options */
	const char *elsewhere;  /* conda: a new environment of this name is made instead; NULL: no */
	bool whole;             /* nothing but that: the command's words stay, also where they take away */
	bool on_purpose;        /* it does what the command would, but says so */
};

/* False where the draft contradicts the command. ret: the words, a NULL behind them. */
bool eg_fix_command(struct eg_run *run, const struct eg_tool *tool, const struct eg_strs *command,
		    const struct eg_fix_draft *draft, struct eg_strs *ret);

#endif
