#include "policy_test.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

#include "ceilings.h"
#include "file.h"
#include "json.h"
#include "policy_keys.h"
#include "style.h"

struct recorded {
	struct eg_plan plan;
	struct eg_host host;
	struct eg_finding *findings;
	size_t n_findings;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum eg_error_kind list_folder(struct eg_run *run, const char *path, struct eg_strs *ret)
{
	DIR *dir = opendir(path);
	size_t first = ret->n;

	if (!dir)
		return eg_fail(run, EG_IO, "cannot read '%s': %s", path, strerror(errno));
	for (const struct dirent *entry; (entry = readdir(dir));) {
		size_t n = strlen(entry->d_name);
		if (n > 5 && entry->d_name[0] != '.' && !strcmp(entry->d_name + n - 5, ".json"))
			eg_vec_push(run->arena, ret, eg_path_join(run->arena, path, entry->d_name));
	}
	closedir(dir);
	if (ret->n > first)
		qsort(ret->v + first, ret->n - first, sizeof(*ret->v), by_name);
	return EG_OK;
}

/* The verdict that a file's name says: "torch.block.json"; -1: none. */
static int expected(struct eg_arena *arena, const char *path)
{
	size_t n = strlen(path);

	for (int i = EG_ALLOW; i <= EG_VERDICT_BLOCK; i++) {
		const char *end = eg_strf(arena, ".%s.json", eg_verdict_name((enum eg_verdict)i));
		if (n > strlen(end) && !strcmp(path + n - strlen(end), end))
			return i;
	}
	return -1;
}

static struct eg_package *read_package(struct eg_arena *arena, const cJSON *json, const char *name, bool conda)
{
	struct eg_package *package = EG_NEW(arena, struct eg_package);

	*package = (struct eg_package){
		.ecosystem = conda ? EG_CONDA : EG_PYTHON,
		.name = name,
		.version = eg_json_get_text(arena, json, "version"),
		.build = eg_json_get_text(arena, json, "build"),
		.channel = eg_json_get_text(arena, json, "channel"),
		.variant = eg_json_get_text(arena, json, "variant"),
		.file = eg_json_get_text(arena, json, "file"),
		.url = eg_json_get_text(arena, json, "url"),
		.size = -1,
	};
	return package->version ? package : NULL;
}

static void read_changes(struct eg_arena *arena, const cJSON *list, struct eg_plan *plan)
{
	const cJSON *item;
	EG_VEC(struct eg_change) changes = {0};
	EG_VEC(struct eg_package *) before = {0}, after = {0};

	cJSON_ArrayForEach (item, list) {
		const cJSON *from = cJSON_GetObjectItemCaseSensitive(item, "from");
		const cJSON *to = cJSON_GetObjectItemCaseSensitive(item, "to");
		const char *name = eg_json_get_text(arena, item, "name");
		bool conda = eg_json_get_text(arena, from, "build") || eg_json_get_text(arena, to, "build");
		struct eg_change change = {.requested = eg_json_get_truth(item, "requested"),
					   .why = eg_json_get_texts(arena, item, "why")};
		if (!name)
			continue;
		change.from = cJSON_IsObject(from) ? read_package(arena, from, name, conda) : NULL;
		change.to = cJSON_IsObject(to) ? read_package(arena, to, name, conda) : NULL;
		change.action = !change.from ? EG_INSTALL : !change.to ? EG_REMOVE : EG_UPGRADE;
		if (change.from)
			eg_vec_push(arena, &before, change.from);
		if (change.to)
			eg_vec_push(arena, &after, change.to);
		if (change.from || change.to)
			eg_vec_push(arena, &changes, change);
	}
	plan->changes = changes.v;
	plan->n_changes = changes.n;
	plan->before = before.v;
	plan->n_before = before.n;
	plan->after = after.v;
	plan->n_after = after.n;
}

static enum eg_level level_named(const char *word)
{
	for (int i = 0; word && eg_policy_level_words[i]; i++)
		if (!strcmp(eg_policy_level_words[i], word))
			return (enum eg_level)i;
	return EG_OFF;
}

static void read_findings(struct eg_arena *arena, const cJSON *list, struct recorded *ret)
{
	const cJSON *item;
	EG_VEC(struct eg_finding) findings = {0};

	cJSON_ArrayForEach (item, list) {
		const char *usual = eg_json_get_text(arena, item, "default_level");
		struct eg_finding finding = {
			.rule = eg_json_get_text(arena, item, "rule"),
			.package = eg_json_get_text(arena, item, "package"),
			.message = eg_json_get_text(arena, item, "message"),
			.level = level_named(usual ? usual : eg_json_get_text(arena, item, "level")),
			.requested = eg_json_get_truth(item, "requested"),
		};
		if (finding.rule && finding.message)
			eg_vec_push(arena, &findings, finding);
	}
	ret->findings = findings.v;
	ret->n_findings = findings.n;
}

static void read_host(struct eg_arena *arena, const cJSON *json, struct eg_host *ret)
{
	const cJSON *item;
	EG_VEC(struct eg_gpu) gpus = {0};

	*ret = (struct eg_host){.driver = eg_json_get_text(arena, json, "driver"),
				.cuda = eg_json_get_text(arena, json, "cuda"), .platform = "linux-64", .given = true};
	cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(json, "gpus")) {
		struct eg_gpu gpu = {.name = eg_json_get_text(arena, item, "name")};
		const char *said = eg_json_get_text(arena, item, "compute_capability");
		char *dot = NULL;
		gpu.capability[0] = said ? (int)strtol(said, &dot, 10) : 0;
		gpu.capability[1] = dot && *dot == '.' ? (int)strtol(dot + 1, NULL, 10) : 0;
		if (gpu.name)
			eg_vec_push(arena, &gpus, gpu);
	}
	ret->gpus = gpus.v;
	ret->n_gpus = gpus.n;
}

static enum eg_error_kind read_document(struct eg_run *run, const char *path, struct recorded *ret)
{
	char *text;
	size_t n;
	enum eg_error_kind kind = eg_file_read(run, path, EG_MAX_TRANSACTION, &text, &n);

	if (kind)
		return kind;
	cJSON *json = cJSON_ParseWithLength(text, n);
	const char *schema = eg_json_get_text(run->arena, json, "schema");
	const char *status = eg_json_get_text(run->arena, json, "status");
	if (!schema || strcmp(schema, "envguard.plan/1"))
		kind = eg_fail(run, EG_FORMAT, "'%s' is no document of 'envguard dry-run --json'", path);
	else if (!status || strcmp(status, "solved"))
		kind = eg_fail(run, EG_FORMAT, "'%s' holds no plan: its status is '%s'", path, status ? status : "missing");
	*ret = (struct recorded){.plan = {.status = EG_SOLVED,
					  .tool = eg_json_get_text(run->arena, json, "tool"),
					  .prefix = eg_json_get_text(run->arena, json, "prefix"),
					  .command = eg_json_get_texts(run->arena, json, "command")}};
	read_changes(run->arena, cJSON_GetObjectItemCaseSensitive(json, "changes"), &ret->plan);
	read_findings(run->arena, cJSON_GetObjectItemCaseSensitive(json, "findings"), ret);
	read_host(run->arena, cJSON_GetObjectItemCaseSensitive(json, "host"), &ret->host);
	cJSON_Delete(json);
	return kind;
}

static void tell(struct eg_run *run, const char *path, int wanted, const struct eg_judgement *judgement)
{
	bool right = (int)judgement->verdict == wanted;

	printf("%s  %s: %s", right ? "ok  " : "FAIL", eg_printable(run->arena, path), eg_verdict_name(judgement->verdict));
	if (!right)
		printf(", and its name says %s", eg_verdict_name((enum eg_verdict)wanted));
	putchar('\n');
	for (size_t i = 0; !right && i < judgement->n_findings; i++)
		printf("      %-5s %s [%s]\n", eg_level_name(judgement->findings[i].level),
		       eg_printable(run->arena, judgement->findings[i].message), judgement->findings[i].rule);
}

static enum eg_error_kind test_file(struct eg_run *run, const char *given, const char *path, size_t *failed)
{
	struct recorded recorded;
	struct eg_judgement judgement;
	struct eg_terms terms;
	int wanted = expected(run->arena, path);

	if (wanted < 0)
		return eg_fail(run, EG_FORMAT,
			       "the name of '%s' says no verdict: NAME.allow.json, NAME.warn.json or NAME.block.json", path);
	enum eg_error_kind kind = read_document(run, path, &recorded);
	if (kind)
		return kind;
	const struct eg_policy_search search = {.given = given, .prefix = recorded.plan.prefix};
	eg_terms_find(run, &search, &terms);
	terms.n_bypasses = 0;
	eg_judge_again(run, &recorded.plan, &recorded.host, &terms, recorded.findings, recorded.n_findings, &judgement);
	tell(run, path, wanted, &judgement);
	*failed += (int)judgement.verdict != wanted;
	return EG_OK;
}

enum eg_error_kind eg_policy_test(struct eg_run *run, const char *given, const struct eg_strs *paths, size_t *ret_failed)
{
	struct eg_strs files = {0};
	size_t failed = 0;
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; !kind && i < paths->n; i++) {
		if (eg_is_dir(paths->v[i]))
			kind = list_folder(run, paths->v[i], &files);
		else
			eg_vec_push(run->arena, &files, paths->v[i]);
	}
	if (!kind && !files.n)
		kind = eg_fail(run, EG_NOT_FOUND, "there is no recorded plan in '%s'", paths->v[0]);
	for (size_t i = 0; !kind && i < files.n; i++)
		kind = test_file(run, given, files.v[i], &failed);
	if (!kind)
		printf("%zu of %zu as their names say\n", files.n - failed, files.n);
	*ret_failed = failed;
	return kind;
}
