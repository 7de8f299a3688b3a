/* A framework's version moves though nobody asked, its build staying the same, or another build being asked for. */
#include "judge.h"

/* Something that stays and asked for the old version, companions aside, which have a rule of their own. */
static const struct eg_package *left_broken(const struct eg_judge *judge, const struct eg_change *change,
					    const char **ret_requirement)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *package = plan->after[i];
		const struct eg_family *family = eg_family_of(package->name);
		if (family && family->role == EG_COMPANION)
			continue;
		const char *unmet = eg_unmet(judge, package, change->to);
		if (unmet && !eg_unmet(judge, package, change->from)) {
			*ret_requirement = unmet;
			return package;
		}
	}
	return NULL;
}

static void tell(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change)
{
	const char *requirement = NULL;
	const struct eg_package *broken = left_broken(judge, change, &requirement);
	struct eg_finding *finding;

	if (broken)
		finding = eg_judge_find(judge, rule, change, "%s would move from %s to %s, but %s %s needs %s",
					change->to->name, change->from->version, change->to->version, broken->name,
					broken->version, requirement);
	else
		finding = eg_judge_find(judge, rule, change,
					"%s would move from %s to %s, which the command does not ask for",
					change->to->name, change->from->version, change->to->version);
	finding->level = broken ? EG_BLOCK : eg_repairs(judge, change) ? EG_INFO : rule->side_effect;
	eg_finding_hold(judge, finding, change);
}

/* What has the CPU build under this name ("onnxruntime", also conda's) is no GPU framework while it is one. */
static bool is_cpu_only(const struct eg_change *change)
{
	const struct eg_family *family = eg_family_of(change->to->name);

	return family->variant && !strcmp(family->variant, "cpu") && !eg_variant_gpu(eg_package_variant(change->from)) &&
	       !eg_variant_gpu(eg_package_variant(change->to));
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		if (eg_judge_named(judge, change) || !change->from || !change->to ||
		    !eg_is_framework(change->to->name) || is_cpu_only(change) ||
		    (change->action != EG_UPGRADE && change->action != EG_DOWNGRADE))
			continue;
		struct eg_variant from = eg_package_variant(change->from), to = eg_package_variant(change->to);
		if (eg_judge_requested(judge, change) || eg_variant_same(from, to)) /* a selector asked for the build */
			tell(judge, rule, change);
	}
}

const struct eg_rule eg_rule_version_moved = {
	.id = "version-moved",
	.side_effect = EG_WARN,
	.request = EG_OFF,
	.help = "a framework's version moves as a side effect; blocked where something installed needs the old one",
	.source = "the plan and the packages' own requirements",
	.check = check,
};
