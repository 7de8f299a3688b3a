#include "guard.h"

#include <stdlib.h>

#include "fix.h"
#include "mirrors.h"
#include "python/interpreter.h"
#include "repair.h"
#include "terms.h"

/* Bare packages are for the environment's own tool. */
static const struct eg_tool *own_tool(struct eg_run *run, const struct eg_guard_options *options)
{
	struct eg_environment environment;

	if (eg_environment_find(run, options->python, options->prefix, &environment))
		return NULL;
	return eg_tool_named(environment.conda ? "conda" : "pip");
}

/* "pip install PKG…" */
static void spell_out(struct eg_run *run, const char *tool, const struct eg_guard_options *options, struct eg_strs *ret)
{
	eg_vec_push(run->arena, ret, tool);
	eg_vec_push(run->arena, ret, "install");
	for (size_t i = 0; i < options->argc; i++)
		eg_vec_push(run->arena, ret, options->argv[i]);
	eg_vec_push(run->arena, ret, NULL);
	ret->n--;
}

/* The command as the tool would be given it; NULL where there is no environment to ask. */
static const struct eg_tool *choose_tool(struct eg_run *run, const struct eg_guard_options *options,
					 struct eg_plan *plan)
{
	const struct eg_tool *tool = eg_tool_of(run, options->argv, options->argc);
	struct eg_strs command = {.v = (const char **)options->argv, .n = options->argc};

	if (!tool) {
		tool = own_tool(run, options);
		command = (struct eg_strs){0};
		spell_out(run, tool ? tool->name : "pip", options, &command);
	}
	plan->tool = tool ? tool->name : NULL;
	plan->command = command;
	return tool;
}

static enum eg_error_kind open_session(struct eg_run *run, const struct eg_guard_options *options,
				       const struct eg_tool *tool, struct eg_plan *plan, struct eg_session **ret)
{
	if (!tool)
		return run->error.kind;
	if (!tool->open)
		return eg_fail(run, EG_UNSUPPORTED, "%s commands are not forecast yet", tool->name);
	return tool->open(run, options, plan->command.v, plan->command.n, plan, ret);
}

static enum eg_error_kind look_at_host(struct eg_run *run, const struct eg_guard_options *options, struct eg_host *ret)
{
	static const struct eg_probe glance = {.depth = EG_PROBE_FILES};

	if (options->host)
		return eg_host_read(run, options->host, ret);
	eg_host_probe(run, &glance, ret);
	return EG_OK;
}

static enum eg_error_kind make_plan(const struct eg_guard_options *options, const struct eg_tool *tool,
				    struct eg_session *session, struct eg_plan *ret)
{
	if (options->transaction && options->transaction->known && tool->given)
		return tool->given(session, options->transaction, ret);
	return tool->plan(session, ret->command.v, ret->command.n, ret);
}

/* What is known of an unfinished plan can prove a block, but never that all is well. The driver is asked only for a plan
   that it can matter to. */
static void judge(struct eg_run *run, const struct eg_guard_options *options, struct eg_forecast *forecast)
{
	const struct eg_plan *plan = &forecast->plan;

	if (!options->host && plan->n_changes && eg_plan_has_framework(plan)) {
		bool compiles = eg_plan_compiles(run, plan);
		const struct eg_probe whole = {.depth = compiles ? EG_PROBE_TOOLKIT : EG_PROBE_GPUS};
		eg_host_probe(run, &whole, &forecast->host);
	}
	if (forecast->host.trouble)
		eg_note(run, "%s", forecast->host.trouble);
	eg_judge(run, &forecast->plan, &forecast->host, &forecast->terms, &forecast->judgement);
	eg_repair_let_pass(run, &forecast->plan, &forecast->judgement);
	forecast->judged = forecast->plan.status == EG_SOLVED || forecast->judgement.verdict == EG_VERDICT_BLOCK;
}

/* The mirrors of the policy stand behind those of ENVGUARD_MIRRORS. */
static enum eg_error_kind add_mirrors(struct eg_run *run, const struct eg_policy *policy)
{
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; !kind && i < policy->values.mirrors.n; i++) {
		const struct eg_policy_pair *pair = &policy->values.mirrors.v[i];
		kind = eg_mirrors_add(run, eg_strf(run->arena, "%s=%s", pair->name, pair->value));
		if (!kind)
			continue;
		const char *why = run->error.message;
		eg_recover(run);
		kind = eg_fail(run, EG_FORMAT, "%s: %s", eg_policy_mark_text(run->arena, &pair->mark), why);
	}
	return kind;
}

/* A file that the command line names must be good; others are told of in the findings. */
static enum eg_error_kind check_given(struct eg_run *run, const struct eg_guard_options *options,
				      const struct eg_policy *policy)
{
	for (size_t i = 0; options->policy && i < policy->errors.n; i++)
		if (policy->errors.v[i].mark.place == EG_POLICY_GIVEN)
			return eg_fail(run, EG_FORMAT, "%s", policy->errors.v[i].text);
	return EG_OK;
}

void eg_guard_find_terms(struct eg_run *run, const struct eg_guard_options *options, const char *prefix,
			 struct eg_forecast *ret)
{
	const struct eg_policy_search search = {.given = options->policy, .prefix = prefix};
	bool same = prefix == ret->terms_of || (prefix && ret->terms_of && !strcmp(prefix, ret->terms_of));

	if (ret->terms.policy && (same || !prefix))
		return;
	eg_terms_find(run, &search, &ret->terms);
	ret->terms_of = prefix;
}

static void forecast_command(struct eg_run *run, const struct eg_guard_options *options, struct eg_forecast *ret)
{
	int64_t start = eg_now_ms();
	struct eg_session *session = NULL;
	const struct eg_tool *tool = NULL;
	enum eg_error_kind kind = eg_mirrors_add(run, getenv("ENVGUARD_MIRRORS"));

	ret->plan.status = EG_UNKNOWN;
	if (!kind)
		kind = look_at_host(run, options, &ret->host);
	if (!kind) {
		tool = choose_tool(run, options, &ret->plan);
		kind = open_session(run, options, tool, &ret->plan, &session);
	}
	eg_guard_find_terms(run, options, ret->plan.prefix, ret);
	if (!kind)
		kind = check_given(run, options, ret->terms.policy);
	if (!kind)
		kind = add_mirrors(run, ret->terms.policy);
	if (!kind)
		kind = make_plan(options, tool, session, &ret->plan);
	if (kind) {
		ret->error_kind = kind;
		ret->error = run->error.message;
	}
	if (ret->plan.status != EG_IMPOSSIBLE)
		judge(run, options, ret);
	ret->elapsed_ms = eg_now_ms() - start;
	if (!kind && ret->judgement.verdict != EG_ALLOW && !options->no_fix)
		eg_fix_find(run, tool, session, ret);
	if (session)
		tool->close(session);
	ret->elapsed_ms = eg_now_ms() - start;
}

void eg_guard_forecast(struct eg_run *run, const struct eg_guard_options *options, struct eg_forecast *ret)
{
	const char *facts = getenv("ENVGUARD_HOST");
	struct eg_guard_options settings = *options;

	if (!settings.host && facts && *facts)
		settings.host = facts;
	forecast_command(run, &settings, ret);
}

enum eg_exit eg_guard_exit(const struct eg_forecast *forecast, bool strict)
{
	enum eg_verdict verdict = forecast->judgement.verdict;

	if (forecast->judged && (verdict == EG_VERDICT_BLOCK || (strict && verdict == EG_VERDICT_WARN)))
		return EG_EXIT_BLOCKED;
	if (forecast->error)
		return forecast->error_kind == EG_USAGE ? EG_EXIT_USAGE : EG_EXIT_UNKNOWN;
	if (forecast->plan.status == EG_SOLVED)
		return EG_EXIT_OK;
	return forecast->plan.status == EG_IMPOSSIBLE ? EG_EXIT_IMPOSSIBLE : EG_EXIT_UNKNOWN;
}
