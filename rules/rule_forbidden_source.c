/* A package comes from an index or a channel that the policy does not allow. */
#include "judge.h"
#include "policy_keys.h"
#include "url.h"

static bool is_web(const char *address)
{
	struct eg_url url = eg_url_split(address);

	return eg_span_is(url.scheme, "http") || eg_span_is(url.scheme, "https");
}

/* A pattern, or an address with all that lies below it, or a channel's name. */
static bool covers(struct eg_arena *arena, const char *pattern, const char *address)
{
	size_t n = strlen(pattern);

	while (n && pattern[n - 1] == '/')
		n--;
	if (eg_is_glob(pattern))
		return eg_glob_matches(pattern, address) || eg_glob_matches(eg_strndup(arena, pattern, n), address);
	return !strncmp(pattern, address, n) && (!address[n] || strchr("/?#", address[n]));
}

static bool any_covers(struct eg_arena *arena, const struct eg_strs *patterns, const char *const addresses[2])
{
	for (size_t i = 0; i < patterns->n; i++)
		for (size_t k = 0; k < 2; k++)
			if (addresses[k] && covers(arena, patterns->v[i], addresses[k]))
				return true;
	return false;
}

/* Which list speaks against an address, which may be known by two names; NULL: none. */
static const struct eg_policy_sources *against(const struct eg_judge *judge, const struct eg_policy_source_lists *lists,
					       const char *const addresses[2])
{
	struct eg_arena *arena = judge->run->arena;

	for (size_t i = 0; i < lists->n; i++) {
		const struct eg_policy_sources *list = &lists->v[i];
		if (any_covers(arena, &list->forbid, addresses) ||
		    (list->allow.n && !any_covers(arena, &list->allow, addresses)))
			return list;
	}
	return NULL;
}

static void tell(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change, const char *address,
		 const struct eg_policy_sources *list)
{
	bool conda = change->to->ecosystem == EG_CONDA;
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s %s would come from %s, %s that the policy does not allow",
			      change->to->name, change->to->version, address, conda ? "a channel" : "an index");

	finding->source = eg_policy_mark_text(judge->run->arena, &list->mark);
	finding->no_fix = eg_strf(judge->run->arena, "the policy says where packages may come from (%s)", finding->source);
}

static void check_change(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change)
{
	const struct eg_policy_values *policy = &judge->terms->policy->values;
	const struct eg_package *to = change->to;
	bool conda = to->ecosystem == EG_CONDA;
	/* what a folder or a file on the disk holds comes from no index */
	const char *from = to->index ? to->index : to->url && is_web(to->url) ? to->url : NULL;
	const char *const addresses[2] = {conda ? to->channel : from, conda ? to->url : NULL};
	const struct eg_policy_sources *list =
		addresses[0] || addresses[1] ? against(judge, conda ? &policy->channels : &policy->indexes, addresses) : NULL;

	if (list)
		tell(judge, rule, change, addresses[0] ? addresses[0] : addresses[1], list);
}

/* A tool that hands over its transaction tells files, but not always of which index: then each that it asks counts. */
static void check_indexes(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change)
{
	for (size_t i = 0; i < judge->plan->indexes.n; i++) {
		const char *const addresses[2] = {judge->plan->indexes.v[i], NULL};
		const struct eg_policy_sources *list =
			against(judge, &judge->terms->policy->values.indexes, addresses);
		if (list)
			tell(judge, rule, change, addresses[0], list);
	}
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_change *untold = NULL;

	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		bool told = !change->to || change->to->ecosystem == EG_CONDA || change->to->index;
		if (change->to && told)
			check_change(judge, rule, change);
		else if (change->to && !change->to->editable && change->to->url && is_web(change->to->url))
			untold = untold ? untold : change;
	}
	if (!untold)
		return;
	if (judge->plan->indexes.n)
		check_indexes(judge, rule, untold);
	else
		check_change(judge, rule, untold);
}

const struct eg_rule eg_rule_forbidden_source = {
	.id = "forbidden-source",
	.side_effect = EG_BLOCK,
	.request = EG_BLOCK,
	.help = "a package comes from an index or a channel that the policy does not allow",
	.source = "policy: indexes, channels",
	.of_policy = true,
	.check = check,
};
