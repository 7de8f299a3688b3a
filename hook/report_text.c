/* The report for people: what would change, what is wrong with it and why, and what to do instead. */
#include "report.h"

#include <stdlib.h>

#include "family.h"
#include "report_changes.h"
#include "report_finding.h"

struct page {
	FILE *out;
	struct eg_run *run;
	const struct eg_forecast *forecast;
	const struct eg_report_options *options;
};

enum { MARGIN = 7 }; /* where the text of a finding begins */

static const char *ink(const struct page *p, enum eg_ink color)
{
	return eg_ink(&p->options->style, color);
}

static const char *printable(const struct page *p, const char *s)
{
	return eg_printable(p->run->arena, s);
}

static const char *size_words(struct eg_arena *arena, int64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	double size = (double)bytes;
	size_t unit = 0;

	while (size >= 1000 && unit + 1 < sizeof(units) / sizeof(*units)) {
		size /= 1000;
		unit++;
	}
	return eg_strf(arena, unit && size < 9.95 ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

static const char *tool_words(const struct page *p)
{
	const struct eg_plan *plan = &p->forecast->plan;

	if (!plan->tool)
		return "the tool";
	if (!plan->tool_version)
		return printable(p, plan->tool);
	return printable(p, eg_strf(p->run->arena, "%s %s", plan->tool, plan->tool_version));
}

/* "pip 26.3 would install 2 packages" where nothing else happens, "would change 5 packages" otherwise. */
static const char *verb_of(const struct eg_plan *plan)
{
	bool installs = true, removes = true;

	for (size_t i = 0; i < plan->n_changes; i++) {
		installs = installs && plan->changes[i].action == EG_INSTALL;
		removes = removes && plan->changes[i].action == EG_REMOVE;
	}
	return installs ? "install" : removes ? "remove" : "change";
}

static void print_heading(const struct page *p)
{
	const struct eg_plan *plan = &p->forecast->plan;
	int64_t bytes = eg_download_bytes(plan);

	fprintf(p->out, "%s would %s %zu package%s in %s", tool_words(p), verb_of(plan), plan->n_changes,
		plan->n_changes == 1 ? "" : "s", printable(p, plan->prefix));
	if (bytes > 0)
		fprintf(p->out, " (%s to download)", size_words(p->run->arena, bytes));
	fputs(p->forecast->plan.status == EG_SOLVED ? "\n" : ", as far as can be told\n", p->out);
}

/* The requirement chain as steps, each below what brings it. */
static void print_chain(const struct page *p, const struct eg_strs *why)
{
	const char *corner = p->options->style.unicode ? "└ " : "\\ ";

	if (why->n == 1) {
		fprintf(p->out, "%*sbecause  the command asks for %s\n", MARGIN, "", printable(p, why->v[0]));
		return;
	}
	for (size_t i = 0; i < why->n; i++) {
		fprintf(p->out, "%*s%s", MARGIN, "", i ? "         " : "because  ");
		fprintf(p->out, "%*s%s%s\n", i ? (int)(2 * (i - 1)) : 0, "", i ? corner : "", printable(p, why->v[i]));
	}
}

static void print_beside(const struct page *p, const char *word, const char *text)
{
	fprintf(p->out, "%*s%s", MARGIN, "", word);
	eg_write_wrapped(p->out, &p->options->style, MARGIN + 9, printable(p, text));
	fputc('\n', p->out);
}

static void print_fixes(const struct page *p, const struct eg_finding *finding)
{
	for (size_t i = 0; i < finding->fix.n; i++) {
		const char *word = i + finding->n_moving >= finding->fix.n ? "anyway " : i ? "or     " : "instead";
		fprintf(p->out, "%*s%s  %s%s%s\n", MARGIN, "", word, ink(p, EG_BOLD), printable(p, finding->fix.v[i]),
			ink(p, EG_PLAIN));
	}
	if (finding->fix_unmet)
		print_beside(p, "unmet    ", finding->fix_unmet);
	if (!finding->fix.n && finding->no_fix)
		print_beside(p, "no fix   ", finding->no_fix);
}

static void print_message(const struct page *p, const struct eg_finding *finding)
{
	eg_report_finding(p->out, p->run, &p->options->style, "BLOCK", MARGIN, p->options->verbose, finding);
}

/* The framework that the plan leaves alone, for the relief of who reads it. */
static const struct eg_package *untouched_framework(const struct eg_plan *plan)
{
	for (size_t i = 0; i < plan->n_after; i++) {
		const struct eg_package *package = plan->after[i];
		bool changes = false;
		if (!eg_is_framework(package->name))
			continue;
		for (size_t k = 0; k < plan->n_changes; k++)
			changes = changes ||
				  (plan->changes[k].to && !strcmp(plan->changes[k].to->name, package->name));
		if (!changes)
			return package;
	}
	return NULL;
}

static void print_verdict(const struct page *p)
{
	const struct eg_forecast *forecast = p->forecast;
	const struct eg_package *framework = untouched_framework(&forecast->plan);

	switch (forecast->judgement.verdict) {
	case EG_ALLOW:
		fprintf(p->out, "%sallowed%s", ink(p, EG_GREEN), ink(p, EG_PLAIN));
		if (framework)
			fprintf(p->out, ": %s %s stays as it is", printable(p, framework->name),
				printable(p, framework->version));
		break;
	case EG_VERDICT_WARN:
		fprintf(p->out, "%s%s%s", ink(p, EG_YELLOW),
			p->options->strict ? "blocked: a warning counts, as --strict asks" : "allowed with warnings",
			ink(p, EG_PLAIN));
		break;
	case EG_VERDICT_BLOCK:
		fprintf(p->out, "%sblocked%s: nothing has been changed", ink(p, EG_RED), ink(p, EG_PLAIN));
		break;
	}
	fputc('\n', p->out);
}

/* One line of a tree: what it begins with stays as it is, the rest is wrapped behind it. */
static void print_branch(const struct page *p, const char *line)
{
	static const char *const marks[] = {" ", "│", "├", "└"};
	int columns = 4;
	const char *text = line;

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks);) {
		size_t n = strlen(marks[i]);
		bool is = !strncmp(text, marks[i], n);

		text += is ? n : 0;
		columns += is;
		i = is ? 0 : i + 1;
	}
	fprintf(p->out, "    %.*s", (int)(text - line), line);
	eg_write_wrapped(p->out, &p->options->style, columns, text);
	fputc('\n', p->out);
}

static void print_refusal(const struct page *p)
{
	const struct eg_plan *plan = &p->forecast->plan;

	fprintf(p->out, "%s would refuse: ", tool_words(p));
	eg_write_wrapped(p->out, &p->options->style, 4, printable(p, plan->error ? plan->error : plan->error_kind));
	fputc('\n', p->out);
	for (size_t i = 0; i < plan->conflict.n; i++)
		print_branch(p, printable(p, plan->conflict.v[i]));
}

static void print_unknown(const struct page *p)
{
	const char *reason = p->forecast->plan.error;

	fputs("could not tell: ", p->out);
	eg_write_wrapped(p->out, &p->options->style, 4, printable(p, reason ? reason : "no reason is known"));
	fputc('\n', p->out);
}

static void print_findings(const struct page *p)
{
	const struct eg_judgement *judgement = &p->forecast->judgement;
	enum eg_level least = p->options->verbose < 0 ? EG_WARN : EG_INFO;

	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		bool last = i + 1 == judgement->n_findings || !eg_findings_share(finding, finding + 1);
		if (finding->level < least)
			break;
		print_message(p, finding);
		if (!last)
			continue;
		if (finding->level > EG_INFO || p->options->verbose > 0)
			print_chain(p, &finding->why);
		if (finding->level > EG_INFO)
			print_fixes(p, finding);
		if (p->options->verbose >= 0)
			fputc('\n', p->out);
	}
}

static void print_plan(const struct page *p)
{
	const struct eg_plan *plan = &p->forecast->plan;

	if (!plan->n_changes) {
		if (plan->status == EG_SOLVED)
			fputs("nothing to do: all requirements are already met\n", p->out);
		return;
	}
	print_heading(p);
	fputc('\n', p->out);
	eg_report_changes(p->out, p->run, plan, p->options);
	fputc('\n', p->out);
}

void eg_report_text(FILE *out, struct eg_run *run, const struct eg_forecast *forecast,
		    const struct eg_report_options *options)
{
	struct page p = {.out = out, .run = run, .forecast = forecast, .options = options};

	if (forecast->plan.status == EG_IMPOSSIBLE) {
		print_refusal(&p);
		return;
	}
	if (forecast->plan.status == EG_UNKNOWN && !forecast->error)
		print_unknown(&p);
	if (options->verbose >= 0)
		print_plan(&p);
	print_findings(&p);
	if (forecast->judged && options->verbose >= 0 && forecast->plan.n_changes)
		print_verdict(&p);
}
