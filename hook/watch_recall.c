/* What was installed when pip began: a build may have changed it before pip had a list to show. */
#include "watch.h"

#include "family.h"
#include "python/pep440.h"
#include "python/pep508.h"

/* "torch-2.4.1+cu121.dist-info" */
static bool read_name(struct eg_arena *arena, const char *entry, struct eg_item *ret)
{
	const char *dash = strchr(entry, '-'), *end = dash ? strstr(dash, ".dist-info") : NULL;
	struct eg_version version;

	if (!end)
		return false;
	*ret = (struct eg_item){.name = eg_normalize(arena, entry, (size_t)(dash - entry))};
	if (!eg_family_of(ret->name) || !eg_version_parse(arena, dash + 1, (size_t)(end - dash - 1), &version))
		return false;
	ret->version = version.canonical;
	return true;
}

/* Is it there now as one of those? A damaged environment may have two of a name. */
static bool is_among(const struct eg_items *were, const struct eg_item *now)
{
	for (size_t i = 0; now && i < were->n; i++)
		if (!strcmp(were->v[i].name, now->name) && !strcmp(were->v[i].version, now->version))
			return true;
	return false;
}

static struct eg_item *find(struct eg_items *items, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (items->v[i].ecosystem == EG_PYTHON && !strcmp(items->v[i].name, name))
			return &items->v[i];
	return NULL;
}

void eg_watch_recall(struct eg_run *run, const struct eg_strs *entries, struct eg_watch *watch)
{
	struct eg_items *items = &watch->before.items, were = {0};
	struct eg_run quiet = {.arena = run->arena};
	bool differs = false;
	struct eg_item was;

	for (size_t i = 0; i < entries->n; i++)
		if (read_name(run->arena, entries->v[i], &was))
			eg_vec_push(run->arena, &were, was);
	if (!were.n || (!watch->before.prefix && eg_inventory_read(&quiet, watch->python, NULL, false, &watch->before)) ||
	    watch->before.conda) /* whose records have folders of that kind too */
		return;
	for (size_t i = 0, n = items->n; i < were.n; i++) {
		struct eg_item *now = find(items, n, were.v[i].name);
		if (is_among(&were, now))
			continue;
		differs = true;
		if (now)
			*now = were.v[i];
		else
			eg_vec_push(run->arena, items, were.v[i]);
	}
	if (!differs)
		return;
	eg_items_sort(items);
	watch->due = true;
	watch->snapshot = NULL; /* it has what was changed already */
}
