/* The ways to a command that does no harm: each proposes a few drafts, and fix.c tries them. */
#ifndef EG_FIX_WAY_H
#define EG_FIX_WAY_H

#include "fix_command.h"
#include "judge.h"

/* One search for fixes. */
struct eg_fixer {
	struct eg_run *run;
	const struct eg_tool *tool;
	struct eg_session *session;
	const struct eg_forecast *forecast;
	const struct eg_plan *plan;       /* the forecast's */
	const struct eg_judge *judge;     /* the facts and the host, for the choice of a build */
	const char *why_not;              /* what a way has found to stand against it; NULL: nothing yet */
	struct eg_terms terms;            /* what trials are judged under */
};

struct eg_fix_drafts {
	struct eg_fix_draft *v;
	size_t n, cap;
};

struct eg_fix_way {
	enum eg_level level;  /* the findings from which on it answers */
	bool keeps;           /* what is protected stays as it is: nothing further is looked for */
	void (*propose)(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
};

/* From the mildest change of the command on; .propose NULL behind the last. */
extern const struct eg_fix_way eg_fix_ways[];

/* fix_keep.c: what is protected stays. */
void eg_fix_keep(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_keep_beside(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_keep_freely(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_freeze(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_only_named(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_without(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);

/* fix_move.c: torch, and what belongs to it, in a build that the host can run. */
void eg_fix_move_asked(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_move(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_selector(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);

/* What the findings from LEVEL on would have held. */
struct eg_strs eg_fix_holds(struct eg_fixer *fixer, enum eg_level level);

#endif
