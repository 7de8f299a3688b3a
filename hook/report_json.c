/* The JSON document "envguard.plan/1": every key always there, null where there is nothing to say. */
#include "report.h"

#include <stdlib.h>

#include "json_out.h"

static cJSON *identity(struct eg_arena *arena, const struct eg_package *package)
{
	cJSON *object = cJSON_CreateObject();

	eg_json_text(arena, object, "version", package->version);
	eg_json_text(arena, object, "build", package->build);
	eg_json_text(arena, object, "channel", package->channel);
	eg_json_text(arena, object, "variant", package->variant);
	return object;
}

static cJSON *from_of(struct eg_arena *arena, const struct eg_package *package)
{
	return package ? identity(arena, package) : cJSON_CreateNull();
}

static cJSON *to_of(struct eg_arena *arena, const struct eg_package *package)
{
	if (!package)
		return cJSON_CreateNull();
	cJSON *object = identity(arena, package);

	eg_json_text(arena, object, "file", package->file);
	eg_json_text(arena, object, "url", package->url);
	eg_json_text(arena, object, "sha256", package->sha256);
	eg_json_number(object, "size", package->size);
	return object;
}

static void add_changes(struct eg_arena *arena, cJSON *document, const struct eg_plan *plan)
{
	cJSON *list = cJSON_AddArrayToObject(document, "changes");

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_change *change = &plan->changes[i];
		cJSON *object = cJSON_CreateObject();
		eg_json_text(arena, object, "name", (change->to ? change->to : change->from)->name);
		eg_json_text(arena, object, "action", eg_action_name(change->action));
		cJSON_AddBoolToObject(object, "requested", change->requested);
		cJSON_AddItemToObject(object, "from", from_of(arena, change->from));
		cJSON_AddItemToObject(object, "to", to_of(arena, change->to));
		eg_json_list(arena, object, "why", &change->why);
		cJSON_AddItemToArray(list, object);
	}
}

static void add_error(struct eg_arena *arena, cJSON *document, const struct eg_forecast *forecast)
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
		message = eg_strf(arena, "%s%s%s", message ? message : "", i ? "; " : ": ", plan->conflict.v[i]);
	eg_json_text(arena, object, "kind", kind);
	eg_json_text(arena, object, "message", message);
}

static const char *status_name(const struct eg_forecast *forecast)
{
	static const char *const names[] = {
		[EG_SOLVED] = "solved", [EG_IMPOSSIBLE] = "impossible", [EG_UNKNOWN] = "unknown"};

	return names[forecast->error ? EG_UNKNOWN : forecast->plan.status];
}

void eg_report_json(FILE *out, struct eg_run *run, const struct eg_forecast *forecast,
		    const struct eg_report_options *options)
{
	const struct eg_plan *plan = &forecast->plan;
	const struct eg_policy *policy = forecast->terms.policy;
	const struct eg_strs none = {0};
	cJSON *document = cJSON_CreateObject();

	(void)options;
	eg_json_text(run->arena, document, "schema", "envguard.plan/1");
	eg_json_text(run->arena, document, "tool", plan->tool);
	eg_json_list(run->arena, document, "command", &plan->command);
	eg_json_text(run->arena, document, "prefix", plan->prefix);
	eg_json_text(run->arena, document, "status", status_name(forecast));
	add_changes(run->arena, document, plan);
	eg_json_findings(run->arena, document, &forecast->judgement);
	eg_json_text(run->arena, document, "verdict", forecast->judged ? eg_verdict_name(forecast->judgement.verdict) : NULL);
	eg_json_text(run->arena, document, "envguard", EG_VERSION);
	eg_json_text(run->arena, document, "tool_version", plan->tool_version);
	add_error(run->arena, document, forecast);
	eg_json_list(run->arena, document, "policy", policy ? &policy->sources : &none);
	cJSON_AddItemToObject(document, "host", eg_json_host(run->arena, &forecast->host, false));
	eg_json_number(document, "download_bytes", plan->status == EG_SOLVED ? eg_download_bytes(plan) : -1);
	eg_json_number(document, "elapsed_ms", forecast->elapsed_ms);

	eg_json_write(out, document);
}
