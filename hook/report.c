#include "report.h"

#include <string.h>

static const struct eg_report_format formats[] = {
	{"text", eg_report_text},
	{"json", eg_report_json},
};

const struct eg_report_format *eg_report_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
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
