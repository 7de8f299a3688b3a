/* A package that the policy protects does not keep what must hold about it. */
#include "judge.h"
#include "policy_keys.h"

bool eg_protection_names(const struct eg_policy_protection *protection, const struct eg_package *package)
{
	return eg_glob_matches(protection->package, package->name) ||
	       eg_glob_matches(protection->package, eg_distribution_name(package->name));
}

/* The version that users mean: without a local label, which tells the build. */
static const char *public_version(struct eg_arena *arena, const struct eg_package *package)
{
	return eg_strndup(arena, package->version, strcspn(package->version, "+"));
}

static bool in_range(const struct eg_judge *judge, const struct eg_package *package, const char *range)
{
	struct eg_package stand_in = {.ecosystem = package->ecosystem};
	const char *text = eg_strf(judge->run->arena, "%s %s",
				   package->ecosystem == EG_CONDA ? package->name : eg_distribution_name(package->name), range);

	stand_in.requires = (struct eg_strs){.v = &text, .n = 1};
	return !eg_unmet(judge, &stand_in, package);
}

const char *eg_protection_broken(const struct eg_judge *judge, const struct eg_policy_protection *protection,
				 const struct eg_package *from, const struct eg_package *to)
{
	struct eg_arena *arena = judge->run->arena;
	bool same = protection->version && !strcmp(protection->version, "same");
	const char *exactly = protection->version && !same ? eg_strf(arena, "==%s", protection->version) : NULL;

	if (same && from && strcmp(public_version(arena, from), public_version(arena, to)))
		return eg_strf(arena, "must stay at %s", public_version(arena, from));
	if (exactly && !in_range(judge, to, exactly))
		return eg_strf(arena, "must be %s", protection->version);
	if (protection->range && !in_range(judge, to, protection->range))
		return eg_strf(arena, "must be %s", protection->range);
	if (!protection->variant)
		return NULL;
	same = !strcmp(protection->variant, "same");
	if (same && from && !eg_variant_same(eg_package_variant(from), eg_package_variant(to)))
		return eg_strf(arena, "must stay built for %s", eg_variant_words(arena, from->variant));
	if (!same && !eg_glob_matches(protection->variant, to->variant ? to->variant : ""))
		return eg_strf(arena, "must be built for %s", protection->variant);
	return NULL;
}

static void tell(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_policy_protection *protection,
		 const struct eg_change *change, const char *what)
{
	struct eg_arena *arena = judge->run->arena;
	const char *name = (change->to ? change->to : change->from)->name;
	const char *words = !change->to ? "would be removed" :
			    change->from ? eg_strf(arena, "would become %s", eg_judge_words(judge, change->to)) :
					   eg_strf(arena, "would be %s", eg_judge_words(judge, change->to));
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s %s, and by the policy it %s%s%s", name, words, what,
			      protection->reason ? ": " : "", protection->reason ? protection->reason : "");

	finding->level = (enum eg_level)protection->level;
	finding->source = eg_policy_mark_text(arena, &protection->mark);
	if (!change->to)
		finding->no_fix = eg_strf(arena, "%s is what the policy keeps", name);
	else if (change->from && !eg_protection_broken(judge, protection, NULL, change->from))
		eg_finding_hold(judge, finding, change);
	else if (protection->range && change->to->ecosystem == EG_PYTHON)
		eg_vec_push(arena, &finding->hold, eg_strf(arena, "%s%s", change->to->name, protection->range));
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_policy_protections *all = &judge->terms->policy->values.protect;

	for (size_t i = 0; i < all->n; i++) {
		const struct eg_policy_protection *protection = &all->v[i];
		for (size_t k = 0; k < judge->plan->n_changes; k++) {
			const struct eg_change *change = &judge->plan->changes[k];
			if (!eg_protection_names(protection, change->to ? change->to : change->from))
				continue;
			const char *what = change->to ? eg_protection_broken(judge, protection, change->from, change->to) :
					   protection->present ? "must stay" : NULL;
			if (what)
				tell(judge, rule, protection, change, what);
		}
	}
}

const struct eg_rule eg_rule_protected_package = {
	.id = "protected-package",
	.side_effect = EG_BLOCK,
	.request = EG_BLOCK,
	.help = "a package that the policy protects does not keep what must hold about it",
	.source = "policy: protect",
	.of_policy = true,
	.check = check,
};
