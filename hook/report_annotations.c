/* Lines and documents that code hosts show beside a change: GitHub's workflow commands, GitLab's code quality report. */
#include <string.h>

#include "finding_words.h"
#include "json_out.h"

/* GitHub's toolkit, command.ts: escapeData and, for a PROPERTY, escapeProperty. */
static void write_escaped(FILE *out, const char *s, bool property)
{
	for (; *s; s++) {
		if (*s == '%' || *s == '\n' || *s == '\r' || (property && (*s == ':' || *s == ',')))
			fprintf(out, "%%%02X", (unsigned)*s);
		else
			fputc(*s, out);
	}
}

static void write_command(FILE *out, struct eg_run *run, const char *level, const struct eg_origin *origin,
			  const char *title, const char *words)
{
	fprintf(out, "::%s ", level);
	if (origin) {
		fputs("file=", out);
		write_escaped(out, eg_printable(run->arena, origin->file), true);
		fprintf(out, ",line=%d,", origin->line);
	}
	fputs("title=", out);
	write_escaped(out, eg_strf(run->arena, "envguard: %s", title), true);
	fputs("::", out);
	write_escaped(out, words, false);
	fputc('\n', out);
}

void eg_report_github(FILE *out, struct eg_run *run, const struct eg_forecast *forecast,
		      const struct eg_report_options *options)
{
	static const char *const levels[] = {"debug", "notice", "warning", "error"};
	const char *trouble = forecast->error ? forecast->error : forecast->plan.error;

	(void)options;
	if (trouble)
		write_command(out, run, "error", NULL, "forecast", eg_printable(run->arena, trouble));
	for (size_t i = 0; i < forecast->judgement.n_findings; i++) {
		const struct eg_finding *finding = &forecast->judgement.findings[i];
		struct eg_origin origin;
		bool known = eg_finding_origin(run, &forecast->plan, finding, &origin);
		write_command(out, run, levels[finding->level], known ? &origin : NULL, finding->rule,
			      eg_finding_words(run->arena, finding));
	}
}

/* A list of issues; GitLab tells the same one in two runs by its fingerprint. */
void eg_report_gitlab(FILE *out, struct eg_run *run, const struct eg_forecast *forecast,
		      const struct eg_report_options *options)
{
	static const char *const severities[] = {"info", "info", "major", "blocker"};
	cJSON *list = cJSON_CreateArray();

	(void)options;
	for (size_t i = 0; i < forecast->judgement.n_findings; i++) {
		const struct eg_finding *finding = &forecast->judgement.findings[i];
		cJSON *issue = cJSON_CreateObject();
		struct eg_origin origin = {NULL, 1};
		eg_finding_origin(run, &forecast->plan, finding, &origin);
		eg_json_text(run->arena, issue, "description", eg_finding_words(run->arena, finding));
		eg_json_text(run->arena, issue, "check_name", finding->rule);
		eg_json_text(run->arena, issue, "fingerprint",
			     eg_strf(run->arena, "%s/%s", finding->rule, finding->package ? finding->package : ""));
		eg_json_text(run->arena, issue, "severity", severities[finding->level]);
		cJSON *location = cJSON_AddObjectToObject(issue, "location");
		eg_json_text(run->arena, location, "path", origin.file ? origin.file : "environment");
		eg_json_number(cJSON_AddObjectToObject(location, "lines"), "begin", origin.line);
		cJSON_AddItemToArray(list, issue);
	}
	eg_json_write(out, list);
}
