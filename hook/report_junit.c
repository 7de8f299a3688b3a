/* JUnit XML, as CI systems read it: the forecast is a test case, and each rule is one, which fails where it blocks. */
#include <string.h>

#include "finding_words.h"
#include "markup.h"

/* What RULE found at the levels from LEAST to MOST, an empty line between; NULL: nothing. */
static const char *found(struct eg_arena *arena, const struct eg_judgement *judgement, const char *rule,
			 enum eg_level least, enum eg_level most)
{
	const char *words = NULL;

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		if (strcmp(finding->rule, rule) || finding->level < least || finding->level > most)
			continue;
		words = eg_strf(arena, "%s%s%s", words ? words : "", words ? "\n\n" : "", eg_finding_words(arena, finding));
	}
	return words;
}

static void write_element(FILE *out, struct eg_arena *arena, const char *name, const char *type, const char *words)
{
	if (!words)
		return;
	fprintf(out, "      <%s", name);
	if (type) {
		fprintf(out, " type=\"%s\" message=\"", type);
		eg_markup(out, arena, eg_strndup(arena, words, strcspn(words, "\n")));
		fputc('"', out);
	}
	fputc('>', out);
	eg_markup(out, arena, words);
	fprintf(out, "</%s>\n", name);
}

static void write_rule(FILE *out, struct eg_arena *arena, const struct eg_judgement *judgement, const char *rule,
		       enum eg_level failing)
{
	fprintf(out, "    <testcase classname=\"envguard\" name=\"%s\">\n", rule);
	write_element(out, arena, "failure", "block", found(arena, judgement, rule, failing, EG_BLOCK));
	write_element(out, arena, "system-out", NULL, found(arena, judgement, rule, EG_INFO, failing - 1));
	fputs("    </testcase>\n", out);
}

void eg_report_junit(FILE *out, struct eg_run *run, const struct eg_forecast *forecast,
		     const struct eg_report_options *options)
{
	const struct eg_judgement *judgement = &forecast->judgement;
	const struct eg_plan *plan = &forecast->plan;
	const char *trouble = forecast->error ? forecast->error : plan->status != EG_SOLVED ? plan->error : NULL;
	enum eg_level failing = options->strict ? EG_WARN : EG_BLOCK;
	size_t rules = 0, failures = 0;

	for (; eg_rules[rules]; rules++)
		failures += found(run->arena, judgement, eg_rules[rules]->id, failing, EG_BLOCK) != NULL;
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		     "  <testsuite name=\"envguard\" tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"0\">\n",
		rules + 1, failures, trouble != NULL);
	fputs("    <testcase classname=\"envguard\" name=\"forecast\">\n", out);
	write_element(out, run->arena, "error", plan->status == EG_IMPOSSIBLE ? "impossible" : "unknown", trouble);
	fputs("    </testcase>\n", out);
	for (size_t i = 0; i < rules; i++)
		write_rule(out, run->arena, judgement, eg_rules[i]->id, failing);
	fputs("  </testsuite>\n</testsuites>\n", out);
}
