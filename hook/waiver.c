#include "waiver.h"

#include <stdlib.h>
#include <string.h>

static bool is_rule(const char *id)
{
	for (const struct eg_rule *const *rule = eg_rules; *rule; rule++)
		if (!strcmp((*rule)->id, id))
			return true;
	return false;
}

static void lower(struct eg_run *run, struct eg_judgement *judgement, const char *rule, const char *reason)
{
	for (size_t i = 0; i < judgement->n_findings; i++) {
		struct eg_finding *finding = &judgement->findings[i];
		if (strcmp(finding->rule, rule) || finding->level < EG_WARN)
			continue;
		finding->level = finding->level == EG_BLOCK ? EG_WARN : EG_INFO;
		finding->message = eg_strf(run->arena, "%s (let pass by ENVGUARD_ALLOW%s%s)", finding->message,
					   *reason ? ": " : "", reason);
	}
}

/* The gravest first again, those of one level in their order. */
static void sort_again(struct eg_run *run, struct eg_judgement *judgement)
{
	struct eg_finding *sorted = EG_ARRAY(run->arena, struct eg_finding, judgement->n_findings);
	size_t n = 0;

	for (int level = EG_BLOCK; level >= EG_OFF; level--)
		for (size_t i = 0; i < judgement->n_findings; i++)
			if ((int)judgement->findings[i].level == level)
				sorted[n++] = judgement->findings[i];
	judgement->findings = sorted;
}

void eg_waive(struct eg_run *run, struct eg_judgement *judgement)
{
	const char *p = getenv("ENVGUARD_ALLOW");

	while (p && *p) {
		size_t n = strcspn(p, ";");
		const char *item = eg_strndup(run->arena, p + strspn(p, " "), n - (strspn(p, " ") < n ? strspn(p, " ") : n));
		const char *rule = eg_strndup(run->arena, item, strcspn(item, ": "));
		const char *reason = item + strlen(rule) + strspn(item + strlen(rule), ": ");
		if (*rule && !is_rule(rule))
			eg_note(run, "ENVGUARD_ALLOW names '%s', and no rule is called so", rule);
		lower(run, judgement, rule, reason);
		p += n + (p[n] == ';');
	}
	if (!judgement->n_findings)
		return;
	sort_again(run, judgement);
	enum eg_level gravest = judgement->findings[0].level;
	judgement->verdict = gravest == EG_BLOCK ? EG_VERDICT_BLOCK : gravest == EG_WARN ? EG_VERDICT_WARN : EG_ALLOW;
}
