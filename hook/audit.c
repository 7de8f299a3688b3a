#include "audit.h"

#include <pwd.h>
#include <stdlib.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "audit_file.h"
#include "audit_spool.h"
#include "command.h"
#include "file.h"
#include "json_out.h"
#include "options.h"

static const char *now(struct eg_arena *arena)
{
	time_t t = time(NULL);
	struct tm tm;
	char text[32];

	if (!gmtime_r(&t, &tm) || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm))
		return "1970-01-01T00:00:00Z";
	return eg_strdup(arena, text);
}

/* Not getpwuid(3) first, which may ask a server: the variables will do, and the number stands beside. */
static const char *user_name(void)
{
	const char *name = getenv("USER");

	if (!name || !*name)
		name = getenv("LOGNAME");
	if (name && *name)
		return name;
	const struct passwd *entry = getpwuid(geteuid());
	return entry ? entry->pw_name : NULL;
}

static const char *host_name(struct eg_arena *arena)
{
	char name[256];

	if (gethostname(name, sizeof(name)))
		return NULL;
	name[sizeof(name) - 1] = 0;
	return eg_strdup(arena, name);
}

static void add_findings(struct eg_arena *arena, cJSON *document, const struct eg_judgement *judgement)
{
	cJSON *list = cJSON_AddArrayToObject(document, "findings");

	for (size_t i = 0; judgement && i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		cJSON *object = cJSON_CreateObject();
		eg_json_text(arena, object, "rule", finding->rule);
		eg_json_text(arena, object, "level", eg_level_name(finding->level));
		eg_json_text(arena, object, "package", finding->package);
		eg_json_text(arena, object, "message", eg_printable(arena, finding->message));
		eg_json_text(arena, object, "bypass", finding->bypass);
		eg_json_text(arena, object, "exception", finding->exception ? finding->exception->owner : NULL);
		cJSON_AddItemToArray(list, object);
	}
}

/* "torch 2.4.1+cu121 → 2.15.0" */
static void add_changes(struct eg_arena *arena, cJSON *document, const struct eg_plan *plan)
{
	enum { MOST = 200 }; /* a line is to stay one that a collector takes */
	struct eg_strs list = {0};

	for (size_t i = 0; plan && i < plan->n_changes && i < MOST; i++) {
		const struct eg_change *change = &plan->changes[i];
		const char *from = change->from ? change->from->version : NULL, *to = change->to ? change->to->version : NULL;
		const char *name = (change->to ? change->to : change->from)->name;
		if (from && to)
			eg_vec_push(arena, &list, eg_strf(arena, "%s %s -> %s", name, from, to));
		else
			eg_vec_push(arena, &list, eg_strf(arena, "%s%s %s", to ? "+" : "-", name, to ? to : from));
	}
	eg_json_list(arena, document, "changes", &list);
	cJSON_AddNumberToObject(document, "n_changes", plan ? (double)plan->n_changes : 0);
}

/* The reasons that the user gave, for the guard as a whole or for a rule. */
static void add_bypass(struct eg_arena *arena, cJSON *document, const struct eg_audit_event *event)
{
	const struct eg_judgement *judgement = event->forecast ? &event->forecast->judgement : NULL;
	const char *variable = event->off ? "ENVGUARD" : NULL, *reason = event->off;

	for (size_t i = 0; judgement && !variable && i < judgement->n_findings; i++) {
		if (!judgement->findings[i].bypass)
			continue;
		variable = "ENVGUARD_ALLOW";
		reason = judgement->findings[i].bypass;
	}
	/* a block that went on by nobody's word in advance: somebody was asked */
	if (!variable && judgement && event->passed && event->forecast->judged && judgement->verdict == EG_VERDICT_BLOCK)
		variable = "prompt";
	if (!variable) {
		cJSON_AddNullToObject(document, "bypass");
		return;
	}
	cJSON *object = cJSON_AddObjectToObject(document, "bypass");
	eg_json_text(arena, object, "by", variable);
	eg_json_text(arena, object, "reason", reason);
}

static const char *verdict_of(const struct eg_audit_event *event)
{
	if (event->off)
		return "off";
	return event->forecast && event->forecast->judged ? eg_verdict_name(event->forecast->judgement.verdict) : "unjudged";
}

static const char *line_of(struct eg_run *run, const struct eg_terms *terms, const struct eg_audit_event *event)
{
	struct eg_arena *arena = run->arena;
	cJSON *document = cJSON_CreateObject();
	struct eg_strs command = eg_command_public(arena, event->command);

	eg_json_text(arena, document, "schema", "envguard.audit/1");
	eg_json_text(arena, document, "time", now(arena));
	eg_json_text(arena, document, "host", host_name(arena));
	eg_json_text(arena, document, "user", user_name());
	eg_json_number(document, "uid", (int64_t)geteuid());
	eg_json_text(arena, document, "by", event->by);
	eg_json_text(arena, document, "tool", event->tool);
	eg_json_text(arena, document, "prefix", event->prefix);
	eg_json_list(arena, document, "command", &command);
	eg_json_text(arena, document, "verdict", verdict_of(event));
	cJSON_AddBoolToObject(document, "passed", event->passed);
	eg_json_text(arena, document, "error", event->error ? eg_printable(arena, event->error) : NULL);
	add_findings(arena, document, event->forecast ? &event->forecast->judgement : NULL);
	add_changes(arena, document, event->forecast ? &event->forecast->plan : NULL);
	add_bypass(arena, document, event);
	eg_json_text(arena, document, "policy", terms->policy->sha256);
	eg_json_text(arena, document, "envguard", EG_VERSION);
	char *text = cJSON_PrintUnformatted(document);
	const char *line = eg_strf(arena, "%s\n", text ? text : "{}");
	cJSON_free(text);
	cJSON_Delete(document);
	return line;
}

const char *eg_audit_path(struct eg_arena *arena, const struct eg_policy_audit *audit)
{
	const char *path = audit->file ? eg_expand_home(arena, audit->file) : NULL;
	const char *slash = audit->mark.file ? strrchr(audit->mark.file, '/') : NULL;

	if (!path || *path == '/' || !slash)
		return path;
	return eg_path_join(arena, eg_strndup(arena, audit->mark.file, (size_t)(slash - audit->mark.file)), path);
}

static bool to_file(struct eg_run *run, const struct eg_policy_audit *audit, const char *line)
{
	const struct eg_audit_file file = {
		.path = eg_audit_path(run->arena, audit), .max = (size_t)audit->max_mib << 20, .keep = audit->keep};
	const char *problem = eg_audit_append(run, &file, line, strlen(line));

	if (problem)
		eg_complain("cannot write the audit log '%s': %s", eg_printable(run->arena, file.path), problem);
	return !problem;
}

static void to_syslog(const struct eg_audit_event *event, const char *line)
{
	openlog("envguard", LOG_PID, LOG_USER);
	syslog(event->passed ? LOG_INFO : LOG_WARNING, "%.*s", (int)strcspn(line, "\n"), line);
	closelog();
}

bool eg_audit(struct eg_run *run, const struct eg_terms *terms, const struct eg_audit_event *event)
{
	bool written = true;

	for (size_t i = 0; i < terms->policy->values.audit.n; i++) {
		const struct eg_policy_audit *audit = &terms->policy->values.audit.v[i];
		const char *line = line_of(run, terms, event);
		if (audit->file)
			written = to_file(run, audit, line) && written;
		if (audit->syslog)
			to_syslog(event, line);
		if (audit->collector)
			written = eg_audit_spool(run, audit, line) && written;
	}
	return written;
}
