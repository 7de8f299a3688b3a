#include "fix.h"

#include <string.h>

static bool is_safe(const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";

	return *word && strspn(word, safe) == strlen(word);
}

/* 'torch<2.11', with the quotes */
static const char *quoted(struct eg_arena *arena, const char *word)
{
	const char *out = "'";

	if (is_safe(word))
		return word;
	for (size_t n; *word; word += n) {
		n = strcspn(word, "'");
		out = eg_strf(arena, "%s%.*s%s", out, (int)n, word, word[n] ? "'\\''" : "");
		n += word[n] != 0;
	}
	return eg_strf(arena, "%s'", out);
}

const char *eg_shell_words(struct eg_arena *arena, const struct eg_strs *argv)
{
	const char *out = "";

	for (size_t i = 0; i < argv->n; i++)
		out = eg_strf(arena, "%s%s%s", out, i ? " " : "", quoted(arena, argv->v[i]));
	return out;
}

static bool has(const struct eg_strs *list, const char *word)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], word))
			return true;
	return false;
}

/* What the findings from LEVEL on would have held. */
static struct eg_strs holds_of(struct eg_run *run, const struct eg_judgement *judgement, enum eg_level level)
{
	struct eg_strs holds = {0};

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		for (size_t k = 0; finding->level >= level && k < finding->hold.n; k++)
			if (!has(&holds, finding->hold.v[k]))
				eg_vec_push(run->arena, &holds, finding->hold.v[k]);
	}
	return holds;
}

/* The command with more requirements at its end, and a NULL behind. */
static struct eg_strs with(struct eg_run *run, const struct eg_strs *command, const struct eg_strs *more)
{
	struct eg_strs words = {0};

	for (size_t i = 0; i < command->n; i++)
		eg_vec_push(run->arena, &words, command->v[i]);
	for (size_t i = 0; i < more->n; i++)
		eg_vec_push(run->arena, &words, more->v[i]);
	eg_vec_push(run->arena, &words, NULL);
	words.n--;
	return words;
}

/* The gravest word about what COMMAND leads to; EG_VERDICT_BLOCK where it leads nowhere. What goes wrong on the way is no
   news to the user. */
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
		return eg_strf(run->arena, "%s finds no solution that keeps %s", tool->name, held);
	return eg_strf(run->arena, "with %s the plan is not clean either", held);
}

static bool holds_all(const struct eg_strs *holds, const struct eg_finding *finding)
{
	for (size_t i = 0; i < finding->hold.n; i++)
		if (!has(holds, finding->hold.v[i]))
			return false;
	return finding->hold.n > 0;
}

static void answer(struct eg_run *run, struct eg_judgement *judgement, const struct eg_strs *holds,
		   const struct eg_strs *command, const char *no_fix)
{
	for (size_t i = 0; i < judgement->n_findings; i++) {
		struct eg_finding *finding = &judgement->findings[i];
		if (finding->level < EG_WARN || finding->fix.n || !holds_all(holds, finding))
			continue;
		if (!no_fix)
			eg_vec_push(run->arena, &finding->fix, eg_shell_words(run->arena, command));
		finding->no_fix = no_fix;
	}
}

void eg_fix_find(struct eg_run *run, const struct eg_tool *tool, struct eg_session *session,
		 struct eg_forecast *forecast)
{
	struct eg_judgement *judgement = &forecast->judgement;
	struct eg_strs latest = {0};

	/* Everything held, and nothing left to say; else what is blocked held, and nothing blocked any more. */
	for (enum eg_level level = EG_WARN; level <= EG_BLOCK; level++) {
		struct eg_strs holds = holds_of(run, judgement, level);
		if (!holds.n || holds.n == latest.n)
			continue;
		struct eg_strs command = with(run, &forecast->plan.command, &holds);
		struct eg_plan plan;
		enum eg_verdict verdict = try(run, tool, session, &forecast->host, &command, &plan);
		bool good = verdict == EG_ALLOW || (level == EG_BLOCK && verdict == EG_VERDICT_WARN);
		answer(run, judgement, &holds, &command, good ? NULL : why_not(run, tool, &holds, &plan));
		if (good)
			return;
		latest = holds;
	}
	for (size_t i = 0; i < judgement->n_findings; i++) {
		struct eg_finding *finding = &judgement->findings[i];
		if (finding->level >= EG_WARN && !finding->hold.n && !finding->no_fix)
			finding->no_fix = "there is nothing to hold back that would prevent it";
	}
}
