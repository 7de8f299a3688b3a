#include "watch.h"

#include <stdlib.h>
#include <unistd.h>

#include "command.h"
#include "family.h"
#include "repair.h"
#include "snapshot.h"

static const char variable[] = "ENVGUARD_WATCHED"; /* "PID:PREFIX" */

enum { LOOK_MS = 10000 }; /* for what is installed, when the tool has ended */

static bool has_stack(const struct eg_plan *plan)
{
	for (size_t i = 0; i < plan->n_before; i++)
		if (eg_family_of(plan->before[i]->name))
			return true;
	return false;
}

static const char *name_of(const struct eg_change *change)
{
	return (change->to ? change->to : change->from)->name;
}

static bool touches_stack(const struct eg_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		if (eg_family_of(name_of(&plan->changes[i])))
			return true;
	return false;
}

static bool is_certain(const struct eg_plan *plan)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].assumed)
			return false;
	return plan->status == EG_SOLVED;
}

static void keep(struct eg_run *run, const char *python, const struct eg_plan *plan, struct eg_watch *watch)
{
	struct eg_snapshot snapshot = {.tool = plan->tool, .command = plan->command, .indexes = plan->indexes};

	if (!eg_inventory_read(run, python, plan->prefix, true, &snapshot.inventory) && !eg_snapshot_keep(run, &snapshot, true))
		watch->snapshot = snapshot.id;
}

void eg_watch_begin(struct eg_run *run, const char *python, const struct eg_forecast *forecast, struct eg_watch *ret)
{
	const struct eg_plan *plan = &forecast->plan;
	bool solved = plan->status == EG_SOLVED;
	struct eg_run quiet = {.arena = run->arena};

	*ret = (struct eg_watch){
		.python = python,
		.tool = plan->tool,
		.command = plan->command,
		.plan = solved ? plan : NULL,
		.certain = is_certain(plan),
	};
	if (!plan->prefix || plan->status == EG_IMPOSSIBLE || (solved && (!plan->n_changes || !has_stack(plan))))
		return;
	const char *prefix = python ? NULL : plan->prefix;
	if (eg_inventory_read(&quiet, python, prefix, false, &ret->before) || !eg_inventory_has_stack(&ret->before))
		return; /* eg_watch_recall may know better */
	ret->due = true;
	if (!ret->certain || (touches_stack(plan) && !eg_repair_towards(run, plan))) /* a way back needs none back from it */
		keep(&quiet, python, plan, ret);
}

/* What is planned for an item that is there, or NULL where it stays; *ret_there tells whether it is to be there at all. */
static const struct eg_change *change_of(const struct eg_plan *plan, const char *name)
{
	for (size_t i = 0; plan && i < plan->n_changes; i++)
		if (!strcmp(name_of(&plan->changes[i]), name))
			return &plan->changes[i];
	return NULL;
}

bool eg_watch_plans(const struct eg_watch *watch, const char *name)
{
	return change_of(watch->plan, name) != NULL;
}

/* Is the item, as it is now (NULL: not there), what the plan makes of it? */
static bool is_planned(const struct eg_plan *plan, const char *name, const struct eg_item *now)
{
	const struct eg_change *change = change_of(plan, name);
	const struct eg_package *to = change ? change->to : NULL;

	if (!change || !to || !now)
		return change && !to && !now;
	return !strcmp(to->version, now->version) && (!to->build || !now->build || !strcmp(to->build, now->build));
}

/* The GPU stack's packages that are other than they were. */
struct difference {
	const struct eg_item *was, *is; /* NULL: not there */
};

struct differences {
	struct difference *v;
	size_t n, cap;
};

static void add(struct eg_run *run, const struct eg_item *was, const struct eg_item *is, struct differences *ret)
{
	if (eg_item_is_stack(was ? was : is) && !(was && is && eg_item_same(was, is)))
		eg_vec_push(run->arena, ret, (struct difference){was, is});
}

static void compare(struct eg_run *run, const struct eg_items *before, const struct eg_items *now,
		    struct differences *ret)
{
	for (size_t i = 0; i < before->n; i++)
		add(run, &before->v[i], eg_items_find(now, before->v[i].ecosystem, before->v[i].name), ret);
	for (size_t i = 0; i < now->n; i++)
		if (!eg_items_find(before, now->v[i].ecosystem, now->v[i].name))
			add(run, NULL, &now->v[i], ret);
}

/* No cause for alarm: a library that comes or moves with what was planned, in another version than was forecast; what the
   pip part of conda's environment file adds, which is not forecast. */
static bool is_minor(const struct eg_watch *watch, const struct difference *found)
{
	const struct eg_item *item = found->was ? found->was : found->is;
	const struct eg_family *family = eg_family_of(item->name);
	bool by_conda = watch->tool && (!strcmp(watch->tool, "conda") || !strcmp(watch->tool, "mamba"));

	if (!watch->plan || !found->is)
		return false;
	if (!found->was && by_conda && item->ecosystem == EG_PYTHON)
		return true;
	return family && family->role == EG_LIBRARY && touches_stack(watch->plan) &&
	       (!found->was || change_of(watch->plan, item->name));
}

/* Half done: something is as planned, and something that should have changed is not. */
static bool is_half_done(const struct eg_watch *watch, const struct eg_items *now)
{
	const struct eg_plan *plan = watch->plan;
	size_t done = 0, left = 0;

	for (size_t i = 0; plan && i < plan->n_changes; i++) {
		const struct eg_package *package = plan->changes[i].to ? plan->changes[i].to : plan->changes[i].from;
		const struct eg_item *item = eg_items_find(now, package->ecosystem, package->name);
		if (!eg_family_of(package->name))
			continue;
		*(is_planned(plan, package->name, item) ? &done : &left) += 1;
	}
	return done && left;
}

/* Nobody thought that it would be needed: what is remembered of the state before is written down now. */
static const char *keep_late(struct eg_run *run, const struct eg_watch *watch)
{
	struct eg_snapshot snapshot = {.tool = watch->tool, .command = watch->command, .inventory = watch->before};
	struct eg_run quiet = {.arena = run->arena};

	return eg_snapshot_keep(&quiet, &snapshot, true) ? NULL : snapshot.id;
}

static void tell(struct eg_run *run, const struct eg_watch *watch, const struct differences *found, bool half)
{
	fprintf(stderr, "envguard: THE GPU STACK HAS CHANGED, %s:\n",
		half	    ? "and not all that was planned for it has been done" :
		watch->plan ? "other than it was planned and judged" :
			      "by a command whose outcome could not be told");
	for (size_t i = 0; i < found->n; i++) {
		const struct difference *difference = &found->v[i];
		fprintf(stderr, "  %s: %s → %s\n",
			eg_printable(run->arena, (difference->was ? difference->was : difference->is)->name),
			difference->was ? eg_printable(run->arena, difference->was->version) : "not there",
			difference->is ? eg_printable(run->arena, difference->is->version) : "not there");
	}
	const char *snapshot = watch->snapshot ? watch->snapshot : keep_late(run, watch);
	if (snapshot)
		fprintf(stderr, "back to what it was: envguard restore %s --prefix %s --run\n", snapshot,
			eg_printable(run->arena, watch->before.prefix));
	fputs("is it sound as it is now? envguard doctor tells\n", stderr);
}

void eg_watch_end(struct eg_run *run, const struct eg_watch *watch)
{
	struct eg_run looking = {.arena = run->arena, .deadline = eg_now_ms() + LOOK_MS};
	const char *prefix = watch->python ? NULL : watch->before.prefix;
	struct differences found = {0}, unplanned = {0};
	struct eg_inventory now;

	if (!watch->due)
		return;
	if (eg_inventory_read(&looking, watch->python, prefix, false, &now)) {
		eg_complain("what became of the GPU stack cannot be told: %s", looking.error.message);
		return;
	}
	compare(run, &watch->before.items, &now.items, &found);
	for (size_t i = 0; i < found.n; i++) {
		const struct eg_item *item = found.v[i].was ? found.v[i].was : found.v[i].is;
		if (!is_planned(watch->plan, item->name, found.v[i].is) && !is_minor(watch, &found.v[i]))
			eg_vec_push(run->arena, &unplanned, found.v[i]);
	}
	bool half = !unplanned.n && found.n && is_half_done(watch, &now.items);
	if (unplanned.n || half)
		tell(run, watch, half ? &found : &unplanned, half);
}

void eg_watch_leave(struct eg_run *run, const char *prefix)
{
	setenv(variable, eg_strf(run->arena, "%ld:%s", (long)getppid(), prefix), 1);
}

bool eg_watch_left(const char *prefix)
{
	const char *said = getenv(variable), *colon = said ? strchr(said, ':') : NULL;

	return colon && !strcmp(colon + 1, prefix);
}
