/* A new package installs files that another one owns: the last one written wins, and removing either breaks both. */
#include "judge.h"

/* torch names its libraries; jaxlib, tensorflow and onnxruntime-gpu take the cuDNN that is there for their CUDA. CuPy does
   without. */
static bool uses(const struct eg_package *package, const struct eg_package *library)
{
	struct eg_variant variant = eg_package_variant(package);
	const char *suffix = strrchr(library->name, '-');

	for (size_t i = 0; i < package->requires.n; i++) {
		size_t n = strcspn(package->requires.v[i], " ;=<>~![(");
		if (n == strlen(library->name) && !strncmp(package->requires.v[i], library->name, n))
			return true;
	}
	bool by_name = !strcmp(package->name, "torch") || !strncmp(package->name, "cupy", strlen("cupy"));
	return !by_name && eg_is_framework(package->name) && strstr(library->name, "cudnn") && suffix &&
	       variant.accelerator == EG_CUDA && variant.major == eg_variant_parse(suffix + 1).major;
}

/* What uses LIBRARY once the plan is done; NULL: nothing. */
static const struct eg_package *user_of(const struct eg_plan *plan, const struct eg_package *library)
{
	for (size_t i = 0; i < plan->n_after; i++)
		if (uses(plan->after[i], library))
			return plan->after[i];
	return NULL;
}

/* What pip has under the name of a conda package that comes: conda does not see it, and writes into the same folder. */
static const struct eg_package *laid_by_pip(const struct eg_plan *plan, const struct eg_package *package)
{
	const struct eg_package *other = eg_package_find(plan->before, plan->n_before, eg_distribution_name(package->name));

	return package->ecosystem == EG_CONDA && other && other->ecosystem == EG_PYTHON ? other : NULL;
}

static void tell_of_pip(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
			const struct eg_package *other)
{
	bool gpu = eg_is_framework(other->name) && eg_package_variant(other).accelerator != EG_CPU;
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s %s would be laid over %s %s, which pip has installed",
			      change->to->name, change->to->version, other->name, other->version);

	finding->level = eg_judge_named(judge, change) || !gpu ? rule->request : rule->side_effect;
	finding->source = "conda's records and pip's, which do not know of each other";
}

enum eg_level eg_overwritten_level(const struct eg_judge *judge, const struct eg_package *owner)
{
	const struct eg_family *family = eg_family_of(owner->name);
	bool library = family && family->role == EG_LIBRARY;
	bool framework = family && family->role == EG_FRAMEWORK && eg_package_variant(owner).accelerator != EG_CPU;

	if (library && !user_of(judge->plan, owner))
		return EG_OFF;
	return library || framework ? EG_BLOCK : EG_WARN;
}

static bool is_library(const struct eg_package *package)
{
	const struct eg_family *family = eg_family_of(package->name);

	return family && family->role == EG_LIBRARY;
}

static const char only_one[] = "only one of the two can be installed";

/* The way out where what CHANGE brings comes to OWNER's files. */
static const char *no_fix(const struct eg_judge *judge, const struct eg_change *change, const struct eg_package *owner)
{
	const struct eg_package *a = user_of(judge->plan, change->to), *b = user_of(judge->plan, owner);

	if (is_library(owner) && a && b && a != b)
		return eg_strf(judge->run->arena, "%s: %s and %s must be for the same CUDA", only_one, a->name, b->name);
	return change->requested ? eg_strf(judge->run->arena, "%s: to go over to %s, uninstall %s first", only_one,
					   change->to->name, owner->name)
				 : only_one;
}

static void tell(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
		 const struct eg_package *other, const struct eg_tree *tree)
{
	enum eg_level level = eg_overwritten_level(judge, other);

	/* Where both are there already, and it is not known whose files are, only the loss of a GPU build is worth a word. */
	if (level == EG_OFF || (change->from && level != EG_BLOCK))
		return;
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s %s would overwrite files of %s %s: both own the folder %s",
			      change->to->name, change->to->version, other->name, other->version, tree->folder);
	if (level == EG_WARN || change->from)
		finding->level = EG_WARN;
	finding->source = tree->source;
	finding->no_fix = no_fix(judge, change, other);
}

static bool is_of_gpu(const struct eg_package *package)
{
	const char *suffix = strrchr(package->name, '-');

	return suffix && !strcmp(suffix, "-gpu");
}

/* Both come new, and the GPU framework loses by it: whose files stay is a matter of order. */
static bool both_matter(const struct eg_judge *judge, const struct eg_change *change, const struct eg_change *other)
{
	if (is_library(change->to))
		return change > other && user_of(judge->plan, change->to) && user_of(judge->plan, other->to);
	return is_of_gpu(other->to) && !is_of_gpu(change->to);
}

/* Grave where that one is asked for, and the other comes along, or where both do. */
static void tell_of_both(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
			 const struct eg_change *other, const struct eg_tree *tree)
{
	if (!both_matter(judge, change, other))
		return;
	struct eg_finding *finding =
		eg_judge_find(judge, rule, change, "%s %s and %s %s would be installed over each other: both own the folder %s",
			      change->to->name, change->to->version, other->to->name, other->to->version, tree->folder);
	bool unasked = !change->requested && (other->requested || is_library(change->to));
	finding->level = unasked ? rule->side_effect : rule->request;
	finding->source = tree->source;
	finding->no_fix = is_library(change->to) ? no_fix(judge, change, other->to) : only_one;
}

/* What TREE's other owners mean for CHANGE, a package of its own that comes or moves. */
static void check_tree(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
		       const struct eg_tree *tree)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t k = 0; k < tree->names.n; k++) {
		const char *name = tree->names.v[k];
		const struct eg_package *other = eg_package_find(plan->before, plan->n_before, name);
		const struct eg_change *own = eg_judge_change(judge, name);
		if (own == change)
			continue;
		if (!other && own && own->to && !change->from && change->to->ecosystem == EG_PYTHON)
			tell_of_both(judge, rule, change, own, tree);
		bool condas = other && other->ecosystem == EG_CONDA && change->to->ecosystem == EG_CONDA;
		bool stays = other && (change->from ? !own : eg_package_find(plan->after, plan->n_after, name) != NULL);
		/* conda's packages of these names are one that has the files, and others that ask for a build of it */
		if (stays && !condas)
			tell(judge, rule, change, other, tree);
	}
}

static void check(struct eg_judge *judge, const struct eg_rule *rule)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_change *change = &plan->changes[i];
		const struct eg_package *pips = change->to && !change->from ? laid_by_pip(plan, change->to) : NULL;
		const struct eg_tree *tree = change->to ? eg_facts_tree(judge->facts, change->to->name) : NULL;
		if (pips)
			tell_of_pip(judge, rule, change, pips);
		if (tree)
			check_tree(judge, rule, change, tree);
	}
}

const struct eg_rule eg_rule_shared_files = {
	.id = "shared-files",
	.side_effect = EG_BLOCK,
	.request = EG_WARN,
	.help = "two packages would own the same files; blocked where a GPU framework's would be overwritten unasked",
	.source = "facts: shared-files",
	.check = check,
};
