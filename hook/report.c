#include "report.h"

#include <string.h>

const struct eg_report_format eg_report_formats[] = {
	{"text", "for people", eg_report_text},
	{"json", "one document, for programs", eg_report_json},
	{"sarif", "SARIF 2.1.0, which code hosts show beside a change", eg_report_sarif},
	{"html", "one page with the changes and the way to their cause", eg_report_html},
	{"github", "annotations of GitHub Actions", eg_report_github},
	{"gitlab", "a code quality report of GitLab", eg_report_gitlab},
	{"junit", "JUnit XML, a test case for each rule", eg_report_junit},
	{NULL, NULL, NULL},
};

const struct eg_report_format *eg_report_find(const char *name)
{
	for (const struct eg_report_format *format = eg_report_formats; format->name; format++)
		if (!strcmp(format->name, name))
			return format;
	return NULL;
}

int64_t eg_download_bytes(const struct eg_plan *plan)
{
	int64_t sum = 0;

	for (size_t i = 0; i < plan->n_changes; i++) {
		const struct eg_package *to = plan->changes[i].to;
		if (!to)
			continue;
		if (to->size < 0 || sum > INT64_MAX - to->size)
			return -1;
		sum += to->size;
	}
	return sum;
}
