#include "policy.h"

#include <stdlib.h>

#include "policy_keys.h"
#include "python/pep440.h"
#include "strs.h"

const char *eg_policy_place_name(enum eg_policy_place place)
{
	static const char *const names[] = {
		[EG_POLICY_BUILT_IN] = "built in", [EG_POLICY_SYSTEM] = "system", [EG_POLICY_USER] = "user",
		[EG_POLICY_PROJECT] = "project",   [EG_POLICY_PREFIX] = "environment", [EG_POLICY_GIVEN] = "given",
		[EG_POLICY_VARIABLE] = "variable",
	};

	return names[place];
}

const char *eg_policy_mark_text(struct eg_arena *arena, const struct eg_policy_mark *mark)
{
	if (!mark->file)
		return "built in";
	return mark->line ? eg_strf(arena, "%s:%d", mark->file, mark->line) : mark->file;
}

struct eg_policy eg_policy_default(void)
{
	struct eg_policy policy = {0};

	for (size_t i = 0; i < EG_N_POLICY_KEYS; i++) {
		const struct eg_policy_field *field = &eg_policy_keys[i].field;
		if (field->type == EG_POLICY_WORD || field->type == EG_POLICY_COUNT)
			*(int *)(void *)((char *)&policy.values + field->offset) = field->standard;
	}
	return policy;
}

enum eg_level eg_policy_level_of(const struct eg_policy *policy, const char *rule, bool requested,
				 enum eg_level default_level, struct eg_policy_mark *ret_mark)
{
	int level = (int)default_level;
	struct eg_policy_mark mark = {0};

	for (size_t i = 0; i < policy->values.rules.n; i++) {
		const struct eg_policy_level *entry = &policy->values.rules.v[i];
		int said = requested ? entry->request : entry->side_effect;
		int least = requested ? entry->least_request : entry->least_side_effect;
		if (strcmp(entry->rule, rule))
			continue;
		if (said >= 0) {
			level = said;
			mark = entry->mark;
		}
		if (least > level) {
			level = least;
			mark = entry->least_mark;
		}
	}
	if (ret_mark)
		*ret_mark = mark;
	return (enum eg_level)level;
}

bool eg_range_holds(struct eg_arena *arena, const char *range, const char *version)
{
	struct eg_specset set;
	struct eg_version parsed;
	const char *error;

	return eg_specset_parse(arena, range, strlen(range), &set, &error) &&
	       eg_version_parse(arena, version, strlen(version), &parsed) && eg_specset_contains(&set, &parsed);
}

void eg_terms_remark(struct eg_arena *arena, const struct eg_terms *terms, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	const char *text = eg_vstrf(arena, fmt, ap);
	va_end(ap);
	if (terms->remarks && !eg_strs_has(terms->remarks, text))
		eg_vec_push(arena, terms->remarks, text);
}

/* Days since 0000-03-01 of the Gregorian calendar. */
static long day_number(const char *day)
{
	long year = strtol(day, NULL, 10), month = strtol(day + 5, NULL, 10), of_month = strtol(day + 8, NULL, 10);

	year -= month < 3;
	month += month < 3 ? 9 : -3;
	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + of_month;
}

int eg_days_until(const char *today, const char *day)
{
	return (int)(day_number(day) - day_number(today));
}
