/* What is installed in the environment that the doctor looks at. */
#include "diagnosis.h"

#include <stdlib.h>

#include "conda/conda_plan.h"
#include "conda/pip_records.h"
#include "conda/prefix.h"
#include "family.h"
#include "python/installed.h"
#include "python/pip_plan.h"
#include "python/record_files.h"

static int by_name(const void *a, const void *b)
{
	const struct eg_package *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

/* conda's record for what pip calls NAME; NULL: conda has none. */
static const struct eg_conda_record *record_of(const struct eg_map *records, const char *name)
{
	const struct eg_conda_record *found = eg_map_get(records, name);
	const char *own = found ? NULL : eg_conda_name(name);

	return own ? eg_map_get(records, own) : found;
}

/* Packages of old name pip as their installer though they are conda's: those are of the version that conda knows. */
static size_t drop_own(const struct eg_map *records, struct eg_conda_record **by_pip, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct eg_conda_record *record = record_of(records, by_pip[i]->name);
		if (!record || strcmp(record->version, by_pip[i]->version))
			by_pip[kept++] = by_pip[i];
	}
	return kept;
}

/* Has pip laid something over the record? */
static bool overlaid(const struct eg_map *records, const struct eg_conda_record *record,
		     struct eg_conda_record *const *by_pip, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (record_of(records, by_pip[i]->name) == record)
			return true;
	return false;
}

/* conda's records are what it believes; what pip has written since is what there is. */
static enum eg_error_kind conda_packages(struct eg_run *run, const char *path, struct eg_plan *plan)
{
	struct eg_conda_prefix prefix;
	struct eg_conda_record **by_pip;
	struct eg_map python = {.arena = run->arena};
	size_t n_by_pip;
	enum eg_error_kind kind = eg_conda_prefix_read(run, NULL, path, false, &prefix);

	if (kind)
		return kind;
	/* of conda's names only python's, so that those which pip has laid over others are found */
	if (eg_map_get(&prefix.by_name, "python"))
		eg_map_put(&python, "python", eg_map_get(&prefix.by_name, "python"));
	eg_pip_records(run, path, &python, &by_pip, &n_by_pip);
	n_by_pip = drop_own(&prefix.by_name, by_pip, n_by_pip);
	plan->before = EG_ARRAY(run->arena, struct eg_package *, prefix.n_records);
	plan->after = EG_ARRAY(run->arena, struct eg_package *, prefix.n_records + n_by_pip);
	for (size_t i = 0; i < prefix.n_records; i++) {
		plan->before[i] = eg_conda_package(run, prefix.records[i], true);
		if (!overlaid(&prefix.by_name, prefix.records[i], by_pip, n_by_pip))
			plan->after[plan->n_after++] = plan->before[i];
	}
	plan->n_before = prefix.n_records;
	for (size_t i = 0; i < n_by_pip; i++)
		plan->after[plan->n_after++] = eg_conda_package(run, by_pip[i], true);
	if (plan->n_after)
		qsort(plan->after, plan->n_after, sizeof(*plan->after), by_name);
	return EG_OK;
}

static enum eg_error_kind python_packages(struct eg_run *run, const char *exe, struct eg_diagnosis *diagnosis)
{
	struct eg_plan *plan = &diagnosis->plan;
	struct eg_interpreter *interpreter = EG_NEW(run->arena, struct eg_interpreter);
	struct eg_installed *installed = EG_NEW(run->arena, struct eg_installed);
	enum eg_error_kind kind = eg_interpreter_facts(run, eg_cache_open(run), exe, interpreter);

	if (!kind)
		kind = eg_installed_read(run, interpreter, installed);
	if (kind)
		return kind;
	plan->prefix = interpreter->prefix;
	diagnosis->python_version = interpreter->version;
	eg_installed_packages(run, interpreter, installed, &plan->after, &plan->n_after);
	plan->before = plan->after;
	plan->n_before = plan->n_after;
	struct eg_overlap *overlaps;
	eg_native_overlaps(run, installed, &overlaps, &diagnosis->evidence.n_overlaps);
	diagnosis->evidence.overlaps = overlaps;
	return EG_OK;
}

enum eg_error_kind eg_doctor_environment(struct eg_run *run, const struct eg_doctor_options *options,
					 struct eg_diagnosis *diagnosis)
{
	struct eg_environment environment;
	enum eg_error_kind kind = eg_environment_find(run, options->python, options->prefix, &environment);

	if (kind)
		return kind;
	diagnosis->plan.prefix = environment.prefix;
	diagnosis->python = environment.python;
	if (!environment.exists)
		return eg_fail(run, EG_NOT_FOUND, "there is no environment at '%s'", environment.prefix);
	if (environment.conda)
		return conda_packages(run, environment.prefix, &diagnosis->plan);
	if (!environment.python)
		return eg_fail(run, EG_NOT_FOUND, "there is no Python in '%s'", environment.prefix);
	return python_packages(run, environment.python, diagnosis);
}
