#include "conda_plan.h"

#include <stdlib.h>

#include "conda_after.h"
#include "conda_checks.h"
#include "conda_why.h"
#include "url.h"

static int by_name(const void *a, const void *b)
{
	const struct eg_package *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int by_change_name(const void *a, const void *b)
{
	const struct eg_change *x = a, *y = b;

	return strcmp((x->to ? x->to : x->from)->name, (y->to ? y->to : y->from)->name);
}

struct eg_package *eg_conda_package(struct eg_run *run, const struct eg_conda_record *record, bool installed)
{
	struct eg_package *package = EG_NEW(run->arena, struct eg_package);
	bool by_pip = !strcmp(record->channel, "pypi");

	if (by_pip && !installed) /* it stays: nothing new comes from there */
		installed = true;
	*package = (struct eg_package){
		.ecosystem = by_pip ? EG_PYTHON : EG_CONDA,
		.name = record->name,
		.version = record->version,
		.build = record->build,
		.channel = record->channel,
		.subdir = record->subdir,
		.file = record->fn,
		.url = record->url ? eg_url_public(run->arena, record->url) : NULL,
		.sha256 = record->sha256,
		.size = installed ? -1 : record->size,
		.installer = by_pip ? "pip" : installed ? "conda" : NULL,
		.requires = record->depends,
		.constrains = record->constrains,
	};
	return package;
}

void eg_conda_plan_before(const struct eg_conda_state *state, struct eg_plan *plan)
{
	struct eg_run *run = state->run;

	plan->before = EG_ARRAY(run->arena, struct eg_package *, state->n_installed + state->n_by_pip);
	for (size_t i = 0; i < state->n_installed; i++)
		plan->before[plan->n_before++] = eg_conda_package(run, state->installed[i], true);
	for (size_t i = 0; i < state->n_by_pip; i++)
		plan->before[plan->n_before++] = eg_conda_package(run, state->by_pip[i], true);
	if (plan->n_before)
		qsort(plan->before, plan->n_before, sizeof(*plan->before), by_name);
	for (size_t i = 0; i < state->requested.n; i++)
		eg_vec_push(run->arena, &plan->requested, state->requested.v[i].key);
	for (size_t i = 0; i < state->n_channels; i++)
		eg_vec_push(run->arena, &plan->indexes, eg_url_public(run->arena, state->channels[i].url));
	plan->asks_upgrade = state->at->request->action == EG_CONDA_UPDATE || state->update == EG_UPDATE_ALL;
}

static int compare_versions(struct eg_arena *arena, const struct eg_conda_record *from, const struct eg_conda_record *to)
{
	const struct eg_conda_version *a = eg_conda_version_parse(arena, from->version);
	const struct eg_conda_version *b = eg_conda_version_parse(arena, to->version);

	return a && b ? eg_conda_version_cmp(a, b) : strcmp(from->version, to->version);
}

static enum eg_action action_of(struct eg_arena *arena, const struct eg_conda_record *from,
				const struct eg_conda_record *to)
{
	if (!from)
		return EG_INSTALL;
	if (!to)
		return EG_REMOVE;
	if (!strcmp(from->version, to->version))
		return strcmp(from->build, to->build) || strcmp(from->channel, to->channel) ? EG_REBUILD : EG_REINSTALL;
	return compare_versions(arena, from, to) < 0 ? EG_UPGRADE : EG_DOWNGRADE;
}

static void add_change(const struct eg_conda_state *state, struct eg_plan *plan, const struct eg_conda_record *from,
		       const struct eg_conda_record *to)
{
	const char *name = (to ? to : from)->name;

	plan->changes[plan->n_changes++] = (struct eg_change){
		.action = action_of(state->run->arena, from, to),
		.requested = eg_map_get(&state->requested, name),
		.from = from ? eg_package_find(plan->before, plan->n_before, name) : NULL,
		.to = to ? eg_conda_package(state->run, to, false) : NULL,
	};
}

static void list_after(const struct eg_conda_state *state, const struct eg_map *after, struct eg_plan *plan)
{
	plan->after = EG_ARRAY(state->run->arena, struct eg_package *, after->n + state->n_by_pip);
	for (size_t i = 0; i < state->n_by_pip; i++)
		if (!eg_map_get(after, state->by_pip[i]->name))
			plan->after[plan->n_after++] = eg_conda_package(state->run, state->by_pip[i], true);
	for (size_t i = 0; i < after->n; i++) {
		struct eg_conda_record *record = after->v[i].value;

		if (record)
			plan->after[plan->n_after++] =
				eg_conda_package(state->run, record, record == eg_map_get(&state->by_name, record->name));
	}
	if (plan->n_after)
		qsort(plan->after, plan->n_after, sizeof(*plan->after), by_name);
}

void eg_conda_plan(const struct eg_conda_state *state, const struct eg_map *after, const struct eg_map *relinked,
		   struct eg_plan *plan)
{
	const char *disallowed = eg_conda_disallowed(state, after);

	plan->status = EG_SOLVED;
	if (disallowed) {
		plan->status = EG_IMPOSSIBLE;
		plan->error_kind = "refused";
		plan->error = disallowed;
		return;
	}
	plan->changes = EG_ARRAY(state->run->arena, struct eg_change, after->n);
	for (size_t i = 0; i < after->n; i++) {
		const struct eg_conda_record *from = eg_map_get(&state->by_name, after->v[i].key);
		const struct eg_conda_record *to = after->v[i].value;
		bool same = from && to && eg_conda_same_record(from, to);

		if (from != to && !same)
			add_change(state, plan, from, to);
		else if (from && eg_map_get(relinked, from->name))
			add_change(state, plan, from, from);
	}
	if (plan->n_changes)
		qsort(plan->changes, plan->n_changes, sizeof(*plan->changes), by_change_name);
	list_after(state, after, plan);
	eg_conda_why(state, after, plan);
}
