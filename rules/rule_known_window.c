/* Releases that work together only in a known window, which the installer does not see: it is checked at import (the
   mm* packages), or it looks only at what the request reaches. */
#include "judge.h"

#include "python/pep440.h"
#include "strs.h"

static int compare(struct eg_arena *arena, const char *a, const char *b)
{
	struct eg_version x, y;

	if (!eg_version_parse(arena, a, strlen(a), &x) || !eg_version_parse(arena, b, strlen(b), &y))
		return strcmp(a, b);
	return eg_version_cmp(&x, &y);
}

/* The rows of PACKAGE's release: its own twice, else the ones before and after it, as the table has samples only. */
static void rows_around(const struct eg_judge *judge, const struct eg_package *package, const struct eg_window *ret[2])
{
	size_t n;
	const struct eg_window *rows = eg_facts_rows(judge->facts, EG_FACTS_WINDOWS, &n);

	ret[0] = ret[1] = NULL;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(rows[i].name, package->name))
			continue;
		int order = compare(judge->run->arena, rows[i].version, package->version);
		if (order <= 0)
			ret[0] = &rows[i];
		if (order >= 0 && !ret[1])
			ret[1] = &rows[i];
	}
}

/* As which mmcv-full and mmcv-lite are imported as well. */
static const char mmcv[] = "mmcv";

static const char *unmet_need(const struct eg_judge *judge, const struct eg_package *package,
			      const struct eg_window *row, const struct eg_package *other)
{
	struct eg_package stand_in = *package, imported = *other;

	stand_in.requires = row->needs;
	stand_in.ecosystem = EG_PYTHON;
	if (!strncmp(other->name, mmcv, strlen(mmcv)) && other->name[strlen(mmcv)] == '-')
		imported.name = mmcv;
	return eg_unmet(judge, &stand_in, &imported);
}

bool eg_has_window(const struct eg_judge *judge, const struct eg_package *package)
{
	const struct eg_window *rows[2];

	rows_around(judge, package, rows);
	return rows[0] && rows[1];
}

const char *eg_left_window(const struct eg_judge *judge, const struct eg_package *package,
			   const struct eg_package *other, const char **ret_source)
{
	const struct eg_window *rows[2];

	if (!package || !other)
		return NULL;
	rows_around(judge, package, rows);
	if (!rows[0] || !rows[1] || !unmet_need(judge, package, rows[0], other))
		return NULL;
	if (ret_source)
		*ret_source = rows[1]->source;
	return unmet_need(judge, package, rows[1], other);
}

static void tell(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_package *package,
		 const struct eg_package *other, const char *window, const char *source)
{
	const struct eg_change *change = eg_judge_change(judge, other->name);

	if (!change)
		change = eg_judge_change(judge, package->name);
	if (!change)
		return;
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s %s works with %s only and refuses to be imported beside %s %s",
			      package->name, package->version, window, other->name, other->version);
	finding->package = package->name;
	finding->source = source;
	if (change->from && !change->requested)
		eg_finding_hold(judge, finding, change);
	else
		eg_vec_push(judge->run->arena, &finding->hold,
			    eg_strf(judge->run->arena, "%s%s", other->name, window + strcspn(window, "=<>~!")));
}

static void check_imports(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_package *package)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t i = 0; eg_has_window(judge, package) && i < plan->n_after; i++) {
		const struct eg_package *other = plan->after[i];
		const char *source = NULL, *window = eg_left_window(judge, package, other, &source);
		if (window && !eg_left_window(judge, eg_package_find(plan->before, plan->n_before, package->name),
					   eg_package_find(plan->before, plan->n_before, other->name), NULL))
			tell(judge, rule, package, other, window, source);
	}
}

/* A framework that is moved on purpose, out of what PACKAGE, which stays, asks for itself. */
static void check_dependent(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_package *package,
			    const struct eg_change *change)
{
	const struct eg_family *family = eg_family_of(package->name);
	const char *unmet = eg_unmet(judge, package, change->to);

	if (family || !unmet || !eg_facts_is_dependent(judge->facts, package->name) ||
	    eg_unmet(judge, package, change->from))
		return;
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s %s needs %s, and it would get %s", package->name,
			      package->version, unmet, eg_judge_words(judge, change->to));
	finding->package = package->name;
	eg_vec_push(judge->run->arena, &finding->hold, package->name);
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t i = 0; i < plan->n_after; i++)
		check_imports(judge, rule, plan->after[i]);
	/* Who says --no-deps knows. */
	for (size_t i = 0; i < plan->n_changes && !eg_strs_has(&plan->command, "--no-deps"); i++) {
		const struct eg_change *change = &plan->changes[i];
		if (!change->from || !change->to || !eg_is_framework(change->to->name) ||
		    !eg_judge_requested(judge, change))
			continue;
		for (size_t k = 0; k < plan->n_after; k++)
			if (!eg_judge_change(judge, plan->after[k]->name))
				check_dependent(judge, rule, plan->after[k], change);
	}
}

const struct eg_rule eg_rule_known_window = {
	.id = "known-window",
	.side_effect = EG_WARN,
	.request = EG_WARN,
	.help = "mmcv, mmdetection, fastai … and what they work with leave a known window",
	.source = "facts: windows; the packages' own requirements",
	.check = check,
};
