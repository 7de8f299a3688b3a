#include "judge.h"

#include <stdarg.h>

#include "conda/matchspec.h"
#include "python/pep508.h"

static const struct eg_package *either(const struct eg_change *change)
{
	return change->to ? change->to : change->from;
}

/* Does NAME stand for FRAMEWORK: jax for jaxlib, conda's pytorch-gpu for pytorch, whose version it has? */
static bool is_front(const struct eg_judge *judge, const char *name, const struct eg_package *framework)
{
	const struct eg_family *family = eg_family_of(name);
	const struct eg_conda_selector *selector =
		framework->ecosystem == EG_CONDA ? eg_facts_conda_selector(judge->facts, name) : NULL;

	if (family && family->front && !strcmp(family->framework, eg_distribution_name(framework->name)))
		return true;
	return selector && selector->framework && !strcmp(selector->framework, framework->name) &&
	       !strncmp(name, framework->name, strlen(framework->name)) &&
	       (!strcmp(selector->picks, "cpu") || !strcmp(selector->picks, "gpu"));
}

bool eg_judge_named(const struct eg_judge *judge, const struct eg_change *change)
{
	const struct eg_strs *requested = &judge->plan->requested;
	bool by_front = false;

	for (size_t i = 0; i < requested->n; i++)
		by_front = by_front || is_front(judge, requested->v[i], either(change));
	return change->requested || by_front;
}

bool eg_judge_requested(const struct eg_judge *judge, const struct eg_change *change)
{
	bool selected = false;

	for (size_t i = 0; i < judge->plan->requested.n && either(change)->ecosystem == EG_CONDA; i++)
		selected = selected || eg_facts_conda_selector(judge->facts, judge->plan->requested.v[i]);
	return selected || eg_judge_named(judge, change);
}

const struct eg_package *eg_stack_find(struct eg_package *const *v, size_t n, const char *distribution)
{
	const struct eg_package *found = eg_package_find(v, n, distribution);
	const char *conda = found ? NULL : eg_conda_name(distribution);

	return conda ? eg_package_find(v, n, conda) : found;
}

struct eg_finding *eg_judge_find(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
				 const char *fmt, ...)
{
	const struct eg_package *package = either(change);
	bool requested = eg_judge_requested(judge, change);
	va_list ap;

	va_start(ap, fmt);
	const char *message = eg_vstrf(judge->run->arena, fmt, ap);
	va_end(ap);
	eg_vec_push(judge->run->arena, &judge->findings,
		    (struct eg_finding){
			    .rule = rule->id,
			    .level = requested ? rule->request : rule->side_effect,
			    .requested = requested,
			    .package = package->name,
			    .message = message,
			    .why = change->why,
			    .source = rule->source,
		    });
	return &judge->findings.v[judge->findings.n - 1];
}

const struct eg_change *eg_judge_change(const struct eg_judge *judge, const char *name)
{
	const struct eg_plan *plan = judge->plan;

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_change *change = &plan->changes[i];
		if (!strcmp(either(change)->name, name))
			return change;
	}
	return NULL;
}

const char *eg_hold_text(const struct eg_judge *judge, const struct eg_package *package)
{
	if (package->ecosystem == EG_CONDA)
		return eg_strf(judge->run->arena, "%s=%s=%s", package->name, package->version, package->build);
	return eg_strf(judge->run->arena, "%s==%s", package->name, package->version);
}

void eg_finding_hold(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_change *change)
{
	if (eg_is_removal(judge->plan))
		finding->no_fix = eg_strf(judge->run->arena, "%s needs what is to be removed", either(change)->name);
	else if (change->from)
		eg_vec_push(judge->run->arena, &finding->hold, eg_hold_text(judge, change->from));
}

void eg_finding_hold_cuda(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_package *package)
{
	if (package->ecosystem == EG_CONDA && !eg_is_removal(judge->plan))
		eg_vec_push(judge->run->arena, &finding->hold,
			    eg_strf(judge->run->arena, "%s=*=*cuda*", package->name));
	/* Any driver of CUDA 12 or later runs it (jax-ml/jax:docs/installation.md@cec06d11). */
	else if (!strcmp(package->name, "jaxlib"))
		eg_vec_push(judge->run->arena, &finding->hold, "jax[cuda12]");
	else if (!strcmp(package->name, "torch"))
		eg_finding_point_to_jetpack(judge, finding);
}

struct eg_variant eg_package_variant(const struct eg_package *package)
{
	return eg_variant_parse(package ? package->variant : NULL);
}

const char *eg_judge_words(const struct eg_judge *judge, const struct eg_package *package)
{
	struct eg_arena *arena = judge->run->arena;

	if (!package->variant)
		return eg_strf(arena, "%s %s", package->name, package->version);
	return eg_strf(arena, "%s %s (%s)", package->name, package->version, eg_variant_words(arena, package->variant));
}

void eg_judge_builds(struct eg_judge *judge, const struct eg_rule *rule, eg_build_fn *tell)
{
	for (size_t i = 0; i < judge->plan->n_changes; i++) {
		const struct eg_change *change = &judge->plan->changes[i];
		if (change->from && change->to && eg_is_framework(change->to->name))
			tell(judge, rule, change, eg_package_variant(change->from), eg_package_variant(change->to));
	}
}

/* A requirement or dependency of PACKAGE that is on OTHER: *RET_MET tells whether OTHER is what it asks for. */
static bool read_dependency(const struct eg_judge *judge, const char *text, const struct eg_package *other, bool *ret_met)
{
	struct eg_run quiet = {.arena = judge->run->arena};
	struct eg_conda_record record = {
		.name = other->name,
		.version = other->version,
		.build = other->build,
		.channel = other->channel,
		.subdir = other->subdir,
	};
	struct eg_matchspec spec;

	/* A MatchSpec is on conda's packages, which pip's are not. */
	if (other->ecosystem != EG_CONDA || eg_matchspec_parse(&quiet, NULL, text, &spec) || strcmp(spec.name, other->name))
		return false;
	*ret_met = eg_matchspec_match(quiet.arena, &spec, &record);
	return true;
}

static bool read_requirement(const struct eg_judge *judge, const char **text, const struct eg_package *other, bool *ret_met)
{
	struct eg_arena *arena = judge->run->arena;
	struct eg_requirement req;
	struct eg_version version;
	const char *error;

	if (!eg_requirement_parse(arena, *text, strlen(*text), &req, &error) ||
	    strcmp(req.project, eg_distribution_name(other->name)) || req.url ||
	    !eg_version_parse(arena, other->version, strlen(other->version), &version))
		return false;
	*ret_met = eg_specset_contains(&req.spec, &version);
	*text = eg_requirement_text(arena, &req);
	return true;
}

/* The first requirement of PACKAGE on OTHER's name, or the first that OTHER does not meet. */
static const char *requirement_on(const struct eg_judge *judge, const struct eg_package *package,
				  const struct eg_package *other, bool unmet)
{
	bool conda = package->ecosystem == EG_CONDA;
	const char *name = conda ? other->name : eg_distribution_name(other->name);

	for (size_t i = 0; i < package->requires.n; i++) {
		const char *text = package->requires.v[i];
		bool met;
		/* Names differ in case and dashes at most: skip what cannot be the one before reading it. */
		if ((text[0] | 0x20) != (name[0] | 0x20))
			continue;
		if (!(conda ? read_dependency(judge, text, other, &met) : read_requirement(judge, &text, other, &met)))
			continue;
		if (!unmet || !met)
			return text;
	}
	return NULL;
}

const char *eg_needs(const struct eg_judge *judge, const struct eg_package *package, const struct eg_package *other)
{
	return requirement_on(judge, package, other, false);
}

const char *eg_unmet(const struct eg_judge *judge, const struct eg_package *package, const struct eg_package *other)
{
	return requirement_on(judge, package, other, true);
}

/* The torch series that a companion's label names: "2.9" of "cu12torch2.9cxx11abitrue", "2.4" of "pt24cu121". */
static const char *series_of_label(struct eg_arena *arena, const char *version)
{
	const char *label = strchr(version, '+'), *torch = label ? strstr(label, "torch") : NULL;

	if (torch)
		return eg_strndup(arena, torch + 5, strspn(torch + 5, "0123456789."));
	if (label && !strncmp(label, "+pt", 3) && strspn(label + 3, "0123456789") >= 2)
		return eg_strf(arena, "%c.%.*s", label[3], (int)strspn(label + 4, "0123456789"), label + 4);
	return NULL;
}

static bool of_series(const char *version, const char *series)
{
	size_t n = strlen(series);

	return !strncmp(version, series, n) && (version[n] == '.' || version[n] == '+' || !version[n]);
}

static size_t public_length(const char *version)
{
	return strcspn(version, "+");
}

static bool same_public(const char *a, const char *b)
{
	return public_length(a) == public_length(b) && !strncmp(a, b, public_length(a));
}

/* What the facts say about a companion whose own requirements are not known. */
static const char *unmet_by_facts(const struct eg_judge *judge, const struct eg_package *companion,
				  const struct eg_package *framework)
{
	const struct eg_companion_release *row = eg_facts_companion(judge->facts, companion->name, companion->version);

	if (!row || companion->requires.n)
		return NULL;
	struct eg_package stand_in = *companion;
	stand_in.requires = (struct eg_strs){.v = (const char **)&row->requires, .n = 1};
	return eg_unmet(judge, &stand_in, framework);
}

const char *eg_mismatch(const struct eg_judge *judge, const struct eg_package *companion,
			const struct eg_package *framework)
{
	struct eg_arena *arena = judge->run->arena;
	const struct eg_family *family = eg_family_of(companion->name);
	const char *unmet = eg_unmet(judge, companion, framework);

	if (!unmet)
		unmet = unmet_by_facts(judge, companion, framework);
	if (unmet)
		return eg_strf(arena, "needs %s", unmet);
	if (family->same_version && !same_public(companion->version, framework->version))
		return eg_strf(arena, "works with %s %s only", framework->name, companion->version);
	const char *series = series_of_label(arena, companion->version);
	if (series && !of_series(framework->version, series))
		return eg_strf(arena, "is built for %s %s", framework->name, series);
	/* A vendor's torch and its companions name their builds as they like. */
	struct eg_variant a = eg_package_variant(companion), b = eg_package_variant(framework);
	bool vendor = a.accelerator == EG_VENDOR || b.accelerator == EG_VENDOR;
	a.minor = family->any_minor ? -1 : a.minor;
	if (family->same_variant && !vendor && !eg_variant_same(a, b))
		return eg_strf(arena, "is built for %s", eg_variant_words(arena, companion->variant));
	return NULL;
}

/* Companions in V that do not fit FRAMEWORK. */
static size_t misfits(const struct eg_judge *judge, struct eg_package *const *v, size_t n,
		      const struct eg_package *framework)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++) {
		const struct eg_family *family = eg_family_of(v[i]->name);
		bool companion = family && family->role == EG_COMPANION &&
				 !strcmp(family->framework, eg_distribution_name(framework->name));
		count += companion && eg_mismatch(judge, v[i], framework);
	}
	return count;
}

static bool runs_here(const struct eg_judge *judge, const struct eg_package *package)
{
	const struct eg_gpu *gpu;

	return !eg_cannot_run(judge, eg_package_variant(package), NULL) && !eg_kernels_lacking(judge, package, &gpu);
}

bool eg_repairs(const struct eg_judge *judge, const struct eg_change *change)
{
	const struct eg_plan *plan = judge->plan;

	if (!change->from || !change->to)
		return false;
	bool ran = runs_here(judge, change->from), runs = runs_here(judge, change->to);
	size_t before = misfits(judge, plan->before, plan->n_before, change->from);
	size_t after = misfits(judge, plan->after, plan->n_after, change->to);
	bool lost = eg_package_variant(change->to).accelerator == EG_CPU;
	return runs && !after && !lost && (before || !ran);
}
