#include "terms.h"

#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "policy_keys.h"

EG_VEC_OF(bypasses, struct eg_bypass);

static bool is_rule(const char *id)
{
	for (const struct eg_rule *const *rule = eg_rules; *rule; rule++)
		if (!strcmp((*rule)->id, id))
			return true;
	return false;
}

/* One "RULE[:REASON]". */
static struct eg_bypass read_bypass(struct eg_run *run, const char *s, size_t n)
{
	size_t blanks = strspn(s, " ");
	const char *item = eg_strndup(run->arena, s + (blanks < n ? blanks : n), n - (blanks < n ? blanks : n));
	const char *rule = eg_strndup(run->arena, item, strcspn(item, ": "));

	return (struct eg_bypass){.rule = rule, .reason = item + strlen(rule) + strspn(item + strlen(rule), ": ")};
}

/* Why a word of the user's does not count; NULL: it does. */
static const char *refused(struct eg_run *run, const struct eg_policy *policy, const struct eg_bypass *bypass)
{
	const char *mark = eg_policy_mark_text(run->arena, &policy->marks[eg_policy_key_of("bypass")]);

	if (!is_rule(bypass->rule))
		return eg_strf(run->arena, "ENVGUARD_ALLOW names '%s', and no rule is called so", bypass->rule);
	if (policy->values.bypass == EG_BYPASS_FORBIDDEN)
		return eg_strf(run->arena, "ENVGUARD_ALLOW is not followed: the policy forbids it (%s)", mark);
	if (policy->values.bypass == EG_BYPASS_NEEDS_REASON && !*bypass->reason)
		return eg_strf(run->arena, "ENVGUARD_ALLOW is not followed: the policy wants a reason, '%s:WHY' (%s)",
			       bypass->rule, mark);
	return NULL;
}

static void read_bypasses(struct eg_run *run, const struct eg_policy *policy, struct eg_terms *ret)
{
	const char *p = getenv("ENVGUARD_ALLOW");
	struct bypasses list = {0};

	while (p && *p) {
		size_t n = strcspn(p, ";");
		struct eg_bypass bypass = read_bypass(run, p, n);
		const char *why = *bypass.rule ? refused(run, policy, &bypass) : NULL;
		if (why)
			eg_terms_remark(run->arena, ret, "%s", why);
		else if (*bypass.rule)
			eg_vec_push(run->arena, &list, bypass);
		p += n + (p[n] == ';');
	}
	ret->bypasses = list.v;
	ret->n_bypasses = list.n;
}

/* By the clock of the place, as people write dates. */
static const char *today(struct eg_arena *arena)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[16];

	if (!localtime_r(&now, &tm) || !strftime(text, sizeof(text), "%Y-%m-%d", &tm))
		return "1970-01-01";
	return eg_strdup(arena, text);
}

void eg_terms_find(struct eg_run *run, const struct eg_policy_search *search, struct eg_terms *ret)
{
	struct eg_policy *policy = EG_NEW(run->arena, struct eg_policy);

	eg_policy_find(run, search, policy);
	*ret = (struct eg_terms){
		.policy = policy, .today = today(run->arena), .remarks = EG_NEW(run->arena, struct eg_strs)};
	for (size_t i = 0; i < policy->refused.n; i++)
		eg_terms_remark(run->arena, ret, "%s: %s", eg_policy_mark_text(run->arena, &policy->refused.v[i].mark),
				policy->refused.v[i].text);
	read_bypasses(run, policy, ret);
}

void eg_terms_note(struct eg_run *run, const struct eg_terms *terms)
{
	for (size_t i = 0; terms->remarks && i < terms->remarks->n; i++)
		eg_note(run, "%s", terms->remarks->v[i]);
}

bool eg_guard_is_off(const char **ret_reason)
{
	static const char *const words[] = {"off", "0", "no", "false"};
	const char *said = getenv("ENVGUARD");
	size_t n = said ? strcspn(said, ":") : 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (n != strlen(words[i]) || strncasecmp(said, words[i], n))
			continue;
		*ret_reason = said[n] ? said + n + 1 + strspn(said + n + 1, " ") : "";
		return true;
	}
	return false;
}
