/* SARIF 2.1.0 (OASIS), as code hosts take it. */
#include "file.h"
#include "fileurl.h"
#include "finding_words.h"
#include "json_out.h"
#include "shell_words.h"

static const char *const levels[] = {[EG_OFF] = "none", [EG_INFO] = "note", [EG_WARN] = "warning", [EG_BLOCK] = "error"};

static cJSON *message(struct eg_arena *arena, cJSON *object, const char *key, const char *text)
{
	cJSON *message = cJSON_AddObjectToObject(object, key);

	eg_json_text(arena, message, "text", text);
	return message;
}

static void add_rules(struct eg_arena *arena, cJSON *driver)
{
	cJSON *list = cJSON_AddArrayToObject(driver, "rules");

	for (size_t i = 0; eg_rules[i]; i++) {
		cJSON *rule = cJSON_CreateObject();
		eg_json_text(arena, rule, "id", eg_rules[i]->id);
		message(arena, rule, "shortDescription", eg_rules[i]->help);
		message(arena, rule, "help", eg_strf(arena, "rests on: %s", eg_rules[i]->source));
		cJSON *configuration = cJSON_AddObjectToObject(rule, "defaultConfiguration");
		eg_json_text(arena, configuration, "level", levels[eg_rules[i]->side_effect]);
		cJSON_AddItemToArray(list, rule);
	}
}

static void add_tool(struct eg_arena *arena, cJSON *run_object)
{
	cJSON *driver = cJSON_AddObjectToObject(cJSON_AddObjectToObject(run_object, "tool"), "driver");

	eg_json_text(arena, driver, "name", "envguard");
	eg_json_text(arena, driver, "version", EG_VERSION);
	add_rules(arena, driver);
}

/* What was forecast; a forecast that failed is told as the tool's own trouble. */
static void add_invocation(struct eg_run *run, cJSON *run_object, const struct eg_forecast *forecast)
{
	const struct eg_plan *plan = &forecast->plan;
	cJSON *invocation = cJSON_CreateObject();
	const char *error = forecast->error ? forecast->error : plan->error;

	cJSON_AddItemToArray(cJSON_AddArrayToObject(run_object, "invocations"), invocation);
	eg_json_text(run->arena, invocation, "commandLine",
		     eg_printable(run->arena, eg_shell_words(run->arena, &plan->command)));
	cJSON_AddBoolToObject(invocation, "executionSuccessful", !forecast->error && plan->status == EG_SOLVED);
	if (!error)
		return;
	cJSON *notification = cJSON_CreateObject();
	eg_json_text(run->arena, notification, "level", "error");
	message(run->arena, notification, "message", eg_printable(run->arena, error));
	cJSON_AddItemToArray(cJSON_AddArrayToObject(invocation, "toolExecutionNotifications"), notification);
}

/* PATH from the working directory, which is the repository's for a code host; a file: URL where it lies elsewhere. */
static const char *reference(struct eg_arena *arena, const char *path)
{
	const char *url = eg_path_to_url(arena, eg_path_absolute(arena, path));
	const char *here = eg_strf(arena, "%s/", eg_path_to_url(arena, eg_path_absolute(arena, ".")));

	return !strncmp(url, here, strlen(here)) ? url + strlen(here) : url;
}

static void add_location(struct eg_run *run, cJSON *result, const struct eg_plan *plan, const struct eg_finding *finding)
{
	cJSON *location = cJSON_CreateObject();
	struct eg_origin origin;

	cJSON_AddItemToArray(cJSON_AddArrayToObject(result, "locations"), location);
	if (eg_finding_origin(run, plan, finding, &origin)) {
		cJSON *physical = cJSON_AddObjectToObject(location, "physicalLocation");
		eg_json_text(run->arena, cJSON_AddObjectToObject(physical, "artifactLocation"), "uri",
			     reference(run->arena, origin.file));
		eg_json_number(cJSON_AddObjectToObject(physical, "region"), "startLine", origin.line);
	}
	cJSON *logical = cJSON_CreateObject();
	eg_json_text(run->arena, logical, "name", finding->package ? finding->package : plan->tool);
	eg_json_text(run->arena, logical, "kind", "package");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(location, "logicalLocations"), logical);
}

static int index_of(const char *rule)
{
	for (int i = 0; eg_rules[i]; i++)
		if (!strcmp(eg_rules[i]->id, rule))
			return i;
	return -1;
}

static cJSON *result_of(struct eg_run *run, const struct eg_plan *plan, const struct eg_finding *finding)
{
	cJSON *result = cJSON_CreateObject();

	eg_json_text(run->arena, result, "ruleId", finding->rule);
	if (index_of(finding->rule) >= 0)
		eg_json_number(result, "ruleIndex", index_of(finding->rule));
	eg_json_text(run->arena, result, "level", levels[finding->level]);
	message(run->arena, result, "message", eg_finding_words(run->arena, finding));
	add_location(run, result, plan, finding);
	/* the same finding in the next run is the same alert, although line and versions have moved */
	eg_json_text(run->arena, cJSON_AddObjectToObject(result, "partialFingerprints"), "rulePackage/v1",
		     eg_strf(run->arena, "%s/%s", finding->rule, finding->package ? finding->package : ""));
	return result;
}

void eg_report_sarif(FILE *out, struct eg_run *run, const struct eg_forecast *forecast,
		     const struct eg_report_options *options)
{
	cJSON *document = cJSON_CreateObject(), *only = cJSON_CreateObject();

	(void)options;
	eg_json_text(run->arena, document, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	eg_json_text(run->arena, document, "version", "2.1.0");
	cJSON_AddItemToArray(cJSON_AddArrayToObject(document, "runs"), only);
	add_tool(run->arena, only);
	add_invocation(run, only, forecast);
	cJSON *results = cJSON_AddArrayToObject(only, "results");
	for (size_t i = 0; i < forecast->judgement.n_findings; i++)
		cJSON_AddItemToArray(results, result_of(run, &forecast->plan, &forecast->judgement.findings[i]));
	eg_json_write(out, document);
}
