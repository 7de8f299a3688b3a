#include "gate.h"

#include <glob.h>
#include <stdlib.h>
#include <strings.h>

#include "progress.h"
#include "shown.h"
#include "strs.h"

enum { BUDGET_S = 10, MAX_BUDGET_S = 86400 };

int64_t eg_gate_budget_ms(void)
{
	const char *said = getenv("ENVGUARD_TIMEOUT");
	char *end = NULL;
	long seconds = said ? strtol(said, &end, 10) : 0;
	bool sound = end && end != said && !*end && seconds > 0 && seconds <= MAX_BUDGET_S;

	return 1000 * (int64_t)(sound ? seconds : BUDGET_S);
}

bool eg_gate_unjudged(struct eg_run *run, const char *why)
{
	const char *said = getenv("ENVGUARD_ON_ERROR");
	bool block = said && !strcasecmp(said, "block");

	eg_complain("%s: %s", eg_printable(run->arena, why), block ? "blocked, as ENVGUARD_ON_ERROR wants it" :
								     "let through unjudged");
	return !block;
}

/* How to go on all the same, with the rules that are in the way. */
static void print_ways_out(struct eg_run *run, const struct eg_judgement *judgement)
{
	struct eg_strs rules = {0};

	for (size_t i = 0; i < judgement->n_findings; i++)
		if (judgement->findings[i].level == EG_BLOCK && !eg_strs_has(&rules, judgement->findings[i].rule))
			eg_vec_push(run->arena, &rules, judgement->findings[i].rule);
	fputs("to do it all the same: ENVGUARD_ALLOW='", stderr);
	for (size_t i = 0; i < rules.n; i++)
		fprintf(stderr, "%s%s:WHY", i ? ";" : "", rules.v[i]);
	fputs("' before the command; without envguard: ENVGUARD=off\n", stderr);
}

/* Nothing when all is well, the findings for a warning, everything for a block. */
static void print_judgement(struct eg_run *run, const struct eg_forecast *forecast)
{
	bool block = forecast->judgement.verdict == EG_VERDICT_BLOCK;
	struct eg_report_options report = {
		.style = eg_style_for(stderr, EG_COLOR_AUTO),
		.verbose = block ? 0 : -1,
	};

	if (!block && (forecast->judgement.verdict == EG_ALLOW || eg_shown_before(run, &forecast->plan)))
		return;
	eg_report_find("text")->write(stderr, run, forecast, &report);
	if (block)
		print_ways_out(run, &forecast->judgement);
}

/* Will the tool itself ask, when it knows its exact transaction? */
static bool asks_later(struct eg_run *run, const struct eg_plan *plan)
{
	glob_t found;
	const char *pattern = eg_strf(run->arena, "%s/lib/python3*/site-packages/envguard_gate.pth",
				      plan->prefix ? plan->prefix : "");
	bool pip = plan->tool && !strcmp(plan->tool, "pip");
	bool there = pip && !glob(pattern, GLOB_NOSORT, NULL, &found);

	if (there)
		globfree(&found);
	return there;
}

/* False where nothing may change. */
static bool judge(struct eg_run *run, const struct eg_guard_options *options, struct eg_forecast *ret)
{
	run->deadline = eg_now_ms() + eg_gate_budget_ms();
	eg_guard_forecast(run, options, ret);
	eg_progress_end(run);
	if (ret->judged) {
		print_judgement(run, ret);
		return ret->judgement.verdict != EG_VERDICT_BLOCK;
	}
	if (!options->transaction && asks_later(run, &ret->plan))
		return true;
	if (ret->error)
		return eg_gate_unjudged(run, ret->error);
	if (ret->plan.status == EG_UNKNOWN)
		return eg_gate_unjudged(run, ret->plan.error ? ret->plan.error : "the forecast has no answer");
	return true; /* impossible: the tool says so itself */
}

bool eg_gate(struct eg_run *run, const struct eg_transaction *transaction)
{
	struct eg_guard_options options = {
		.prefix = transaction->python ? NULL : transaction->prefix,
		.python = transaction->python,
		.transaction = transaction,
		.argv = transaction->command.v,
		.argc = transaction->command.n,
	};
	struct eg_forecast forecast = {.plan.status = EG_UNKNOWN};

	if (!transaction->known)
		eg_complain("this %s (%s) does not tell what it will do: judged by a forecast", transaction->tool,
			    transaction->tool_version ? transaction->tool_version : "unknown version");
	return judge(run, &options, &forecast);
}

bool eg_gate_command(struct eg_run *run, const struct eg_guard_options *options)
{
	struct eg_forecast forecast = {.plan.status = EG_UNKNOWN};
	struct eg_progress progress;

	eg_progress_watch(run, &progress);
	bool go = judge(run, options, &forecast);
	if (go && forecast.judged)
		eg_shown_leave(run, &forecast.plan);
	return go;
}
