#include "policy_apply.h"

#include "policy_keys.h"
#include "python/pep508.h"

enum { SOON_DAYS = 14 };

static void apply_level(struct eg_judge *judge, struct eg_finding *finding)
{
	struct eg_policy_mark mark;

	finding->level =
		eg_policy_level_of(judge->terms->policy, finding->rule, finding->requested, finding->level, &mark);
	if (mark.file && finding->level != finding->original)
		finding->level_by = eg_policy_mark_text(judge->run->arena, &mark);
}

static bool has_package(const struct eg_judge *judge, const char *requirement)
{
	const struct eg_plan *plan = judge->plan;
	struct eg_requirement req;
	const char *error;

	if (!eg_requirement_parse(judge->run->arena, requirement, strlen(requirement), &req, &error))
		return false;
	const struct eg_package *package = eg_stack_find(plan->before, plan->n_before, req.project);
	struct eg_version version;
	return package && eg_version_parse(judge->run->arena, package->version, strlen(package->version), &version) &&
	       eg_specset_contains(&req.spec, &version);
}

/* What has come that the exception was waiting for; NULL: nothing. */
static const char *reason_gone(const struct eg_judge *judge, const struct eg_policy_exception *exception)
{
	struct eg_arena *arena = judge->run->arena;
	const struct eg_host *host = judge->host;
	const struct eg_policy_until *until = exception->until.n ? &exception->until.v[0] : NULL;

	if (until && until->driver && host->driver && eg_range_holds(arena, until->driver, host->driver))
		return eg_strf(arena, "the driver is %s", host->driver);
	if (until && until->cuda && host->cuda && eg_range_holds(arena, until->cuda, host->cuda))
		return eg_strf(arena, "the driver runs CUDA %s", host->cuda);
	if (until && until->package && has_package(judge, until->package))
		return eg_strf(arena, "%s is installed", until->package);
	return NULL;
}

static bool concerns(const struct eg_judge *judge, const struct eg_policy_exception *exception,
		     const struct eg_finding *finding)
{
	const char *package = finding->package ? finding->package : "";

	return eg_glob_matches(exception->rule, finding->rule) &&
	       (eg_glob_matches(exception->package, package) ||
		eg_glob_matches(exception->package, eg_distribution_name(package))) &&
	       eg_glob_matches(exception->environment, judge->plan->prefix ? judge->plan->prefix : "");
}

/* "let pass by ops until 2026-12-31: the node is being replaced" */
static const char *exception_words(struct eg_arena *arena, const struct eg_policy_exception *exception)
{
	return eg_strf(arena, "let pass by %s%s%s: %s", exception->owner, exception->expires ? " until " : "",
		       exception->expires ? exception->expires : "", exception->reason);
}

static void announce(struct eg_judge *judge, const struct eg_policy_exception *exception, int days)
{
	const char *mark = eg_policy_mark_text(judge->run->arena, &exception->mark);

	if (days < 0)
		eg_terms_remark(judge->run->arena, judge->terms, "the exception from '%s' by %s ended on %s (%s)", exception->rule, exception->owner,
			exception->expires, mark);
	else if (days <= SOON_DAYS)
		eg_terms_remark(judge->run->arena, judge->terms, "the exception from '%s' by %s ends %s (%s)", exception->rule, exception->owner,
			!days ? "today" : days == 1 ? "tomorrow" : eg_strf(judge->run->arena, "in %d days", days), mark);
}

static void apply_exceptions(struct eg_judge *judge, struct eg_finding *finding)
{
	const struct eg_policy_exceptions *all = &judge->terms->policy->values.exceptions;

	for (size_t i = 0; i < all->n && finding->level >= EG_WARN; i++) {
		const struct eg_policy_exception *exception = &all->v[i];
		if (!concerns(judge, exception, finding))
			continue;
		int days = exception->expires ? eg_days_until(judge->terms->today, exception->expires) : SOON_DAYS + 1;
		const char *gone = reason_gone(judge, exception);
		announce(judge, exception, days);
		if (gone)
			eg_terms_remark(judge->run->arena, judge->terms, "the exception from '%s' by %s is over: %s (%s)", exception->rule,
				exception->owner, gone, eg_policy_mark_text(judge->run->arena, &exception->mark));
		if (days < 0 || gone)
			continue;
		finding->level = EG_INFO;
		finding->exception = exception;
		finding->message = eg_strf(judge->run->arena, "%s (%s)", finding->message,
					   exception_words(judge->run->arena, exception));
	}
}

/* One level down, where the policy lets users do that. */
static void apply_bypasses(struct eg_judge *judge, struct eg_finding *finding)
{
	for (size_t i = 0; i < judge->terms->n_bypasses; i++) {
		const struct eg_bypass *bypass = &judge->terms->bypasses[i];
		if (strcmp(bypass->rule, finding->rule) || finding->level < EG_WARN)
			continue;
		finding->level = finding->level == EG_BLOCK ? EG_WARN : EG_INFO;
		finding->bypass = bypass->reason;
		finding->message = eg_strf(judge->run->arena, "%s (let pass by ENVGUARD_ALLOW%s%s)", finding->message,
					   *bypass->reason ? ": " : "", bypass->reason);
	}
}

void eg_policy_apply(struct eg_judge *judge)
{
	for (size_t i = 0; i < judge->findings.n; i++) {
		struct eg_finding *finding = &judge->findings.v[i];
		finding->original = finding->level;
		apply_level(judge, finding);
		apply_exceptions(judge, finding);
		apply_bypasses(judge, finding);
	}
}

/* The gravest first, otherwise as the rules found them: an insertion sort is stable, and findings are few. */
static void sort_findings(struct eg_finding *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct eg_finding finding = v[i];
		size_t k = i;
		for (; k && v[k - 1].level < finding.level; k--)
			v[k] = v[k - 1];
		v[k] = finding;
	}
}

void eg_judgement_settle(struct eg_finding *findings, size_t n, struct eg_judgement *ret)
{
	sort_findings(findings, n);
	while (n && findings[n - 1].level == EG_OFF)
		n--;
	enum eg_level gravest = n ? findings[0].level : EG_OFF;
	*ret = (struct eg_judgement){
		.findings = findings,
		.n_findings = n,
		.verdict = gravest == EG_BLOCK ? EG_VERDICT_BLOCK : gravest == EG_WARN ? EG_VERDICT_WARN : EG_ALLOW,
	};
}
