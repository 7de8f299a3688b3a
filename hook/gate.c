#include "gate.h"

#include <stdlib.h>
#include <strings.h>

#include "guard.h"
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

	run->deadline = eg_now_ms() + eg_gate_budget_ms();
	if (!transaction->known)
		eg_complain("this %s (%s) does not tell what it will do: judged by a forecast", transaction->tool,
			    transaction->tool_version ? transaction->tool_version : "unknown version");
	eg_guard_forecast(run, &options, &forecast);
	if (forecast.judged) {
		print_judgement(run, &forecast);
		return forecast.judgement.verdict != EG_VERDICT_BLOCK;
	}
	if (forecast.error)
		return eg_gate_unjudged(run, forecast.error);
	if (forecast.plan.status == EG_UNKNOWN)
		return eg_gate_unjudged(run, forecast.plan.error ? forecast.plan.error : "the forecast has no answer");
	return true; /* impossible: the tool says so itself */
}
