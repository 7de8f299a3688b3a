#include "fix.h"

#include <string.h>

#include "family.h"
#include "python/pep508.h"

enum { PATIENCE_MS = 5000 }; /* for all trials together: the answer itself is there already */

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

/* The project that a word of the command asks for; NULL: it is no requirement. */
static const char *project_of(struct eg_arena *arena, const char *word, struct eg_requirement *ret)
{
	const char *error;

	if (*word == '-' || !eg_requirement_parse(arena, word, strlen(word), ret, &error) || ret->url)
		return NULL;
	return ret->project;
}

/* "torchvision" of "torchvision==0.16.2", extras kept */
static const char *without_version(struct eg_arena *arena, const struct eg_requirement *req)
{
	const char *text = eg_strdup(arena, req->name);

	for (size_t i = 0; i < req->n_extras; i++)
		text = eg_strf(arena, "%s%s%s", text, i ? "," : "[", req->extras[i]);
	return req->n_extras ? eg_strf(arena, "%s]", text) : text;
}

/* A command in the making, and what is done to the user's words in it. */
struct draft {
	struct eg_run *run;
	const struct eg_strs *holds;
	const char *culprit; /* may come in another version; NULL: nothing may */
	struct eg_strs words;
};

/* The hold on PROJECT; NULL when there is none. */
static const char *hold_on(struct draft *d, const char *project)
{
	struct eg_requirement req;

	for (size_t i = 0; i < d->holds->n; i++) {
		const char *name = project_of(d->run->arena, d->holds->v[i], &req);
		if (name && !strcmp(name, project))
			return d->holds->v[i];
	}
	return NULL;
}

/* Where torch is held, its companions that the command names are free to follow. */
static bool follows_a_hold(struct draft *d, const char *project)
{
	const struct eg_family *family = eg_family_of(project);

	return family && family->framework && hold_on(d, family->framework);
}

static void add_word(struct draft *d, const char *word)
{
	struct eg_requirement req;
	const char *project = project_of(d->run->arena, word, &req);
	const char *hold = project ? hold_on(d, project) : NULL;
	bool free = project && d->culprit && (!strcmp(project, d->culprit) || follows_a_hold(d, project));

	if (hold && (strcmp(hold, project) || !req.spec.n))
		word = hold;
	else if (free && req.spec.n)
		word = without_version(d->run->arena, &req);
	if (!hold || !has(&d->words, word))
		eg_vec_push(d->run->arena, &d->words, word);
}

/* COMMAND with what is held in place of what it says about the same project, else at its end; and a NULL behind. */
static struct eg_strs draft(struct eg_run *run, const struct eg_strs *command, const struct eg_strs *holds,
			    const char *culprit)
{
	struct draft d = {.run = run, .holds = holds, .culprit = culprit};
	bool after_verb = false;

	for (size_t i = 0; i < command->n; i++) {
		if (after_verb)
			add_word(&d, command->v[i]);
		else
			eg_vec_push(run->arena, &d.words, command->v[i]);
		after_verb = after_verb || !strcmp(command->v[i], "install");
	}
	for (size_t i = 0; i < holds->n; i++)
		if (!has(&d.words, holds->v[i]))
			eg_vec_push(run->arena, &d.words, holds->v[i]);
	eg_vec_push(run->arena, &d.words, NULL);
	d.words.n--;
	return d.words;
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
	return eg_strf(run->arena, "with %s the plan is not clean either", held);
}

static bool holds_all(const struct eg_strs *holds, const struct eg_finding *finding)
{
	for (size_t i = 0; i < finding->hold.n; i++)
		if (!has(holds, finding->hold.v[i]))
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

/* Whose version could be another: the first step of the reasons, "torchvision 0.16.2". What is the matter itself stays as
   it was asked for, unless it is held; NULL then. */
static const char *culprit_of(struct eg_run *run, const struct eg_judgement *judgement)
{
	const struct eg_strs *why = &judgement->findings[0].why;
	struct eg_strs holds = holds_of(run, judgement, EG_WARN);
	struct draft d = {.run = run, .holds = &holds};

	if (!why->n)
		return NULL;
	const char *name = eg_strndup(run->arena, why->v[0], strcspn(why->v[0], " [=<>~!"));
	return why->n > 1 || hold_on(&d, name) ? name : NULL;
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
		struct eg_strs command = draft(run, &forecast->plan.command, &holds, ways[i].culprit);
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
