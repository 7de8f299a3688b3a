/* What a word of a command, or a hold of a finding, says of one package: "torch[x]>=2" to pip, "pytorch=2.1=*cuda*" to
   conda. Cut apart, and put together again. */
#ifndef EG_FIX_SPEC_H
#define EG_FIX_SPEC_H

#include "plan.h"

struct eg_fix_spec {
	enum eg_ecosystem ecosystem;
	const char *head;    /* name and all that stays with it: extras, a channel */
	const char *project; /* normalised */
	const char *version; /* ">=2,<3", conda's "=2.1" as well; "": any */
	const char *build;   /* conda; NULL: any */
	const char *tail;    /* "; python_version > '3'"; "": nothing */
};

/* False: the word is something else, an address or a path. */
bool eg_fix_spec_read(struct eg_arena *arena, enum eg_ecosystem ecosystem, const char *word, struct eg_fix_spec *ret);

const char *eg_fix_spec_text(struct eg_arena *arena, const struct eg_fix_spec *spec);

/* What USER says with what HOLD asks for on top; with FREE the hold outranks it. False: they contradict each other. */
bool eg_fix_spec_merge(struct eg_arena *arena, const struct eg_fix_spec *user, const struct eg_fix_spec *hold, bool free,
		       struct eg_fix_spec *ret);

#endif
