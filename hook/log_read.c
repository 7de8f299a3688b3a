#include "log_read.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ceilings.h"
#include "file.h"
#include "json.h"
#include "policy_keys.h"
#include "shell_words.h"

struct reader {
	struct eg_run *run;
	const struct eg_log_filter *filter;
	struct eg_log_events *events;
	size_t broken;
};

static bool is_or(const char *wanted, const char *is)
{
	return !wanted || (is && eg_glob_matches(wanted, is));
}

/* Has the event a finding of the rule and the package that are wanted? */
static bool has_finding(const struct eg_log_filter *filter, const struct eg_log_event *event)
{
	bool found = !filter->rule && !filter->package;

	for (size_t i = 0; i < event->n_findings; i++)
		found = found || (is_or(filter->rule, event->findings[i].rule) &&
				  is_or(filter->package, event->findings[i].package));
	return found;
}

static bool is_wanted(const struct eg_log_filter *filter, const struct eg_log_event *event)
{
	return (!filter->since || strncmp(event->time, filter->since, strlen(filter->since)) >= 0) &&
	       (!filter->until || strncmp(event->time, filter->until, strlen(filter->until)) <= 0) &&
	       is_or(filter->verdict, event->verdict) && is_or(filter->user, event->user) &&
	       is_or(filter->host, event->host) && (!filter->bypassed || event->bypass) && has_finding(filter, event);
}

static void read_findings(struct eg_arena *arena, const cJSON *list, struct eg_log_event *ret)
{
	const cJSON *item;

	ret->findings = EG_ARRAY(arena, struct eg_log_finding, (size_t)cJSON_GetArraySize(list));
	cJSON_ArrayForEach(item, list) {
		struct eg_log_finding finding = {
			.rule = eg_json_get_text(arena, item, "rule"),
			.level = eg_json_get_text(arena, item, "level"),
			.package = eg_json_get_text(arena, item, "package"),
			.bypassed = eg_json_get_text(arena, item, "bypass") != NULL,
			.excepted = eg_json_get_text(arena, item, "exception") != NULL,
		};
		if (finding.rule && finding.level)
			ret->findings[ret->n_findings++] = finding;
	}
}

static bool read_event(struct eg_arena *arena, const char *line, struct eg_log_event *ret)
{
	cJSON *json = cJSON_Parse(line);
	const char *schema = eg_json_get_text(arena, json, "schema");
	const struct eg_strs command = eg_json_get_texts(arena, json, "command");
	const cJSON *bypass = cJSON_GetObjectItemCaseSensitive(json, "bypass");

	*ret = (struct eg_log_event){
		.time = eg_json_get_text(arena, json, "time"),
		.host = eg_json_get_text(arena, json, "host"),
		.user = eg_json_get_text(arena, json, "user"),
		.tool = eg_json_get_text(arena, json, "tool"),
		.prefix = eg_json_get_text(arena, json, "prefix"),
		.verdict = eg_json_get_text(arena, json, "verdict"),
		.error = eg_json_get_text(arena, json, "error"),
		.command = eg_shell_words(arena, &command),
		.passed = eg_json_get_truth(json, "passed"),
		.line = line,
	};
	if (cJSON_IsObject(bypass)) {
		const char *reason = eg_json_get_text(arena, bypass, "reason");
		ret->bypass = reason ? reason : "";
	}
	read_findings(arena, cJSON_GetObjectItemCaseSensitive(json, "findings"), ret);
	cJSON_Delete(json);
	return schema && !strcmp(schema, "envguard.audit/1") && ret->time && ret->verdict;
}

/* Line by line: a log may be larger than memory, what is wanted of it is not. */
static enum eg_error_kind read_file(struct reader *r, const char *path)
{
	struct eg_arena *arena = r->run->arena;
	FILE *file = fopen(path, "re");
	enum eg_error_kind kind = EG_OK;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	if (!file)
		return eg_fail(r->run, EG_IO, "cannot read '%s': %s", path, strerror(errno));
	while (!kind && (n = getline(&line, &size, file)) > 0) {
		struct eg_arena *scratch = eg_arena_scratch(arena);
		struct eg_log_event event;
		bool good = (size_t)n <= EG_MAX_BATCH && read_event(scratch, line, &event);
		bool wanted = good && is_wanted(r->filter, &event);
		r->broken += !good;
		if (wanted && r->events->n == EG_MAX_LOG_EVENTS)
			kind = eg_fail(r->run, EG_LIMIT, "more than %d transactions: --since and the like ask for fewer",
				       EG_MAX_LOG_EVENTS);
		else if (wanted && read_event(arena, eg_strndup(arena, line, strcspn(line, "\n")), &event))
			eg_vec_push(arena, r->events, event);
		eg_arena_free(scratch);
	}
	free(line);
	fclose(file);
	return kind;
}

static enum eg_error_kind read_path(struct reader *r, const char *path, int depth)
{
	enum { DEEPEST = 8 };
	DIR *dir = eg_is_dir(path) && depth < DEEPEST ? opendir(path) : NULL;
	enum eg_error_kind kind = EG_OK;

	if (!dir)
		return read_file(r, path);
	for (const struct dirent *entry; !kind && (entry = readdir(dir));) {
		const char *child = eg_path_join(r->run->arena, path, entry->d_name);
		if (entry->d_name[0] != '.' && (strstr(entry->d_name, ".jsonl") || eg_is_dir(child)))
			kind = read_path(r, child, depth + 1);
	}
	closedir(dir);
	return kind;
}

static int by_time(const void *a, const void *b)
{
	const struct eg_log_event *x = a, *y = b;
	int order = strcmp(x->time, y->time);

	return order ? order : strcmp(x->line, y->line);
}

enum eg_error_kind eg_log_read(struct eg_run *run, const struct eg_strs *paths, const struct eg_log_filter *filter,
			       struct eg_log_events *ret, size_t *ret_broken)
{
	struct reader r = {.run = run, .filter = filter, .events = ret};
	enum eg_error_kind kind = EG_OK;

	for (size_t i = 0; !kind && i < paths->n; i++)
		kind = read_path(&r, paths->v[i], 0);
	if (ret->n)
		qsort(ret->v, ret->n, sizeof(*ret->v), by_time);
	*ret_broken = r.broken;
	return kind;
}
