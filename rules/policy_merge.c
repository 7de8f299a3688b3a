/* Files on top of each other: what a later one may say, and what stays. */
#include "dotted.h"
#include "policy_keys.h"
#include "strs.h"

#define PUSH_ALL(arena, to, from)                          \
	for (size_t i_ = 0; i_ < (from)->n; i_++)          \
	eg_vec_push((arena), (to), (from)->v[i_])

struct merger {
	struct eg_arena *arena;
	struct eg_policy *policy;
	const struct eg_policy_file *file;
	const struct eg_policy_key *key;
	struct eg_policy_mark mark; /* of the key in the file */
	struct eg_strs enforced;    /* by the files before */
};

static bool is_enforced(const struct merger *m, const char *key)
{
	return eg_strs_has(&m->enforced, "*") || eg_strs_has(&m->enforced, key);
}

static bool is_rule_enforced(const struct merger *m, const char *rule)
{
	for (size_t i = 0; i < m->enforced.n; i++) {
		const char *word = m->enforced.v[i];
		if (!strncmp(word, "rules.", 6) && eg_glob_matches(word + 6, rule))
			return true;
	}
	return is_enforced(m, "rules");
}

/* Why the file may not loosen; NULL: it may. */
static const char *bound(const struct merger *m, bool enforced)
{
	if (enforced)
		return "it is enforced";
	return m->file->trusted ? NULL : "the policy of a folder only tightens, unless the user's own trusts it";
}

static void refuse(struct merger *m, struct eg_policy_mark mark, const char *what, const char *why)
{
	eg_vec_push(m->arena, &m->policy->refused,
		    (struct eg_policy_remark){.mark = mark, .text = eg_strf(m->arena, "%s is not followed: %s", what, why)});
}

/* One number, where the greater is the stricter. */
static void merge_order(struct merger *m, int *now, int said)
{
	const struct eg_policy_field *field = &m->key->field;
	const char *why = bound(m, is_enforced(m, field->key));
	size_t key = (size_t)(m->key - eg_policy_keys);

	if (why && said < *now) {
		const char *words = field->words ? eg_strf(m->arena, "'%s': \"%s\"", field->key, field->words[said]) :
						   eg_strf(m->arena, "'%s': %d", field->key, said);
		refuse(m, m->mark, words, why);
		return;
	}
	*now = said;
	m->policy->marks[key] = m->mark;
}

static void merge_release(struct merger *m)
{
	const char **now = &m->policy->values.minimum_envguard, *said = m->file->values.minimum_envguard;

	if (*now && eg_dotted_compare(*now, said) >= 0)
		return;
	*now = said;
	m->policy->marks[m->key - eg_policy_keys] = m->mark;
}

static struct eg_policy_level *level_entry(struct merger *m, const char *rule)
{
	struct eg_policy_levels *levels = &m->policy->values.rules;

	for (size_t i = 0; i < levels->n; i++)
		if (!strcmp(levels->v[i].rule, rule))
			return &levels->v[i];
	eg_vec_push(m->arena, levels,
		    (struct eg_policy_level){.rule = rule, .side_effect = -1, .request = -1, .least_side_effect = -1,
					     .least_request = -1});
	return &levels->v[levels->n - 1];
}

/* The level that would hold without the file, to tell whether it loosens; a check of the doctor's is as grave as can be. */
static int level_now(const struct eg_policy *policy, const char *rule, bool requested)
{
	for (size_t i = 0; eg_rules[i]; i++)
		if (!strcmp(eg_rules[i]->id, rule))
			return (int)eg_policy_level_of(policy, rule, requested,
						       requested ? eg_rules[i]->request : eg_rules[i]->side_effect, NULL);
	return (int)eg_policy_level_of(policy, rule, requested, EG_BLOCK, NULL);
}

static bool tighten(struct merger *m, const char *rule, bool requested, int said, int *least)
{
	if (said < 0)
		return true;
	bool loosens = said < level_now(m->policy, rule, requested);

	if (said > *least)
		*least = said;
	return !loosens;
}

static void merge_level(struct merger *m, const char *rule, const struct eg_policy_level *said)
{
	struct eg_policy_level *entry = level_entry(m, rule);
	const char *why = bound(m, is_rule_enforced(m, rule));

	if (!why) {
		/* the older floor is a project's, and no more than a wish to those who may loosen */
		entry->side_effect = said->side_effect >= 0 ? said->side_effect : entry->side_effect;
		entry->request = said->request >= 0 ? said->request : entry->request;
		entry->least_side_effect = said->side_effect >= 0 ? -1 : entry->least_side_effect;
		entry->least_request = said->request >= 0 ? -1 : entry->least_request;
		entry->mark = said->mark;
		return;
	}
	bool side = tighten(m, rule, false, said->side_effect, &entry->least_side_effect);
	bool request = tighten(m, rule, true, said->request, &entry->least_request);
	/* "info" for what is off when it was asked for is no attempt to loosen the rest */
	if (!side || !request)
		refuse(m, said->mark, eg_strf(m->arena, "'rules': a lower level of '%s'", rule), why);
	if (side || request)
		entry->least_mark = said->mark;
}

/* Patterns first, so that a name in the same file outranks them. */
static void merge_levels(struct merger *m)
{
	const struct eg_policy_levels *said = &m->file->values.rules;
	struct eg_strs ids = eg_policy_rule_ids(m->arena);

	for (int named = 0; named < 2; named++)
		for (size_t i = 0; i < said->n; i++)
			for (size_t k = 0; k < ids.n && eg_is_glob(said->v[i].rule) != (named == 1); k++)
				if (eg_glob_matches(said->v[i].rule, ids.v[k]))
					merge_level(m, ids.v[k], &said->v[i]);
}

static void merge_narrow(struct merger *m)
{
	struct eg_policy_values *now = &m->policy->values;
	const struct eg_policy_values *said = &m->file->values;
	bool replaces = !bound(m, is_enforced(m, m->key->field.key));

	if (!strcmp(m->key->field.key, "host")) {
		now->host.n = replaces ? 0 : now->host.n;
		PUSH_ALL(m->arena, &now->host, &said->host);
	} else if (!strcmp(m->key->field.key, "indexes")) {
		now->indexes.n = replaces ? 0 : now->indexes.n;
		PUSH_ALL(m->arena, &now->indexes, &said->indexes);
	} else {
		now->channels.n = replaces ? 0 : now->channels.n;
		PUSH_ALL(m->arena, &now->channels, &said->channels);
	}
}

static void merge_exceptions(struct merger *m)
{
	const char *why = bound(m, is_enforced(m, "exceptions"));

	for (size_t i = 0; i < m->file->values.exceptions.n; i++) {
		const struct eg_policy_exception *exception = &m->file->values.exceptions.v[i];
		const char *reason = why ? why : is_rule_enforced(m, exception->rule) ? "the rule is enforced" : NULL;
		if (reason)
			refuse(m, exception->mark, eg_strf(m->arena, "the exception from '%s'", exception->rule), reason);
		else
			eg_vec_push(m->arena, &m->policy->values.exceptions, *exception);
	}
}

/* Keys that only trusted files have a say in. */
static void merge_trusted(struct merger *m)
{
	struct eg_policy_values *now = &m->policy->values;
	const struct eg_policy_values *said = &m->file->values;
	const char *key = m->key->field.key, *why = bound(m, is_enforced(m, key));
	bool owner = m->file->place == EG_POLICY_SYSTEM || m->file->place == EG_POLICY_USER;

	if (!why && m->key->merging == EG_MERGE_OWNER && !owner)
		why = "only the system's and the user's own policy can say that";
	if (why) {
		refuse(m, m->mark, eg_strf(m->arena, "'%s'", key), why);
	} else if (!strcmp(key, "trust")) {
		m->policy->marks[m->key - eg_policy_keys] = m->mark;
		PUSH_ALL(m->arena, &now->trust, &said->trust);
	} else if (!strcmp(key, "keys")) {
		PUSH_ALL(m->arena, &now->keys, &said->keys);
	} else if (!strcmp(key, "mirrors")) {
		PUSH_ALL(m->arena, &now->mirrors, &said->mirrors);
	} else {
		now->audit = said->audit;
		m->policy->marks[m->key - eg_policy_keys] = m->mark;
	}
}

static void merge_added(struct merger *m)
{
	if (!strcmp(m->key->field.key, "protect"))
		PUSH_ALL(m->arena, &m->policy->values.protect, &m->file->values.protect);
	else
		PUSH_ALL(m->arena, &m->policy->values.enforce, &m->file->values.enforce);
	m->policy->marks[m->key - eg_policy_keys] = m->mark;
}

static void merge_key(struct merger *m)
{
	size_t offset = m->key->field.offset;

	switch (m->key->merging) {
	case EG_MERGE_NONE:
		break;
	case EG_MERGE_ORDER:
		merge_order(m, (int *)(void *)((char *)&m->policy->values + offset),
			    *(const int *)(const void *)((const char *)&m->file->values + offset));
		break;
	case EG_MERGE_RELEASE:
		merge_release(m);
		break;
	case EG_MERGE_LEVELS:
		merge_levels(m);
		break;
	case EG_MERGE_ADD:
		merge_added(m);
		break;
	case EG_MERGE_NARROW:
		merge_narrow(m);
		break;
	case EG_MERGE_LOOSENS:
		if (!strcmp(m->key->field.key, "exceptions")) {
			merge_exceptions(m);
			break;
		}
		merge_trusted(m);
		break;
	case EG_MERGE_TRUSTED:
	case EG_MERGE_OWNER:
		merge_trusted(m);
		break;
	}
}

void eg_policy_merge(struct eg_arena *arena, struct eg_policy *policy, const struct eg_policy_file *file)
{
	struct merger m = {.arena = arena, .policy = policy, .file = file};

	PUSH_ALL(arena, &m.enforced, &policy->values.enforce);
	for (size_t i = 0; i < EG_N_POLICY_KEYS; i++) {
		m.key = &eg_policy_keys[i];
		m.mark = file->marks[i];
		if (m.mark.file)
			merge_key(&m);
	}
}
