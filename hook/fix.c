#include "fix.h"

#include <string.h>

#include "fix_command.h"
#include "strs.h"

enum { PATIENCE_MS = 5000 }; /* for all trials together: the answer itself is there already */

/* What the findings from LEVEL on would have held. */
static struct eg_strs holds_of(struct eg_run *run, const struct eg_judgement *judgement, enum eg_level level)
{
	struct eg_strs holds = {0};

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		for (size_t k = 0; finding->level >= level && k < finding->hold.n; k++)
			if (!eg_strs_has(&holds, finding->hold.v[k]))
				eg_vec_push(run->arena, &holds, finding->hold.v[k]);
	}
	return holds;
}

/* The gravest word about what COMMAND leads to; EG_VERDICT_BLOCK where it leads nowhere. What goes wrong on the way is
   no news to the user. */
static enum eg_verdict try(struct eg_run *run, const struct eg_tool *tool, struct eg_session *session,
			   const struct eg_host *host, const struct eg_strs *command, struct eg_plan *plan)
{
	size_t notes = run->notes.n;
	struct eg_judgement judgement = {0};

	*plan = (struct eg_plan){.tool = tool->name, .command = *command, .status = EG_UNKNOWN};
	enum eg_error_kind kind = tool->plan(session, command->v, command->n, plan);
	run->notes.n = notes;
	eg_recover(run);
	if (kind || plan->status != EG_SOLVED)
		return EG_VERDICT_BLOCK;
	eg_judge(run, plan, host, &judgement);
	return judgement.verdict;
}

static const char *why_not(struct eg_run *run, const struct eg_tool *tool, const struct eg_strs *holds,
			   const struct eg_plan *plan)
{
	const char *held = eg_shell_words(run->arena, holds);

	if (plan->status == EG_IMPOSSIBLE)
		return eg_strf(run->arena, "%s finds no solution with %s", tool->name, held);
	if (plan->status == EG_UNKNOWN)
		return eg_strf(run->arena, "whether %s would do could not be told", held);
	return eg_strf(run->arena, "with %s the plan is not clean either", held);
}

static bool holds_all(const struct eg_strs *holds, const struct eg_finding *finding)
{
	for (size_t i = 0; i < finding->hold.n; i++)
		if (!eg_strs_has(holds, finding->hold.v[i]))
			return false;
	return finding->hold.n > 0;
}

/* FIX, or why there is none, for the findings that HOLDS would silence. */
static void answer(struct eg_run *run, struct eg_judgement *judgement, const struct eg_strs *holds, const char *fix,
		   const char *no_fix)
{
	for (size_t i = 0; i < judgement->n_findings; i++) {
		struct eg_finding *finding = &judgement->findings[i];
		if (finding->level < EG_WARN || !holds_all(holds, finding))
			continue;
		if (fix)
			eg_vec_push(run->arena, &finding->fix, fix);
		finding->no_fix = fix ? NULL : finding->no_fix ? finding->no_fix : no_fix;
	}
}

/* Whose version could be another: the first step of the reasons, "torchvision 0.16.2". What is the matter itself stays
   as it was asked for, unless it is held; NULL then. */
static const char *culprit_of(struct eg_run *run, const struct eg_judgement *judgement)
{
	const struct eg_strs *why = &judgement->findings[0].why;
	struct eg_strs holds = holds_of(run, judgement, EG_WARN);

	if (!why->n)
		return NULL;
	const char *name = eg_strndup(run->arena, why->v[0], strcspn(why->v[0], " [=<>~!"));
	return why->n > 1 || eg_fix_is_held(run, &holds, name) ? name : NULL;
}

void eg_fix_find(struct eg_run *run, const struct eg_tool *tool, struct eg_session *session,
		 struct eg_forecast *forecast)
{
	struct eg_judgement *judgement = &forecast->judgement;
	/* From the mildest change of the command on: everything held, or only what would be blocked; as it stands, or
	   with another version of what brings the harm. */
	const struct {
		enum eg_level level;
		const char *culprit;
	} ways[] = {
		{EG_WARN, NULL},
		{EG_BLOCK, NULL},
		{EG_WARN, culprit_of(run, judgement)},
		{EG_BLOCK, culprit_of(run, judgement)},
	};

	int64_t deadline = run->deadline;

	run->deadline = eg_now_ms() + eg_left_ms(run, PATIENCE_MS);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct eg_strs holds = holds_of(run, judgement, ways[i].level);
		struct eg_strs command = eg_fix_command(run, &forecast->plan.command, &holds, ways[i].culprit);
		struct eg_plan plan;
		if (!holds.n || (i >= 2 && !ways[i].culprit))
			continue;
		enum eg_verdict verdict = try(run, tool, session, &forecast->host, &command, &plan);
		bool good = verdict == EG_ALLOW || (ways[i].level == EG_BLOCK && verdict == EG_VERDICT_WARN);
		answer(run, judgement, &holds, good ? eg_shell_words(run->arena, &command) : NULL,
		       good ? NULL : why_not(run, tool, &holds, &plan));
		if (good)
			break;
	}
	run->deadline = deadline;
	for (size_t i = 0; i < judgement->n_findings; i++) {
		struct eg_finding *finding = &judgement->findings[i];
		if (finding->level >= EG_WARN && !finding->fix.n && !finding->no_fix)
			finding->no_fix = "there is nothing to hold back that would prevent it";
	}
}
