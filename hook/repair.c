#include "repair.h"

#include "snapshot.h"

static bool leads_to(const struct eg_change *change, const struct eg_items *then)
{
	const struct eg_package *package = change->to ? change->to : change->from;
	const struct eg_item *item = eg_items_find(then, package->ecosystem, package->name);

	if (package->ecosystem == EG_PYTHON && !change->requested)
		return false;
	if (!change->to || !item)
		return !change->to && !item;
	return !strcmp(item->version, package->version) &&
	       (!item->build || !package->build || !strcmp(item->build, package->build));
}

static bool leads_back(const struct eg_plan *plan, const struct eg_items *then)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		if (!leads_to(&plan->changes[i], then))
			return false;
	return true;
}

static void lower(struct eg_run *run, const char *snapshot, struct eg_judgement *judgement)
{
	for (size_t i = 0; i < judgement->n_findings; i++) {
		struct eg_finding *finding = &judgement->findings[i];
		if (finding->level < EG_WARN)
			continue;
		finding->level = EG_INFO;
		finding->message = eg_strf(run->arena, "%s (let pass: it leads back to snapshot %s)", finding->message,
					   snapshot);
	}
	judgement->verdict = EG_ALLOW;
}

const char *eg_repair_towards(struct eg_run *run, const struct eg_plan *plan)
{
	struct eg_snapshots all = {0};
	struct eg_run quiet = {.arena = run->arena};

	if (plan->status != EG_SOLVED || !plan->prefix || !plan->n_changes)
		return NULL;
	eg_snapshot_list(&quiet, plan->prefix, &all);
	for (size_t i = 0; i < all.n; i++)
		if (leads_back(plan, &all.v[i]->inventory.items))
			return all.v[i]->id;
	return NULL;
}

void eg_repair_let_pass(struct eg_run *run, const struct eg_plan *plan, struct eg_judgement *judgement)
{
	const char *snapshot = judgement->verdict == EG_ALLOW ? NULL : eg_repair_towards(run, plan);

	if (snapshot)
		lower(run, snapshot, judgement);
}
