/* the JSON document's shape, and text that cannot command a terminal */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <cjson/cJSON.h>

#include "report.h"

static struct eg_run run;

static int setup(void **state)
{
	(void)state;
	run = (struct eg_run){.arena = eg_arena_new(NULL)};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	eg_arena_free(run.arena);
	return 0;
}

static char *written(const char *format, const struct eg_forecast *forecast, int verbose)
{
	struct eg_report_options options = {.style = {.unicode = true, .width = 100}, .verbose = verbose};
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	eg_report_find(format)->write(out, &run, forecast, &options);
	fclose(out);
	char *copy = eg_strdup(run.arena, text);
	free(text);
	return copy;
}

/* KEYS is "a b c": exactly these, in this order. */
static void assert_keys(const cJSON *object, const char *keys)
{
	const char *found = "";
	const cJSON *item;

	assert_true(cJSON_IsObject(object));
	cJSON_ArrayForEach(item, object)
		found = eg_strf(run.arena, "%s%s%s", found, *found ? " " : "", item->string);
	assert_string_equal(found, keys);
}

static const cJSON *at(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char top[] = "schema tool command prefix status changes findings verdict envguard tool_version error policy host "
			  "download_bytes elapsed_ms";

static struct eg_package old_torch = {.name = "torch", .version = "2.4.1+cu121", .variant = "cu121", .size = -1};
static struct eg_package new_torch = {
	.name = "torch",
	.version = "2.15.0",
	.variant = "cu132",
	.file = "torch-2.15.0-cp311-cp311-manylinux_2_28_x86_64.whl",
	.url = "https://example.org/torch.whl",
	.sha256 = "ab",
	.size = 900,
};

static struct eg_forecast blocked(void)
{
	static const char *why[] = {"foo 1.2", "torch>=2.15"}, *command[] = {"pip", "install", "foo"};
	static struct eg_change change;
	static struct eg_finding finding;
	static struct eg_gpu gpu = {.name = "NVIDIA A100", .capability = {8, 0}};

	change = (struct eg_change){
		.action = EG_UPGRADE, .from = &old_torch, .to = &new_torch, .why = {.v = why, .n = 2}};
	finding = (struct eg_finding){
		.rule = "variant-changed",
		.level = EG_BLOCK,
		.package = "torch",
		.message = "torch would become another",
		.why = {.v = why, .n = 2},
		.no_fix = "nothing holds",
	};
	return (struct eg_forecast){
		.plan = {.tool = "pip",
			 .tool_version = "26.3",
			 .command = {.v = command, .n = 3},
			 .prefix = "/env",
			 .changes = &change,
			 .n_changes = 1},
		.host = {.driver = "535.183.01", .cuda = "12.2", .gpus = &gpu, .n_gpus = 1},
		.judgement = {.findings = &finding, .n_findings = 1, .verdict = EG_VERDICT_BLOCK},
		.judged = true,
		.elapsed_ms = 7,
	};
}

static void every_key_is_there_when_all_is_known(void **state)
{
	struct eg_forecast forecast = blocked();
	cJSON *json = cJSON_Parse(written("json", &forecast, 0));
	const cJSON *change = cJSON_GetArrayItem(at(json, "changes"), 0);
	const cJSON *finding = cJSON_GetArrayItem(at(json, "findings"), 0);

	(void)state;
	assert_keys(json, top);
	assert_keys(change, "name action requested from to why");
	assert_keys(at(change, "from"), "version build channel variant");
	assert_keys(at(change, "to"), "version build channel variant file url sha256 size");
	assert_keys(finding, "rule level package message why fix fix_unmet no_fix source requested default_level level_by exception bypass");
	assert_keys(at(json, "host"), "driver cuda gpus");
	assert_keys(cJSON_GetArrayItem(at(at(json, "host"), "gpus"), 0), "name compute_capability");
	assert_string_equal(at(json, "schema")->valuestring, "envguard.plan/1");
	assert_string_equal(at(json, "status")->valuestring, "solved");
	assert_string_equal(at(json, "verdict")->valuestring, "block");
	assert_string_equal(at(change, "action")->valuestring, "upgrade");
	assert_true(cJSON_IsNull(at(at(change, "from"), "build")));
	assert_true(cJSON_IsNull(at(json, "error")));
	assert_int_equal(at(json, "download_bytes")->valueint, 900);
	assert_int_equal(cJSON_GetArraySize(at(change, "why")), 2);
	cJSON_Delete(json);
}

static void every_key_is_there_when_nothing_is_known(void **state)
{
	struct eg_forecast forecast = {.error_kind = EG_NET, .error = "cannot reach 'https://example.org/simple'"};
	cJSON *json = cJSON_Parse(written("json", &forecast, 0));

	(void)state;
	assert_keys(json, top);
	assert_keys(at(json, "error"), "kind message");
	assert_string_equal(at(at(json, "error"), "kind")->valuestring, "network");
	assert_string_equal(at(json, "status")->valuestring, "unknown");
	assert_true(cJSON_IsNull(at(json, "verdict")));
	assert_true(cJSON_IsNull(at(json, "tool")));
	assert_true(cJSON_IsNull(at(json, "prefix")));
	assert_true(cJSON_IsArray(at(json, "changes")));
	cJSON_Delete(json);
}

static void new_and_removed_packages_lack_a_side(void **state)
{
	struct eg_forecast forecast = blocked();

	(void)state;
	forecast.plan.changes[0].action = EG_INSTALL;
	forecast.plan.changes[0].from = NULL;
	cJSON *json = cJSON_Parse(written("json", &forecast, 0));
	assert_true(cJSON_IsNull(at(cJSON_GetArrayItem(at(json, "changes"), 0), "from")));
	cJSON_Delete(json);
	forecast.plan.changes[0] = (struct eg_change){.action = EG_REMOVE, .from = &old_torch};
	json = cJSON_Parse(written("json", &forecast, 0));
	assert_true(cJSON_IsNull(at(cJSON_GetArrayItem(at(json, "changes"), 0), "to")));
	cJSON_Delete(json);
}

static void sizes_unknown_are_null(void **state)
{
	struct eg_forecast forecast = blocked();
	struct eg_package unsized = new_torch;

	(void)state;
	unsized.size = -1;
	forecast.plan.changes[0].to = &unsized;
	cJSON *json = cJSON_Parse(written("json", &forecast, 0));
	assert_true(cJSON_IsNull(at(json, "download_bytes")));
	assert_true(cJSON_IsNull(at(at(cJSON_GetArrayItem(at(json, "changes"), 0), "to"), "size")));
	cJSON_Delete(json);
}

static void foreign_bytes_stay_harmless(void **state)
{
	struct eg_forecast forecast = blocked();
	struct eg_package hostile = new_torch;

	(void)state;
	hostile.version = "1.0\033[2J\xff\n";
	forecast.plan.changes[0].to = &hostile;
	assert_null(strchr(written("text", &forecast, 1), '\033'));
	cJSON *json = cJSON_Parse(written("json", &forecast, 0));
	assert_string_equal(at(at(cJSON_GetArrayItem(at(json, "changes"), 0), "to"), "version")->valuestring,
			    "1.0\033[2J?\n");
	cJSON_Delete(json);
}

static void printable_keeps_good_utf8_only(void **state)
{
	(void)state;
	assert_string_equal(eg_printable(run.arena, "a→b\xc3\xa9"), "a→b\xc3\xa9");
	assert_string_equal(eg_printable(run.arena, "\xc0\xaf\xed\xa0\x80|\xc2\x9b|\x7f"), "?????|?|?");
	assert_string_equal(eg_printable(run.arena, "\xe2\x86"), "??");
}

static void credentials_are_nobodys_business(void **state)
{
	(void)state;
	assert_string_equal(eg_printable(run.arena, "--index-url=https://me:s3cret@example.org/simple and x"),
			    "--index-url=https://example.org/simple and x");
	assert_string_equal(eg_utf8(run.arena, "a @ git+https://t@h/r, b @ https://u:p@ss@h:8/x@y"),
			    "a @ git+https://h/r, b @ https://h:8/x@y");
	assert_string_equal(eg_printable(run.arena, "https://example.org/a@b"), "https://example.org/a@b");
}

static void text_tells_change_reason_and_verdict(void **state)
{
	struct eg_forecast forecast = blocked();
	const char *text = written("text", &forecast, 0);

	(void)state;
	assert_non_null(strstr(text, "pip 26.3 would change 1 package in /env (900 B to download)"));
	assert_non_null(strstr(text, "↑ torch  2.4.1+cu121 → 2.15.0  CUDA 12.1 → CUDA 13.2"));
	assert_non_null(strstr(text, "BLOCK  torch would become another"));
	assert_non_null(strstr(text, "because  foo 1.2"));
	assert_non_null(strstr(text, "└ torch>=2.15"));
	assert_non_null(strstr(text, "no fix   nothing holds"));
	assert_non_null(strstr(text, "blocked: nothing has been changed"));
	assert_null(strstr(written("text", &forecast, -1), "would change"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_there_when_all_is_known),
		cmocka_unit_test(every_key_is_there_when_nothing_is_known),
		cmocka_unit_test(new_and_removed_packages_lack_a_side),
		cmocka_unit_test(sizes_unknown_are_null),
		cmocka_unit_test(foreign_bytes_stay_harmless),
		cmocka_unit_test(printable_keeps_good_utf8_only),
		cmocka_unit_test(credentials_are_nobodys_business),
		cmocka_unit_test(text_tells_change_reason_and_verdict),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
