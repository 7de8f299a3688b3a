#include "judge.h"

#include <stdarg.h>

#include "conda_variant.h"

#include "python/pep508.h"

static enum eg_ecosystem change_ecosystem(const struct eg_change *change)
{
	return (change->to ? change->to : change->from)->ecosystem;
}

bool eg_judge_requested(const struct eg_judge *judge, const struct eg_change *change)
{
	const char *name = (change->to ? change->to : change->from)->name;
	const struct eg_strs *requested = &judge->plan->requested;
	bool by_front = false;

	for (size_t i = 0; i < requested->n; i++) {
		const struct eg_family *family = eg_family_of(requested->v[i]);
		by_front = by_front || (family && family->front && !strcmp(family->framework, name)) ||
			   (change_ecosystem(change) == EG_CONDA && eg_conda_selector(requested->v[i]));
	}
	return change->requested || by_front;
}

struct eg_finding *eg_judge_find(struct eg_judge *judge, const struct eg_rule *rule, const struct eg_change *change,
				 const char *fmt, ...)
{
	const struct eg_package *package = change->to ? change->to : change->from;
	va_list ap;

	va_start(ap, fmt);
	const char *message = eg_vstrf(judge->run->arena, fmt, ap);
	va_end(ap);
	eg_vec_push(judge->run->arena, &judge->findings,
		    (struct eg_finding){
			    .rule = rule->id,
			    .level = eg_judge_requested(judge, change) ? rule->request : rule->side_effect,
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
		if (!strcmp((change->to ? change->to : change->from)->name, name))
			return change;
	}
	return NULL;
}

void eg_finding_hold(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_change *change)
{
	if (change->from && change->from->ecosystem == EG_CONDA)
		eg_vec_push(judge->run->arena, &finding->hold,
			    eg_strf(judge->run->arena, "%s=%s=%s", change->from->name, change->from->version,
				    change->from->build));
	else if (change->from)
		eg_vec_push(judge->run->arena, &finding->hold,
			    eg_strf(judge->run->arena, "%s==%s", change->from->name, change->from->version));
}

void eg_finding_hold_cuda(const struct eg_judge *judge, struct eg_finding *finding, const struct eg_package *package)
{
	/* Any driver of CUDA 12 or later runs it (jax-ml/jax:docs/installation.md@cec06d11). */
	if (!strcmp(package->name, "jaxlib"))
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

const char *eg_unmet(const struct eg_judge *judge, const struct eg_package *package, const struct eg_package *other)
{
	struct eg_arena *arena = judge->run->arena;
	struct eg_version version;

	if (!eg_version_parse(arena, other->version, strlen(other->version), &version))
		return NULL;
	for (size_t i = 0; i < package->requires.n; i++) {
		const char *text = package->requires.v[i], *error;
		struct eg_requirement req;
		/* Names differ in case and dashes at most: skip what cannot be the one before reading it. */
		if ((text[0] | 0x20) != (other->name[0] | 0x20) ||
		    !eg_requirement_parse(arena, text, strlen(text), &req, &error) ||
		    strcmp(req.project, other->name) || req.url)
			continue;
		if (!eg_specset_contains(&req.spec, &version))
			return eg_requirement_text(arena, &req);
	}
	return NULL;
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
		bool companion = family && family->role == EG_COMPANION && !strcmp(family->framework, framework->name);
		count += companion && eg_mismatch(judge, v[i], framework);
	}
	return count;
}

bool eg_repairs(const struct eg_judge *judge, const struct eg_change *change)
{
	const struct eg_plan *plan = judge->plan;

	if (!change->from || !change->to)
		return false;
	bool ran = !eg_cannot_run(judge, eg_package_variant(change->from), NULL);
	bool runs = !eg_cannot_run(judge, eg_package_variant(change->to), NULL);
	size_t before = misfits(judge, plan->before, plan->n_before, change->from);
	size_t after = misfits(judge, plan->after, plan->n_after, change->to);
	bool lost = eg_package_variant(change->to).accelerator == EG_CPU;
	return runs && !after && !lost && (before || !ran);
}
