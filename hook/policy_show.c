#include "policy_show.h"

#include "doctor.h"
#include "family.h"
#include "json_out.h"
#include "policy_values.h"

static bool is_wanted(const char *key, const char *row)
{
	size_t n = key ? strlen(key) : 0;

	return !key || (!strncmp(row, key, n) && (!row[n] || row[n] == '.'));
}

static void show_json(struct eg_run *run, const struct eg_policy *policy, const struct eg_policy_rows *rows)
{
	cJSON *document = cJSON_CreateObject(), *list;

	eg_json_text(run->arena, document, "schema", "envguard.policy/1");
	eg_json_list(run->arena, document, "sources", &policy->sources);
	eg_json_text(run->arena, document, "sha256", policy->sha256);
	list = cJSON_AddArrayToObject(document, "values");
	for (size_t i = 0; i < rows->n; i++) {
		cJSON *object = cJSON_CreateObject();
		eg_json_text(run->arena, object, "key", rows->v[i].key);
		cJSON_AddItemToObject(object, "value", cJSON_Duplicate(rows->v[i].value, true));
		eg_json_text(run->arena, object, "from", rows->v[i].from);
		cJSON_AddBoolToObject(object, "enforced", rows->v[i].enforced);
		cJSON_AddItemToArray(list, object);
	}
	const struct {
		const char *key;
		const struct eg_policy_remarks *remarks;
	} lists[] = {{"refused", &policy->refused}, {"errors", &policy->errors}};
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		list = cJSON_AddArrayToObject(document, lists[i].key);
		for (size_t k = 0; k < lists[i].remarks->n; k++) {
			cJSON *object = cJSON_CreateObject();
			const struct eg_policy_remark *remark = &lists[i].remarks->v[k];
			eg_json_text(run->arena, object, "from", eg_policy_mark_text(run->arena, &remark->mark));
			eg_json_text(run->arena, object, "message", remark->text);
			cJSON_AddItemToArray(list, object);
		}
	}
	eg_json_write(stdout, document);
}

static void show_text(struct eg_run *run, const struct eg_policy_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		char *value = cJSON_PrintUnformatted(rows->v[i].value);
		printf("%-24s %s\n%-24s   %s%s\n", eg_printable(run->arena, rows->v[i].key), eg_printable(run->arena, value), "",
		       eg_printable(run->arena, rows->v[i].from), rows->v[i].enforced ? ", enforced" : "");
		cJSON_free(value);
	}
}

static void show_sources(struct eg_run *run, const struct eg_policy *policy, const char *key)
{
	for (size_t i = 0; !key && i < policy->sources.n; i++)
		printf("%-24s %s\n", i ? "" : "in force", eg_printable(run->arena, policy->sources.v[i]));
	if (!key && !policy->sources.n)
		printf("%-24s no file: only what is built in\n", "in force");
}

static void show_remarks(struct eg_run *run, const struct eg_policy *policy)
{
	for (size_t i = 0; i < policy->errors.n; i++)
		printf("not in force: %s\n", eg_printable(run->arena, policy->errors.v[i].text));
	for (size_t i = 0; i < policy->refused.n; i++)
		printf("%s: %s\n", eg_printable(run->arena, eg_policy_mark_text(run->arena, &policy->refused.v[i].mark)),
		       eg_printable(run->arena, policy->refused.v[i].text));
}

void eg_policy_show(struct eg_run *run, const struct eg_policy *policy, const char *key, bool json)
{
	struct eg_policy_rows all = {0}, rows = {0};

	eg_policy_rows(run->arena, policy, &all);
	for (size_t i = 0; i < all.n; i++)
		if (is_wanted(key, all.v[i].key))
			eg_vec_push(run->arena, &rows, all.v[i]);
	if (json) {
		show_json(run, policy, &rows);
	} else {
		show_sources(run, policy, key);
		show_text(run, &rows);
		if (!key)
			show_remarks(run, policy);
	}
	for (size_t i = 0; i < all.n; i++)
		cJSON_Delete(all.v[i].value);
}

static void explain_level(struct eg_run *run, const struct eg_policy *policy, const struct eg_rule *rule, bool requested)
{
	enum eg_level usual = requested ? rule->request : rule->side_effect;
	struct eg_policy_mark mark;
	enum eg_level level = eg_policy_level_of(policy, rule->id, requested, usual, &mark);

	printf("  %-16s %s", requested ? "when asked for" : "as a side effect", eg_level_name(level));
	if (mark.file)
		printf(", by %s (%s otherwise)", eg_printable(run->arena, eg_policy_mark_text(run->arena, &mark)),
		       eg_level_name(usual));
	putchar('\n');
}

static void explain_exception(struct eg_run *run, const struct eg_terms *terms,
			      const struct eg_policy_exception *exception)
{
	int days = exception->expires ? eg_days_until(terms->today, exception->expires) : 0;
	const struct eg_policy_until *until = exception->until.n ? &exception->until.v[0] : NULL;

	printf("  exception from '%s'%s%s%s%s by %s: %s\n", exception->rule, exception->package ? " for " : "",
	       exception->package ? exception->package : "", exception->environment ? " in " : "",
	       exception->environment ? exception->environment : "", eg_printable(run->arena, exception->owner),
	       eg_printable(run->arena, exception->reason));
	if (exception->expires && days < 0)
		printf("    over since %s\n", exception->expires);
	else if (exception->expires)
		printf("    until %s (%d day%s left)\n", exception->expires, days, days == 1 ? "" : "s");
	if (until)
		printf("    until%s%s%s%s%s%s\n", until->driver ? " driver " : "", until->driver ? until->driver : "",
		       until->cuda ? " CUDA " : "", until->cuda ? until->cuda : "", until->package ? " " : "",
		       until->package ? until->package : "");
	printf("    %s\n", eg_printable(run->arena, eg_policy_mark_text(run->arena, &exception->mark)));
}

static bool explain_rule(struct eg_run *run, const struct eg_terms *terms, const char *word)
{
	const struct eg_rule *rule = NULL;
	const char *help = NULL;

	for (size_t i = 0; eg_rules[i]; i++)
		rule = strcmp(eg_rules[i]->id, word) ? rule : eg_rules[i];
	for (size_t i = 0; eg_checks[i]; i++)
		help = strcmp(eg_checks[i]->id, word) ? help : eg_checks[i]->help;
	if (!rule && !help)
		return false;
	printf("%s: %s\n", word, rule ? rule->help : help);
	for (int requested = 0; rule && requested < 2; requested++)
		explain_level(run, terms->policy, rule, requested == 1);
	if (help)
		printf("  envguard doctor    %s\n", help);
	for (size_t i = 0; i < terms->policy->values.exceptions.n; i++)
		if (eg_glob_matches(terms->policy->values.exceptions.v[i].rule, word))
			explain_exception(run, terms, &terms->policy->values.exceptions.v[i]);
	return true;
}

static void explain_protection(struct eg_run *run, const struct eg_policy_protection *protection)
{
	printf("  protected%s%s%s%s%s%s%s: %s%s%s\n", protection->variant ? ", build " : "",
	       protection->variant ? protection->variant : "", protection->version ? ", version " : "",
	       protection->version ? protection->version : "", protection->range ? ", " : "",
	       protection->range ? protection->range : "", protection->present ? ", must stay" : "",
	       eg_level_name((enum eg_level)protection->level), protection->reason ? "; " : "",
	       protection->reason ? eg_printable(run->arena, protection->reason) : "");
	printf("    %s\n", eg_printable(run->arena, eg_policy_mark_text(run->arena, &protection->mark)));
}

static void explain_package(struct eg_run *run, const struct eg_terms *terms, const char *word)
{
	static const char *const roles[] = {
		[EG_FRAMEWORK] = "a GPU framework",
		[EG_COMPANION] = "compiled against a GPU framework, or of use only with it",
		[EG_LIBRARY] = "a library that GPU frameworks load",
	};
	const struct eg_family *family = eg_family_of(word);
	const struct eg_policy_values *policy = &terms->policy->values;
	const char *name = eg_distribution_name(word);

	printf("%s: %s\n", eg_printable(run->arena, word), family ? roles[family->role] : "no part of a GPU stack");
	for (size_t i = 0; i < policy->protect.n; i++)
		if (eg_glob_matches(policy->protect.v[i].package, word) ||
		    eg_glob_matches(policy->protect.v[i].package, name))
			explain_protection(run, &policy->protect.v[i]);
	for (size_t i = 0; i < policy->exceptions.n; i++)
		if (eg_glob_matches(policy->exceptions.v[i].package, word) ||
		    eg_glob_matches(policy->exceptions.v[i].package, name))
			explain_exception(run, terms, &policy->exceptions.v[i]);
}

void eg_policy_explain(struct eg_run *run, const struct eg_terms *terms, const char *word)
{
	if (!explain_rule(run, terms, word))
		explain_package(run, terms, word);
}
