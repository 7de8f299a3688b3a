#include "fix.h"

#include "fix_way.h"
#include "shell_words.h"
#include "strs.h"

enum {
	PATIENCE_MS = 5000, /* for all trials together: the answer itself is there already */
	FORECASTS = 10,     /* … or as long as so many forecasts take where one takes long, on a busy machine */
	MOST_MS = 20000,
	STRANGER_MS = 2000, /* for an index that was not asked before to answer, PyTorch's own */
	MAX_TRIALS = 12,    /* a trial is a forecast; the command itself counts */
	MAX_ROUNDS = 3,     /* of what a trial brings up anew */
	MAX_REQUESTS = 150, /* to an index, for all trials together */
	ENOUGH = 2,         /* fixes that do not leave everything as it is */
	MAX_FIXES = 3,
	MAX_SAID = 3, /* requirements in a statement of why there is none */
};

const struct eg_fix_way eg_fix_ways[] = {
	{EG_WARN, .propose = eg_fix_move_asked},
	{EG_BLOCK, .propose = eg_fix_move_asked},
	{EG_BLOCK, .propose = eg_fix_selector},
	{EG_BLOCK, .propose = eg_fix_replace},
	{EG_WARN, .keeps = true, .propose = eg_fix_keep},
	{EG_BLOCK, .keeps = true, .propose = eg_fix_keep},
	{EG_WARN, .keeps = true, .propose = eg_fix_keep_beside},
	{EG_BLOCK, .keeps = true, .propose = eg_fix_keep_beside},
	{EG_WARN, .keeps = true, .propose = eg_fix_keep_freely},
	{EG_BLOCK, .keeps = true, .propose = eg_fix_keep_freely},
	{EG_WARN, .keeps = true, .propose = eg_fix_freeze},
	{EG_BLOCK, .keeps = true, .propose = eg_fix_name_rest},
	{EG_BLOCK, .propose = eg_fix_move},
	{EG_BLOCK, .keeps = true, .propose = eg_fix_only_named},
	{EG_BLOCK, .keeps = true, .propose = eg_fix_without},
	{EG_BLOCK, .last = true, .propose = eg_fix_remove_too},
	{EG_BLOCK, .last = true, .propose = eg_fix_elsewhere},
	{EG_BLOCK, .propose = eg_fix_without_needed},
	{EG_WARN, .last = true, .propose = eg_fix_without_needed},
	{0},
};

/* A command, and what it leads to. */
struct trial {
	const char *text;
	bool solved, shown;
	bool fresh; /* the environment is yet to be made */
	bool idle;  /* everything is as it asks */
	bool moves; /* frameworks as the command would: then it only asks for it by name */
	const char *unmet; /* what --no-deps leaves so; NULL: nothing */
	struct eg_judgement judgement;
};

/* A search under way. */
struct search {
	struct eg_fixer *fixer;
	struct eg_judgement *judgement; /* what is to be answered */
	EG_VEC(struct trial) tried;
	size_t found;
};

static void add_holds(struct eg_run *run, const struct eg_judgement *judgement, enum eg_level level, struct eg_strs *ret)
{
	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		for (size_t k = 0; finding->level >= level && k < finding->hold.n; k++)
			if (!eg_strs_has(ret, finding->hold.v[k]))
				eg_vec_push(run->arena, ret, finding->hold.v[k]);
	}
}

static size_t name_length(const char *spec)
{
	return strcspn(spec, "[ =<>~!");
}

/* Is there a hold on one version of SPEC's project, which says all that a bound could? */
static bool is_pinned(const struct eg_strs *holds, const char *spec)
{
	size_t n = name_length(spec);

	for (size_t i = 0; i < holds->n; i++)
		if (name_length(holds->v[i]) == n && !strncmp(holds->v[i], spec, n) && !strncmp(holds->v[i] + n, "==", 2))
			return strcmp(holds->v[i], spec) && strncmp(spec + n, "==", 2);
	return false;
}

struct eg_strs eg_fix_holds(struct eg_fixer *fixer, enum eg_level level)
{
	struct eg_strs all = {0}, holds = {0};

	add_holds(fixer->run, &fixer->forecast->judgement, level, &all);
	for (size_t i = 0; i < all.n; i++)
		if (!is_pinned(&all, all.v[i]))
			eg_vec_push(fixer->run->arena, &holds, all.v[i]);
	return holds;
}

/* Does a framework that the command does not name end in just the other build that the command would end in? */
static bool moves_alike(const struct eg_plan *command, const struct eg_plan *trial)
{
	for (size_t i = 0; i < command->n_changes; i++) {
		const struct eg_change *change = &command->changes[i];
		if (change->requested || !change->from || !change->to || !eg_is_framework(change->to->name) ||
		    !strcmp(change->from->version, change->to->version))
			continue;
		const struct eg_package *then = eg_package_find(trial->after, trial->n_after, change->to->name);
		if (then && !strcmp(then->version, change->to->version))
			return true;
	}
	return false;
}

/* What COMMAND leads to. What goes wrong on the way is no news to the user. */
static struct trial try(struct eg_fixer *fixer, const struct eg_strs *command, const char *text, struct eg_plan *plan)
{
	struct eg_run *run = fixer->run;
	struct trial trial = {.text = text};
	size_t notes = run->notes.n;

	*plan = (struct eg_plan){.tool = fixer->tool->name, .command = *command, .status = EG_UNKNOWN};
	enum eg_error_kind kind = fixer->tool->plan(fixer->session, command->v, command->n, plan);
	run->notes.n = notes;
	eg_recover(run);
	trial.solved = !kind && plan->status == EG_SOLVED;
	if (trial.solved)
		eg_judge(run, plan, &fixer->forecast->host, &fixer->terms, &trial.judgement);
	trial.fresh = !plan->n_before;
	trial.idle = !plan->n_changes;
	trial.unmet = trial.solved && eg_strs_has(command, "--no-deps") ? eg_fix_unmet(fixer, plan) : NULL;
	trial.moves = trial.solved && !trial.fresh && moves_alike(fixer->plan, plan);
	return trial;
}

static const char *why_not(struct eg_fixer *fixer, const struct eg_fix_draft *draft, const struct eg_plan *plan)
{
	struct eg_run *run = fixer->run;
	const struct eg_strs *said = draft->specs.n ? &draft->specs : &draft->options;
	const struct eg_strs first = {.v = said->v, .n = said->n > MAX_SAID ? 1 : said->n};
	const char *held = eg_shell_words(run->arena, &first);
	if (said->n > first.n)
		held = eg_strf(run->arena, "%s and %zu more", held, said->n - first.n);

	if (plan->status == EG_IMPOSSIBLE)
		return eg_strf(run->arena, "%s finds no solution with %s", fixer->tool->name, held);
	if (plan->status == EG_UNKNOWN)
		return eg_strf(run->arena, "whether %s would do could not be told", held);
	return eg_strf(run->arena, "with %s the plan is not clean either", held);
}

/* Is FINDING among those of a trial, as grave? */
static bool remains(const struct eg_finding *finding, const struct eg_judgement *after)
{
	for (size_t i = 0; i < after->n_findings; i++)
		if (after->findings[i].level >= EG_WARN && !strcmp(after->findings[i].rule, finding->rule) &&
		    !strcmp(after->findings[i].package, finding->package))
			return true;
	return false;
}

/* Best first: what moves a framework stands behind what leaves it alone. */
static void add_fix(struct eg_arena *arena, struct eg_finding *finding, const struct trial *trial)
{
	eg_vec_push(arena, &finding->fix, trial->text);
	for (size_t i = finding->fix.n - 1; !trial->moves && i > finding->fix.n - 1 - finding->n_moving; i--) {
		finding->fix.v[i] = finding->fix.v[i - 1];
		finding->fix.v[i - 1] = trial->text;
	}
	finding->n_moving += trial->moves;
	finding->fix_unmet = trial->unmet ? trial->unmet : finding->fix_unmet;
	finding->no_fix = NULL;
}

static void answer(struct search *s, const struct trial *trial)
{
	for (size_t i = 0; i < s->judgement->n_findings; i++) {
		struct eg_finding *finding = &s->judgement->findings[i];
		if (finding->level >= EG_WARN && !remains(finding, &trial->judgement) && finding->fix.n < MAX_FIXES)
			add_fix(s->fixer->run->arena, finding, trial);
	}
	s->found++;
}

/* Where a block is to be answered, a warning is something to live with; not in an environment made for the purpose. */
static bool is_good(const struct search *s, const struct eg_fix_way *way, const struct eg_fix_draft *draft,
		    const struct trial *trial)
{
	enum eg_verdict verdict = trial->judgement.verdict;

	if (!trial->solved || (draft->elsewhere && !trial->fresh) || (trial->idle && !way->keeps))
		return false;
	return verdict == EG_ALLOW || (way->level == EG_BLOCK && verdict == EG_VERDICT_WARN && !draft->elsewhere &&
				       s->judgement->verdict == EG_VERDICT_BLOCK);
}

static struct trial *known(const struct search *s, const char *text)
{
	for (size_t i = 0; i < s->tried.n; i++)
		if (!strcmp(s->tried.v[i].text, text))
			return &s->tried.v[i];
	return NULL;
}

/* NULL: the draft contradicts the command, or no more trials are granted. */
static struct trial *result_of(struct search *s, const struct eg_fix_draft *draft)
{
	struct eg_fixer *fixer = s->fixer;
	struct eg_strs command;
	struct eg_plan plan;

	if (!eg_fix_command(fixer->run, fixer->tool, &fixer->plan->command, draft, &command))
		return NULL;
	const char *text = eg_shell_words(fixer->run->arena, &command);
	struct trial *earlier = known(s, text);
	if (earlier || s->tried.n == MAX_TRIALS)
		return earlier;
	eg_vec_push(fixer->run->arena, &s->tried, try(fixer, &command, text, &plan));
	struct trial *trial = &s->tried.v[s->tried.n - 1];
	if ((!trial->solved || trial->judgement.verdict != EG_ALLOW) && !fixer->why_not)
		fixer->why_not = why_not(fixer, draft, &plan);
	return trial;
}

/* What a trial brings up anew may have a remedy of its own: "numpy<2". */
static struct trial *best_of(struct search *s, const struct eg_fix_draft *draft)
{
	struct eg_arena *arena = s->fixer->run->arena;
	struct eg_fix_draft more = *draft;
	struct trial *trial = result_of(s, draft), *first = trial;

	for (int i = 1; i < MAX_ROUNDS && trial && trial->solved && trial->judgement.verdict != EG_ALLOW; i++) {
		const char *text = first->text;
		struct eg_strs specs = {0};

		for (size_t k = 0; k < more.specs.n; k++)
			eg_vec_push(arena, &specs, more.specs.v[k]);
		add_holds(s->fixer->run, &trial->judgement, EG_WARN, &specs);
		if (specs.n == more.specs.n)
			break;
		more.specs = specs;
		trial = result_of(s, &more);
		first = known(s, text);
	}
	return trial && trial->solved && trial->judgement.verdict == EG_ALLOW ? trial : first;
}

/* The first that will do of the drafts of a way; false also where it is an answer already. */
static bool go(struct search *s, const struct eg_fix_way *way)
{
	struct eg_fix_drafts drafts = {0};

	way->propose(s->fixer, way->level, &drafts);
	for (size_t i = 0; i < drafts.n; i++) {
		struct trial *trial = best_of(s, &drafts.v[i]);
		if (!trial || !is_good(s, way, &drafts.v[i], trial))
			continue;
		if (trial->shown)
			return false;
		trial->shown = true;
		trial->moves |= drafts.v[i].on_purpose;
		answer(s, trial);
		return true;
	}
	return false;
}

static void go_all_ways(struct search *s)
{
	for (const struct eg_fix_way *way = eg_fix_ways; way->propose && s->found < ENOUGH; way++) {
		bool concerns = way->level == EG_WARN || s->judgement->verdict == EG_VERDICT_BLOCK;

		if (concerns && !(way->last && s->found) && go(s, way) && way->keeps)
			return;
	}
}

/* The smallest true statement about a search that found nothing. */
static const char *why_none(const struct search *s)
{
	struct eg_fixer *fixer = s->fixer;
	struct eg_strs holds = eg_fix_holds(fixer, EG_WARN), named = {0};
	const struct eg_strs *command = &fixer->plan->command;

	if (fixer->why_not)
		return fixer->why_not;
	if (!holds.n || !fixer->tool->named || eg_is_removal(fixer->plan) ||
	    fixer->tool->named(fixer->run, command->v, command->n, &named))
		return "there is nothing to hold back that would prevent it";
	return eg_strf(fixer->run->arena, "the command installs what a file says: %s would have to stand there",
		       eg_shell_words(fixer->run->arena, &holds));
}

static void tell_why_not(struct search *s)
{
	for (size_t i = 0; i < s->judgement->n_findings; i++) {
		struct eg_finding *finding = &s->judgement->findings[i];
		if (finding->level >= EG_WARN && !finding->fix.n && !finding->no_fix)
			finding->no_fix = why_none(s);
	}
}

static int64_t patience(const struct eg_forecast *forecast)
{
	int64_t long_enough = forecast->elapsed_ms * FORECASTS;

	return long_enough < PATIENCE_MS ? PATIENCE_MS : long_enough > MOST_MS ? MOST_MS : long_enough;
}

void eg_fix_find(struct eg_run *run, const struct eg_tool *tool, struct eg_session *session,
		 struct eg_forecast *forecast)
{
	struct eg_facts facts = {0};
	struct eg_judge judge = {.run = run, .plan = &forecast->plan, .host = &forecast->host, .facts = &facts};
	struct eg_policy policy = *forecast->terms.policy;
	struct eg_fixer fixer = {run, tool, session, forecast, &forecast->plan, &judge, NULL, forecast->terms};
	struct search search = {.fixer = &fixer, .judgement = &forecast->judgement};
	const char *as_it_stands = eg_shell_words(run->arena, &forecast->plan.command);
	int64_t deadline = run->deadline;
	size_t requests = MAX_REQUESTS;

	policy.errors.n = 0; /* no command would repair the policy */
	fixer.terms.policy = &policy;
	judge.terms = &fixer.terms;
	run->deadline = eg_now_ms() + eg_left_ms(run, patience(forecast));
	run->requests_left = &requests;
	run->stranger_ms = STRANGER_MS;
	eg_vec_push(run->arena, &search.tried, (struct trial){.text = as_it_stands});
	if (tool->named && !eg_facts_load(run, &facts))
		go_all_ways(&search);
	run->requests_left = NULL;
	run->stranger_ms = 0;
	run->deadline = deadline;
	tell_why_not(&search);
}
