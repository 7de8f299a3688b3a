/* The JSON document "envguard.plan/1": every key always there, null where there is nothing to say. */
#include "report.h"

#include <stdlib.h>

#include <cjson/cJSON.h>

struct writer {
	struct eg_arena *arena;
};

static cJSON *text(const struct writer *w, const char *s)
{
	return s ? cJSON_CreateString(eg_utf8(w->arena, s)) : cJSON_CreateNull();
}

static void add_text(const struct writer *w, cJSON *object, const char *key, const char *s)
{
	cJSON_AddItemToObject(object, key, text(w, s));
}

static void add_number(cJSON *object, const char *key, int64_t n)
{
	cJSON_AddItemToObject(object, key, n < 0 ? cJSON_CreateNull() : cJSON_CreateNumber((double)n));
}

static void add_list(const struct writer *w, cJSON *object, const char *key, const struct eg_strs *strs)
{
	cJSON *list = cJSON_AddArrayToObject(object, key);

	for (size_t i = 0; i < strs->n; i++)
		cJSON_AddItemToArray(list, text(w, strs->v[i]));
}

static cJSON *identity(const struct writer *w, const struct eg_package *package)
{
	cJSON *object = cJSON_CreateObject();

	add_text(w, object, "version", package->version);
	add_text(w, object, "build", package->build);
	add_text(w, object, "channel", package->channel);
	add_text(w, object, "variant", package->variant);
	return object;
}

static cJSON *from_of(const struct writer *w, const struct eg_package *package)
{
	return package ? identity(w, package) : cJSON_CreateNull();
}

static cJSON *to_of(const struct writer *w, const struct eg_package *package)
{
	if (!package)
		return cJSON_CreateNull();
	cJSON *object = identity(w, package);

	add_text(w, object, "file", package->file);
	add_text(w, object, "url", package->url);
	add_text(w, object, "sha256", package->sha256);
	add_number(object, "size", package->size);
	return object;
}

static void add_changes(const struct writer *w, cJSON *document, const struct eg_plan *plan)
{
	cJSON *list = cJSON_AddArrayToObject(document, "changes");

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_change *change = &plan->changes[i];
		cJSON *object = cJSON_CreateObject();
		add_text(w, object, "name", (change->to ? change->to : change->from)->name);
		add_text(w, object, "action", eg_action_name(change->action));
		cJSON_AddBoolToObject(object, "requested", change->requested);
		cJSON_AddItemToObject(object, "from", from_of(w, change->from));
		cJSON_AddItemToObject(object, "to", to_of(w, change->to));
		add_list(w, object, "why", &change->why);
		cJSON_AddItemToArray(list, object);
	}
}

static void add_findings(const struct writer *w, cJSON *document, const struct eg_judgement *judgement)
{
	cJSON *list = cJSON_AddArrayToObject(document, "findings");

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		cJSON *object = cJSON_CreateObject();
		add_text(w, object, "rule", finding->rule);
		add_text(w, object, "level", eg_level_name(finding->level));
		add_text(w, object, "package", finding->package);
		add_text(w, object, "message", finding->message);
		add_list(w, object, "why", &finding->why);
		add_list(w, object, "fix", &finding->fix);
		add_text(w, object, "no_fix", finding->no_fix);
		add_text(w, object, "source", finding->source);
		cJSON_AddItemToArray(list, object);
	}
}

static void add_host(const struct writer *w, cJSON *document, const struct eg_host *host)
{
	cJSON *object = cJSON_AddObjectToObject(document, "host");

	add_text(w, object, "driver", host->driver);
	add_text(w, object, "cuda", host->cuda);
	cJSON *gpus = cJSON_AddArrayToObject(object, "gpus");
	for (size_t i = 0; i < host->n_gpus; i++) {
		const struct eg_gpu *gpu = &host->gpus[i];
		cJSON *entry = cJSON_CreateObject();
		bool known = gpu->capability[0] > 0;
		add_text(w, entry, "name", gpu->name);
		add_text(w, entry, "compute_capability",
			 known ? eg_strf(w->arena, "%d.%d", gpu->capability[0], gpu->capability[1]) : NULL);
		cJSON_AddItemToArray(gpus, entry);
	}
}

static void add_error(const struct writer *w, cJSON *document, const struct eg_forecast *forecast)
{
	const struct eg_plan *plan = &forecast->plan;
	const char *kind = forecast->error ? eg_error_name(forecast->error_kind) : plan->error_kind;
	const char *message = forecast->error ? forecast->error : plan->error;

	if (!message && !kind) {
		cJSON_AddNullToObject(document, "error");
		return;
	}
	cJSON *object = cJSON_AddObjectToObject(document, "error");
	for (size_t i = 0; i < plan->conflict.n; i++)
		message = eg_strf(w->arena, "%s%s%s", message ? message : "", i ? "; " : ": ", plan->conflict.v[i]);
	add_text(w, object, "kind", kind);
	add_text(w, object, "message", message);
}

static const char *status_name(const struct eg_forecast *forecast)
{
	static const char *const names[] = {
		[EG_SOLVED] = "solved", [EG_IMPOSSIBLE] = "impossible", [EG_UNKNOWN] = "unknown"};

	return names[forecast->error ? EG_UNKNOWN : forecast->plan.status];
}

static void print_scalar(FILE *out, const cJSON *item)
{
	char *text = cJSON_PrintUnformatted(item);

	fputs(text ? text : "null", out);
	cJSON_free(text);
}

static bool is_short(const cJSON *container)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, container)
		if (cJSON_IsObject(item) || cJSON_IsArray(item))
			return false;
	return cJSON_IsArray(container) || !container->child;
}

/* As one would write it: lists of plain values on a line of their own, the rest indented. */
static void print_value(FILE *out, const cJSON *value, int depth)
{
	bool object = cJSON_IsObject(value), list = cJSON_IsArray(value), brief = is_short(value);
	const cJSON *item;

	if (!object && !list) {
		print_scalar(out, value);
		return;
	}
	fputc(object ? '{' : '[', out);
	cJSON_ArrayForEach (item, value) {
		if (!brief)
			fprintf(out, "\n%*s", 2 * (depth + 1), "");
		if (object)
			fprintf(out, "\"%s\": ", item->string);
		print_value(out, item, depth + 1);
		fputs(!item->next ? "" : brief ? ", " : ",", out);
	}
	if (!brief)
		fprintf(out, "\n%*s", 2 * depth, "");
	fputc(object ? '}' : ']', out);
}

void eg_report_json(FILE *out, struct eg_run *run, const struct eg_forecast *forecast,
		    const struct eg_report_options *options)
{
	const struct eg_plan *plan = &forecast->plan;
	struct writer w = {.arena = run->arena};
	cJSON *document = cJSON_CreateObject();

	(void)options;
	add_text(&w, document, "schema", "envguard.plan/1");
	add_text(&w, document, "tool", plan->tool);
	add_list(&w, document, "command", &plan->command);
	add_text(&w, document, "prefix", plan->prefix);
	add_text(&w, document, "status", status_name(forecast));
	add_changes(&w, document, plan);
	add_findings(&w, document, &forecast->judgement);
	add_text(&w, document, "verdict", forecast->judged ? eg_verdict_name(forecast->judgement.verdict) : NULL);
	add_text(&w, document, "envguard", EG_VERSION);
	add_text(&w, document, "tool_version", plan->tool_version);
	add_error(&w, document, forecast);
	add_list(&w, document, "policy", &forecast->policy);
	add_host(&w, document, &forecast->host);
	add_number(document, "download_bytes", plan->status == EG_SOLVED ? eg_download_bytes(plan) : -1);
	add_number(document, "elapsed_ms", forecast->elapsed_ms);

	print_value(out, document, 0);
	fputc('\n', out);
	cJSON_Delete(document);
}
