/* What the doctor says: for people, and as "envguard.doctor/1". */
#include "diagnosis.h"

#include "family.h"
#include "json_out.h"
#include "report_finding.h"
#include "variant.h"

enum { MARGIN = 8 }; /* where the text of a finding begins */

struct page {
	FILE *out;
	struct eg_run *run;
	const struct eg_diagnosis *diagnosis;
	const struct eg_style *style;
};

static const char *printable(const struct page *p, const char *s)
{
	return eg_printable(p->run->arena, s);
}

/* Frameworks and what is compiled against them. */
static bool is_shown(const struct eg_package *package)
{
	const struct eg_family *family = eg_family_of(package->name);

	return family && family->role != EG_LIBRARY;
}

/* The widest name and version of what is shown. */
static void measure(const struct eg_plan *plan, int *ret_name, int *ret_version)
{
	*ret_name = *ret_version = 0;
	for (size_t i = 0; i < plan->n_after; i++) {
		int name = eg_columns(plan->after[i]->name), version = eg_columns(plan->after[i]->version);
		if (!is_shown(plan->after[i]))
			continue;
		*ret_name = name > *ret_name ? name : *ret_name;
		*ret_version = version > *ret_version ? version : *ret_version;
	}
}

static void print_stack(const struct page *p)
{
	const struct eg_plan *plan = &p->diagnosis->plan;
	int name, version;

	measure(plan, &name, &version);
	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *package = plan->after[i];
		if (!is_shown(package))
			continue;
		fprintf(p->out, "  %-*s  ", name, printable(p, package->name));
		if (package->variant)
			fprintf(p->out, "%-*s  %s\n", version, printable(p, package->version),
				printable(p, eg_variant_words(p->run->arena, package->variant)));
		else
			fprintf(p->out, "%s\n", printable(p, package->version));
	}
	if (!name)
		fputs("  no GPU framework is installed\n", p->out);
}

static void print_host(const struct page *p)
{
	const struct eg_host *host = &p->diagnosis->host;
	const char *who = host->given ? "the host" : "this machine";

	if (host->jetpack)
		fprintf(p->out, "%s: JetPack %s, CUDA %s", who, printable(p, host->jetpack),
			host->cuda ? printable(p, host->cuda) : "unknown");
	else if (host->driver)
		fprintf(p->out, "%s: NVIDIA driver %s, CUDA up to %s", who, printable(p, host->driver),
			host->cuda ? printable(p, host->cuda) : "unknown");
	else
		fprintf(p->out, "%s: no NVIDIA driver", who);
	for (size_t i = 0; i < host->n_gpus; i++)
		fprintf(p->out, ", %s", host->gpus[i].name ? printable(p, host->gpus[i].name) : "a GPU");
	fputs("\n", p->out);
}

static void print_trials(const struct page *p)
{
	for (size_t i = 0; i < p->diagnosis->evidence.n_trials; i++) {
		const struct eg_trial *trial = &p->diagnosis->evidence.trials[i];
		const char *words = trial->version ? trial->version : trial->imported ? "imported" : "not imported";
		fprintf(p->out, "tried: %s %s%s", trial->module, printable(p, words), trial->available ? ", sees" : "");
		for (size_t k = 0; k < trial->n_gpus; k++)
			fprintf(p->out, "%s %s", k ? "," : "", printable(p, trial->gpus[k].name));
		if (trial->available && !trial->n_gpus)
			fputs(" a GPU", p->out);
		if (trial->imported && !trial->available)
			fputs(", sees no GPU", p->out);
		fputc('\n', p->out);
	}
}

static void print_finding(const struct page *p, const struct eg_finding *finding)
{
	eg_report_finding(p->out, p->run, p->style, "BROKEN", MARGIN, p->run->verbose, finding);
	for (size_t i = 0; i < finding->fix.n; i++)
		fprintf(p->out, "%*s%-6s   %s%s%s\n", MARGIN, "", i ? "or" : "fix", eg_ink(p->style, EG_BOLD),
			printable(p, finding->fix.v[i]), eg_ink(p->style, EG_PLAIN));
	if (finding->fix.n || !finding->no_fix)
		return;
	fprintf(p->out, "%*sno fix   ", MARGIN, "");
	eg_write_wrapped(p->out, p->style, MARGIN + 9, printable(p, finding->no_fix));
	fputc('\n', p->out);
}

void eg_doctor_text(FILE *out, struct eg_run *run, const struct eg_diagnosis *diagnosis, const struct eg_style *style)
{
	static const struct {
		const char *word;
		enum eg_ink ink;
	} verdicts[] = {
		[EG_ALLOW] = {"healthy", EG_GREEN},
		[EG_VERDICT_WARN] = {"healthy, with warnings", EG_YELLOW},
		[EG_VERDICT_BLOCK] = {"broken", EG_RED},
	};
	struct page p = {.out = out, .run = run, .diagnosis = diagnosis, .style = style};
	const struct eg_judgement *judgement = &diagnosis->judgement;

	if (run->verbose >= 0) {
		fprintf(out, "%s\n", printable(&p, diagnosis->plan.prefix));
		print_stack(&p);
		print_host(&p);
		print_trials(&p);
		fputc('\n', out);
	}
	for (size_t i = 0; i < judgement->n_findings; i++)
		if (judgement->findings[i].level > EG_INFO || run->verbose >= 0)
			print_finding(&p, &judgement->findings[i]);
	if (run->verbose >= 0)
		fprintf(out, "%s%s%s%s\n", judgement->n_findings ? "\n" : "",
			eg_ink(style, verdicts[judgement->verdict].ink), verdicts[judgement->verdict].word,
			eg_ink(style, EG_PLAIN));
}

static void add_packages(struct eg_arena *arena, cJSON *document, const struct eg_plan *plan)
{
	cJSON *list = cJSON_AddArrayToObject(document, "packages");

	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *package = plan->after[i];
		cJSON *object = is_shown(package) ? cJSON_CreateObject() : NULL;
		if (!object)
			continue;
		eg_json_text(arena, object, "name", package->name);
		eg_json_text(arena, object, "version", package->version);
		eg_json_text(arena, object, "build", package->build);
		eg_json_text(arena, object, "variant", package->variant);
		eg_json_text(arena, object, "installer", package->installer);
		cJSON_AddItemToArray(list, object);
	}
}

static void add_trials(struct eg_arena *arena, cJSON *document, const struct eg_diagnosis *diagnosis)
{
	cJSON *list = cJSON_AddArrayToObject(document, "trials");

	for (size_t i = 0; i < diagnosis->evidence.n_trials; i++) {
		const struct eg_trial *trial = &diagnosis->evidence.trials[i];
		const struct eg_host seen = {.gpus = trial->gpus, .n_gpus = trial->n_gpus};
		cJSON *object = cJSON_CreateObject(), *host = eg_json_host(arena, &seen, false);
		eg_json_text(arena, object, "package", trial->package);
		eg_json_text(arena, object, "module", trial->module);
		cJSON_AddBoolToObject(object, "imported", trial->imported);
		eg_json_text(arena, object, "version", trial->version);
		eg_json_text(arena, object, "file", trial->file);
		eg_json_text(arena, object, "cuda", trial->cuda);
		cJSON_AddBoolToObject(object, "gpu_available", trial->available);
		cJSON_AddItemToObject(object, "gpus", cJSON_DetachItemFromObject(host, "gpus"));
		cJSON_AddBoolToObject(object, "done", trial->done);
		eg_json_text(arena, object, "stage", trial->stage);
		eg_json_text(arena, object, "error", trial->error);
		cJSON_AddBoolToObject(object, "timed_out", trial->late);
		eg_json_number(object, "signal", trial->signal ? trial->signal : -1);
		cJSON_AddItemToArray(list, object);
		cJSON_Delete(host);
	}
}

void eg_doctor_json(FILE *out, struct eg_run *run, const struct eg_diagnosis *diagnosis)
{
	static const char *const verdicts[] = {
		[EG_ALLOW] = "healthy", [EG_VERDICT_WARN] = "warn", [EG_VERDICT_BLOCK] = "broken"};
	struct eg_arena *arena = run->arena;
	cJSON *document = cJSON_CreateObject();

	eg_json_text(arena, document, "schema", "envguard.doctor/1");
	eg_json_text(arena, document, "prefix", diagnosis->plan.prefix);
	eg_json_text(arena, document, "python", diagnosis->python);
	eg_json_text(arena, document, "verdict", diagnosis->error ? NULL : verdicts[diagnosis->judgement.verdict]);
	eg_json_findings(arena, document, &diagnosis->judgement);
	add_packages(arena, document, &diagnosis->plan);
	add_trials(arena, document, diagnosis);
	cJSON_AddItemToObject(document, "host", eg_json_host(arena, &diagnosis->host, true));
	eg_json_text(arena, document, "envguard", EG_VERSION);
	cJSON *error = diagnosis->error ? cJSON_AddObjectToObject(document, "error") : NULL;
	if (error) {
		eg_json_text(arena, error, "kind", eg_error_name(diagnosis->error_kind));
		eg_json_text(arena, error, "message", diagnosis->error);
	} else {
		cJSON_AddNullToObject(document, "error");
	}
	eg_json_number(document, "elapsed_ms", diagnosis->elapsed_ms);
	eg_json_write(out, document);
}
