/* Files that two packages own, or that one package manager laid over another's. */
#include "doctor.h"

#include "judge.h"

#include "python/record_files.h"

/* The owners of TREE that are installed, "onnxruntime 1.18.0 and onnxruntime-gpu 1.18.0"; *ret_worst the gravest of them. */
static const char *owners(const struct eg_judge *judge, const struct eg_tree *tree, size_t *ret_n, enum eg_level *ret_level,
			  const struct eg_package **ret_worst)
{
	struct eg_arena *arena = judge->run->arena;
	const char *text = "";
	size_t n = 0;

	for (size_t i = 0; i < tree->names.n; i++) {
		const struct eg_package *owner =
			eg_package_find(judge->plan->after, judge->plan->n_after, tree->names.v[i]);
		enum eg_level level = owner ? eg_overwritten_level(judge, owner) : EG_OFF;
		if (!owner || owner->ecosystem != EG_PYTHON)
			continue;
		text = eg_strf(arena, "%s%s%s %s", text, n++ ? " and " : "", owner->name, owner->version);
		if (level > *ret_level || !*ret_worst) {
			*ret_level = level;
			*ret_worst = owner;
		}
	}
	*ret_n = n;
	return text;
}

static const char until_reinstalled[] = "uninstall all of them, then install the one that is wanted";

/* Whose files are lost is the graver one's. */
static void check_overlap(struct eg_judge *judge, const struct eg_check *check, const struct eg_overlap *overlap)
{
	const struct eg_plan *plan = judge->plan;
	const struct eg_package *a = eg_package_find(plan->after, plan->n_after, overlap->a);
	const struct eg_package *b = eg_package_find(plan->after, plan->n_after, overlap->b);
	const struct eg_tree *tree = eg_facts_tree(judge->facts, overlap->a);

	if (!a || !b || (tree && tree == eg_facts_tree(judge->facts, overlap->b)))
		return; /* known by name, and told already */
	enum eg_level level_a = eg_overwritten_level(judge, a), level_b = eg_overwritten_level(judge, b);
	enum eg_level level = level_a > level_b ? level_a : level_b;
	if (level == EG_OFF)
		return;
	struct eg_finding *finding = eg_check_find(
		judge, check, level, level_a > level_b ? a : b, "%s %s and %s %s own %zu native librar%s together (%s): the one that "
		"was installed last has overwritten the other's", a->name, a->version, b->name, b->version, overlap->n,
		overlap->n == 1 ? "y" : "ies", overlap->file);
	finding->source = "RECORD of both";
	finding->no_fix = until_reinstalled;
}

static void check_trees(struct eg_judge *judge, const struct eg_check *check)
{
	size_t n_trees;
	const struct eg_tree *trees = eg_facts_rows(judge->facts, EG_FACTS_SHARED_FILES, &n_trees);

	for (size_t i = 0; i < n_trees; i++) {
		const struct eg_tree *tree = &trees[i];
		const struct eg_package *worst = NULL;
		enum eg_level level = EG_OFF;
		size_t n;
		const char *text = owners(judge, tree, &n, &level, &worst);
		if (n < 2 || level == EG_OFF)
			continue;
		struct eg_finding *finding =
			eg_check_find(judge, check, level, worst,
				      "%s own the folder %s together: the one that was installed last has overwritten the other",
				      text, tree->folder);
		finding->source = tree->source;
		finding->no_fix = until_reinstalled;
	}
	for (size_t i = 0; i < judge->evidence->n_overlaps; i++)
		check_overlap(judge, check, &judge->evidence->overlaps[i]);
}

const struct eg_check eg_check_shared_files = {
	.id = "shared-files",
	.help = "two packages own the same files",
	.check = check_trees,
};

static void check_laid_over(struct eg_judge *judge, const struct eg_check *check)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *package = plan->after[i];
		const struct eg_package *record = eg_stack_find(plan->before, plan->n_before, package->name);
		if (package->ecosystem != EG_PYTHON || !record || record->ecosystem != EG_CONDA)
			continue;
		bool framework = eg_is_framework(package->name);
		struct eg_finding *finding =
			eg_check_find(judge, check, framework ? EG_BLOCK : EG_WARN, package,
				      "%s %s of conda was overwritten with %s %s by pip: conda's records describe files that "
				      "are no longer there",
				      record->name, record->version, package->name, package->version);
		finding->source = "conda-meta and the installed metadata";
		finding->no_fix = "uninstall it with pip, then install it anew with conda";
	}
}

const struct eg_check eg_check_pip_over_conda = {
	.id = "pip-over-conda",
	.help = "pip has overwritten what conda manages",
	.check = check_laid_over,
};
