#include "gate.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"
#include "policy_keys.h"
#include "progress.h"
#include "prompt.h"
#include "shown.h"
#include "strs.h"

/* Who wants it so: "/etc/envguard/policy.json:3", "ENVGUARD_ON_ERROR". */
static const char *word_of(struct eg_run *run, const struct eg_policy *policy, const char *key)
{
	return eg_printable(run->arena, eg_policy_mark_text(run->arena, &policy->marks[eg_policy_key_of(key)]));
}

static bool unjudged(struct eg_run *run, const struct eg_policy *policy, const char *why)
{
	const char *printable = eg_printable(run->arena, why);

	if (policy->values.on_error == EG_ON_ERROR_BLOCK)
		eg_complain("%s: blocked, as %s wants it", printable, word_of(run, policy, "on_error"));
	else if (policy->values.on_error == EG_ON_ERROR_WARN)
		eg_complain("%s: let through unjudged", printable);
	return policy->values.on_error != EG_ON_ERROR_BLOCK;
}

/* What cannot be written down is a failure of the guard's own. */
static bool record(struct eg_run *run, const struct eg_terms *terms, const struct eg_audit_event *event)
{
	bool written = eg_audit(run, terms, event);

	return event->passed && (written || terms->policy->values.on_error != EG_ON_ERROR_BLOCK);
}

/* A command that was not judged. */
static bool record_unjudged(struct eg_run *run, const struct eg_terms *terms, const struct eg_strs *command,
			    const char *error, const char *off, bool passed)
{
	const struct eg_audit_event event = {
		.by = "command", .command = command, .error = error, .off = off, .passed = passed};

	return record(run, terms, &event);
}

bool eg_gate_fails(struct eg_run *run, const struct eg_terms *terms, const struct eg_strs *command, const char *why)
{
	return record_unjudged(run, terms, command, why, NULL, unjudged(run, terms->policy, why));
}

bool eg_gate_is_off(struct eg_run *run, const struct eg_terms *terms, const struct eg_strs *command)
{
	const struct eg_policy *policy = terms->policy;
	const char *reason;

	if (!eg_guard_is_off(&reason))
		return false;
	if (policy->values.bypass == EG_BYPASS_FORBIDDEN)
		eg_complain("ENVGUARD=off is not followed: the policy forbids it (%s)", word_of(run, policy, "bypass"));
	else if (policy->values.bypass == EG_BYPASS_NEEDS_REASON && !*reason)
		eg_complain("ENVGUARD=off is not followed: the policy wants a reason, ENVGUARD='off:WHY' (%s)",
			    word_of(run, policy, "bypass"));
	else
		return record_unjudged(run, terms, command, NULL, reason, true);
	return false;
}

/* How to go on all the same, with the rules that are in the way. */
static void print_ways_out(struct eg_run *run, const struct eg_policy *policy, const struct eg_judgement *judgement)
{
	struct eg_strs rules = {0};

	if (policy->values.bypass == EG_BYPASS_FORBIDDEN) {
		fprintf(stderr, "the policy lets nobody do it all the same (%s)\n", word_of(run, policy, "bypass"));
		return;
	}
	for (size_t i = 0; i < judgement->n_findings; i++)
		if (judgement->findings[i].level == EG_BLOCK && !eg_strs_has(&rules, judgement->findings[i].rule))
			eg_vec_push(run->arena, &rules, judgement->findings[i].rule);
	fputs("to do it all the same: ENVGUARD_ALLOW='", stderr);
	for (size_t i = 0; i < rules.n; i++)
		fprintf(stderr, "%s%s:WHY", i ? ";" : "", rules.v[i]);
	fprintf(stderr, "' before the command; without envguard: %s\n",
		policy->values.bypass == EG_BYPASS_NEEDS_REASON ? "ENVGUARD='off:WHY'" : "ENVGUARD=off");
}

/* What the policy does not follow, and which exceptions end. */
static void print_remarks(struct eg_run *run, const struct eg_terms *terms)
{
	for (size_t i = 0; i < terms->remarks->n; i++)
		eg_complain("%s", eg_printable(run->arena, terms->remarks->v[i]));
}

/* Nothing when all is well, the findings for a warning, everything for a block. */
static void print_judgement(struct eg_run *run, const struct eg_forecast *forecast)
{
	bool block = forecast->judgement.verdict == EG_VERDICT_BLOCK;
	struct eg_report_options report = {
		.style = eg_style_for(stderr, EG_COLOR_AUTO),
		.verbose = block ? 0 : -1,
	};

	print_remarks(run, &forecast->terms);
	if (!block && (forecast->judgement.verdict == EG_ALLOW || eg_shown_before(run, &forecast->plan)))
		return;
	eg_report_find("text")->write(stderr, run, forecast, &report);
	if (block)
		print_ways_out(run, forecast->terms.policy, &forecast->judgement);
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

/* A "yes" is no reason, which a policy may want. */
static bool may_overrule(const struct eg_policy *policy)
{
	return policy->values.bypass == EG_BYPASS_ALLOWED;
}

/* The last word on a block is that of who typed the command, if there is somebody to be asked. */
static bool block_is_overruled(struct eg_run *run, bool typed, const struct eg_forecast *forecast)
{
	if (!typed || !may_overrule(forecast->terms.policy) || !eg_prompt_consent(run, &forecast->judgement))
		return false;
	eg_shown_leave(run, &forecast->plan, true);
	return true;
}

/* False where nothing may change. TYPED: somebody can be asked. */
static bool judge(struct eg_run *run, const struct eg_guard_options *options, bool typed, struct eg_forecast *ret)
{
	eg_guard_find_terms(run, options, options->prefix, ret);
	run->deadline = eg_now_ms() + 1000 * (int64_t)ret->terms.policy->values.budget_seconds;
	eg_guard_forecast(run, options, ret);
	eg_progress_end(run);
	if (ret->judged) {
		bool block = ret->judgement.verdict == EG_VERDICT_BLOCK;
		if (block && may_overrule(ret->terms.policy) && eg_shown_consent(run, &ret->plan))
			return true;
		print_judgement(run, ret);
		return !block || block_is_overruled(run, typed, ret);
	}
	if (!options->transaction && asks_later(run, &ret->plan))
		return true;
	if (ret->error)
		return unjudged(run, ret->terms.policy, ret->error);
	if (ret->plan.status == EG_UNKNOWN)
		return unjudged(run, ret->terms.policy, ret->plan.error ? ret->plan.error : "the forecast has no answer");
	return true; /* impossible: the tool says so itself */
}

/* Where the tool asks later, it is written down then. */
static bool record_forecast(struct eg_run *run, const char *by, const struct eg_forecast *forecast, bool passed)
{
	const struct eg_plan *plan = &forecast->plan;
	const struct eg_audit_event event = {
		.by = by,
		.tool = plan->tool,
		.prefix = plan->prefix,
		.command = &plan->command,
		.forecast = forecast,
		.error = forecast->judged ? NULL : forecast->error ? forecast->error : plan->error,
		.passed = passed,
	};
	bool later = !forecast->judged && !strcmp(by, "command") && asks_later(run, plan);

	return later || plan->status == EG_IMPOSSIBLE ? passed : record(run, &forecast->terms, &event);
}

bool eg_gate(struct eg_run *run, const struct eg_transaction *transaction, struct eg_watch *ret_watch)
{
	struct eg_guard_options options = {
		.prefix = transaction->python ? NULL : transaction->prefix,
		.python = transaction->python,
		.transaction = transaction,
		.argv = transaction->command.v,
		.argc = transaction->command.n,
	};
	struct eg_forecast *forecast = EG_NEW(run->arena, struct eg_forecast); /* the watch looks at its plan */

	forecast->plan.status = EG_UNKNOWN;
	if (!transaction->known)
		eg_complain("this %s (%s) does not tell what it will do: judged by a forecast", transaction->tool,
			    transaction->tool_version ? transaction->tool_version : "unknown version");
	bool go = record_forecast(run, "transaction", forecast, judge(run, &options, transaction->typed, forecast));
	if (go)
		eg_watch_begin(run, transaction->python, forecast, ret_watch);
	if (go && transaction->before.n)
		eg_watch_recall(run, &transaction->before, ret_watch);
	ret_watch->certain = ret_watch->certain && transaction->known;
	return go;
}

bool eg_gate_command(struct eg_run *run, const struct eg_guard_options *options, struct eg_watch *ret_watch)
{
	struct eg_forecast *forecast = EG_NEW(run->arena, struct eg_forecast); /* the watch looks at its plan */
	bool typed = eg_prompt_typed_here() && !eg_prompt_forbidden_by(options->argv, options->argc);
	struct eg_progress progress;

	forecast->plan.status = EG_UNKNOWN;
	eg_progress_watch(run, &progress);
	bool go = record_forecast(run, "command", forecast, judge(run, options, typed, forecast));
	if (go && forecast->judged && forecast->judgement.verdict != EG_VERDICT_BLOCK)
		eg_shown_leave(run, &forecast->plan, false);
	if (go)
		eg_watch_begin(run, NULL, forecast, ret_watch);
	ret_watch->judged_inside = asks_later(run, &forecast->plan);
	return go;
}
