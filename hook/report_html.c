/* One self-contained page: the verdict, each finding with the way to its cause drawn and the commands to take instead, what
   changes, the machine. No script, nothing fetched. */
#include <string.h>

#include "markup.h"
#include "report_changes.h"
#include "report_finding.h"
#include "shell_words.h"

extern const char eg_report_css[];

/* Boxes of a drawing, in its own units: a character of the 14px monospace font is about 8.5 wide. */
enum { BOX_HEIGHT = 34, BOX_GAP = 22, LONGEST = 46 };
static const double CHARACTER = 8.5;

struct page {
	FILE *out;
	struct eg_run *run;
	const struct eg_forecast *forecast;
};

static void text(const struct page *p, const char *s)
{
	eg_markup(p->out, p->run->arena, s);
}

/* "<NAME>S</NAME>" */
static void element(const struct page *p, const char *name, const char *s)
{
	fprintf(p->out, "<%s>", name);
	text(p, s);
	fprintf(p->out, "</%.*s>\n", (int)strcspn(name, " "), name);
}

struct verdict {
	const char *style, *word;
};

static struct verdict verdict_of(const struct eg_forecast *forecast)
{
	static const struct verdict judged[] = {
		[EG_ALLOW] = {"allow", "Allowed"},
		[EG_VERDICT_WARN] = {"warn", "Allowed with warnings"},
		[EG_VERDICT_BLOCK] = {"block", "Blocked"},
	};

	if (forecast->judged)
		return judged[forecast->judgement.verdict];
	if (!forecast->error && forecast->plan.status == EG_IMPOSSIBLE)
		return (struct verdict){"unknown", "The tool itself would refuse"};
	return (struct verdict){"unknown", "Could not tell"};
}

static void write_header(const struct page *p)
{
	const struct eg_plan *plan = &p->forecast->plan;
	struct verdict verdict = verdict_of(p->forecast);
	const char *error = p->forecast->error ? p->forecast->error : plan->error;

	fprintf(p->out, "<header class=\"%s\">\n<p class=\"level\">%s</p>\n<h1><code>", verdict.style, verdict.word);
	text(p, eg_shell_words(p->run->arena, &plan->command));
	fputs("</code></h1>\n<p class=\"dim\">", p->out);
	text(p, eg_strf(p->run->arena, "%s %s, %zu package%s to change in %s", plan->tool ? plan->tool : "the tool",
			plan->tool_version ? plan->tool_version : "", plan->n_changes, plan->n_changes == 1 ? "" : "s",
			plan->prefix ? plan->prefix : "an unknown environment"));
	fputs("</p>\n", p->out);
	if (error)
		element(p, "p", error);
	for (size_t i = 0; i < plan->conflict.n; i++)
		element(p, "pre", plan->conflict.v[i]);
	fputs("</header>\n", p->out);
}

/* S, shortened to what a box holds. */
static const char *label(struct eg_arena *arena, const char *s)
{
	size_t bytes = 0;

	s = eg_printable(arena, s);
	for (int columns = 0; s[bytes] && columns < LONGEST; columns++)
		for (bytes++; ((unsigned char)s[bytes] & 0xc0) == 0x80; bytes++)
			;
	return s[bytes] ? eg_strf(arena, "%.*s…", (int)bytes, s) : s;
}

/* The steps from the request to the cause, one below the other. */
static void draw_chain(const struct page *p, const struct eg_strs *why)
{
	int columns = 0, height = (int)why->n * (BOX_HEIGHT + BOX_GAP) - BOX_GAP + 2;

	for (size_t i = 0; i < why->n; i++) {
		int n = eg_columns(label(p->run->arena, why->v[i]));
		columns = n > columns ? n : columns;
	}
	double width = columns * CHARACTER + 26, middle = width / 2;
	fprintf(p->out, "<figure>\n<figcaption>what asks for it</figcaption>\n<svg role=\"img\" viewBox=\"0 0 %.0f %d\" "
			"style=\"max-width:%.0fpx\" aria-label=\"",
		width, height, width);
	for (size_t i = 0; i < why->n; i++) {
		fputs(i ? ", which needs " : "", p->out);
		text(p, why->v[i]);
	}
	fputs("\">\n", p->out);
	for (size_t i = 0; i < why->n; i++) {
		int top = 1 + (int)i * (BOX_HEIGHT + BOX_GAP);
		if (i)
			fprintf(p->out, "<line x1=\"%.0f\" y1=\"%d\" x2=\"%.0f\" y2=\"%d\"/><path d=\"M%.0f %dl-5 -8h10z\"/>\n",
				middle, top - BOX_GAP, middle, top - 8, middle, top);
		fprintf(p->out, "<g><title>");
		text(p, why->v[i]);
		fprintf(p->out, "</title><rect%s x=\"1\" y=\"%d\" width=\"%.0f\" height=\"%d\" rx=\"5\"/>"
				"<text x=\"%.0f\" y=\"%d\" text-anchor=\"middle\">",
			i + 1 == why->n ? " class=\"end\"" : "", top, width - 2, BOX_HEIGHT, middle, top + 22);
		text(p, label(p->run->arena, why->v[i]));
		fputs("</text></g>\n", p->out);
	}
	fputs("</svg>\n</figure>\n", p->out);
}

static void write_ways_out(const struct page *p, const struct eg_finding *finding)
{
	for (size_t i = 0; i < finding->fix.n; i++) {
		bool moves = i + finding->n_moving >= finding->fix.n;
		fprintf(p->out, "<p class=\"dim\">%s</p>\n<pre tabindex=\"0\">",
			moves ? "anyway, but on purpose and with what belongs to it" : i ? "or" : "instead");
		text(p, finding->fix.v[i]);
		fputs("</pre>\n", p->out);
	}
	if (!finding->fix.n && finding->no_fix)
		element(p, "p", eg_strf(p->run->arena, "No command does it without that: %s.", finding->no_fix));
}

static void write_finding(const struct page *p, const struct eg_finding *finding, bool with_cause)
{
	static const char *const words[] = {"", "Note", "Warning", "Block"};

	fprintf(p->out, "<article class=\"%s\">\n<p class=\"level\">%s</p>\n", eg_level_name(finding->level),
		words[finding->level]);
	element(p, "p", finding->message);
	fputs("<p class=\"dim\">rule <code>", p->out);
	text(p, finding->rule);
	fputs("</code>", p->out);
	if (finding->source) {
		fputs("; source: ", p->out);
		text(p, finding->source);
	}
	fputs("</p>\n", p->out);
	if (with_cause && finding->why.n)
		draw_chain(p, &finding->why);
	if (with_cause)
		write_ways_out(p, finding);
	fputs("</article>\n", p->out);
}

/* A cause that findings share is drawn with the last of them, as the text report tells it. */
static void write_findings(const struct page *p)
{
	const struct eg_judgement *judgement = &p->forecast->judgement;

	if (!judgement->n_findings)
		return;
	fputs("<section>\n<h2>Findings</h2>\n", p->out);
	for (size_t i = 0; i < judgement->n_findings; i++) {
		const struct eg_finding *finding = &judgement->findings[i];
		bool last = i + 1 == judgement->n_findings || !eg_findings_share(finding, finding + 1);
		write_finding(p, finding, last);
	}
	fputs("</section>\n", p->out);
}

/* The GPU stack, what moves with it, and what is asked for. */
static bool is_in_front(const struct eg_change_row *row)
{
	return row->rank <= EG_CHANGE_REQUESTED && row->rank != EG_CHANGE_NEW_LIBRARY;
}

static void write_rows(const struct page *p, const struct eg_change_row *rows, bool front)
{
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"changes\">\n<table>\n"
	      "<thead><tr><th scope=\"col\">Package</th><th scope=\"col\">Before</th><th scope=\"col\">After</th>"
	      "<th scope=\"col\">Build</th></tr></thead>\n<tbody>\n",
	      p->out);
	for (size_t i = 0; i < p->forecast->plan.n_changes; i++) {
		const char *const cells[] = {rows[i].from, rows[i].to, rows[i].note};
		if (is_in_front(&rows[i]) != front)
			continue;
		fputs("<tr><th scope=\"row\">", p->out);
		text(p, rows[i].name);
		fputs("</th>", p->out);
		for (size_t k = 0; k < sizeof(cells) / sizeof(*cells); k++) {
			fputs("<td>", p->out);
			text(p, cells[k]);
			fputs("</td>", p->out);
		}
		fputs("</tr>\n", p->out);
	}
	fputs("</tbody>\n</table>\n</div>\n", p->out);
}

/* What is behind can be unfolded. */
static void write_changes(const struct page *p)
{
	const struct eg_plan *plan = &p->forecast->plan;
	struct eg_change_row *rows = eg_change_rows(p->run, plan, true);
	size_t n = 0, rest;

	for (size_t i = 0; i < plan->n_changes; i++)
		n += is_in_front(&rows[i]);
	rest = plan->n_changes - n;
	fputs(plan->n_changes ? "<section>\n<h2>Changes</h2>\n" : "", p->out);
	if (n)
		write_rows(p, rows, true);
	if (rest) {
		fprintf(p->out, "<details%s>\n<summary>%zu other package%s</summary>\n", n ? "" : " open", rest,
			rest == 1 ? "" : "s");
		write_rows(p, rows, false);
		fputs("</details>\n", p->out);
	}
	fputs(plan->n_changes ? "</section>\n" : "", p->out);
}

static void fact(const struct page *p, const char *name, const char *value)
{
	fprintf(p->out, "<dt>%s</dt><dd>", name);
	text(p, value ? value : "unknown");
	fputs("</dd>\n", p->out);
}

static void write_host(const struct page *p)
{
	const struct eg_host *host = &p->forecast->host;

	fputs("<section>\n<h2>The machine it is for</h2>\n<dl>\n", p->out);
	fact(p, "NVIDIA driver", host->driver ? host->driver : "none");
	if (host->cuda)
		fact(p, "CUDA up to", host->cuda);
	if (host->jetpack)
		fact(p, "JetPack", host->jetpack);
	if (host->rocm)
		fact(p, "ROCm", host->rocm);
	for (size_t i = 0; i < host->n_gpus; i++) {
		const struct eg_gpu *gpu = &host->gpus[i];
		fact(p, "GPU", gpu->capability[0] > 0 ? eg_strf(p->run->arena, "%s (compute capability %d.%d)",
								gpu->name ? gpu->name : "unknown", gpu->capability[0],
								gpu->capability[1])
						      : gpu->name);
	}
	if (host->platform)
		fact(p, "platform", host->platform);
	fputs("</dl>\n</section>\n", p->out);
}

void eg_report_html(FILE *out, struct eg_run *run, const struct eg_forecast *forecast,
		    const struct eg_report_options *options)
{
	const struct page p = {out, run, forecast};

	(void)options;
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
	      out);
	text(&p, eg_strf(run->arena, "%s: %s", verdict_of(forecast).word, eg_shell_words(run->arena, &forecast->plan.command)));
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", eg_report_css);
	write_header(&p);
	write_findings(&p);
	write_changes(&p);
	write_host(&p);
	fputs("<footer>envguard " EG_VERSION "</footer>\n</main>\n</body>\n</html>\n", out);
}
