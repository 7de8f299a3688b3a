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
	bool last;            /* only where no other way leads anywhere */
	/* Drafts, best first: the first that will do is taken. */
	void (*propose)(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
};

/* From the mildest change of the command on; .propose NULL behind the last. */
extern const struct eg_fix_way eg_fix_ways[];

/* fix_keep.c: what is protected stays. */
void eg_fix_keep(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_keep_beside(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_keep_freely(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_replace(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);

/* fix_move.c: torch, and what belongs to it, in a build that the host can run. */
void eg_fix_move_asked(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_move(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);

/* fix_conda.c: ways that only conda and mamba have. */
void eg_fix_selector(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_freeze(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_name_rest(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_only_named(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_remove_too(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_elsewhere(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);

/* fix_without.c: --no-deps, where all has what it needs, and where something has not. */
void eg_fix_without(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);
void eg_fix_without_needed(struct eg_fixer *fixer, enum eg_level level, struct eg_fix_drafts *ret);

/* What the findings from LEVEL on would have held. */
struct eg_strs eg_fix_holds(struct eg_fixer *fixer, enum eg_level level);

/* Exactly PACKAGE: "torch==2.4.1", conda's "pytorch=2.1.0=py3.10_cuda11.8_0". */
const char *eg_fix_exact(struct eg_fixer *fixer, const struct eg_package *package);

/* Is one of SPECS on PROJECT? */
bool eg_fix_says(struct eg_fixer *fixer, const struct eg_strs *specs, const char *project);

/* Does what PACKAGE itself requires, as planned, exclude one of SPECS? */
bool eg_fix_excludes(struct eg_fixer *fixer, const struct eg_package *package, const struct eg_strs *specs);

/* The project that a requirement, Python's or conda's, is on; NULL: it does not tell. */
const char *eg_fix_project(struct eg_run *run, enum eg_ecosystem ecosystem, const char *requirement);

/* What the packages that come with PLAN, of a command with --no-deps, ask for and do not have: "torch==1.4.0 of kapture
   1.0.10 (there is torch 1.7.0)"; NULL: nothing. */
const char *eg_fix_unmet(struct eg_fixer *fixer, const struct eg_plan *plan);

/* Is CHANGE part of the harm: a protected package, what belongs to one, what is held or what a finding is about? */
bool eg_fix_is_harm(struct eg_fixer *fixer, const struct eg_change *change, const struct eg_strs *holds);

#endif
