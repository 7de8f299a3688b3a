#include "report_finding.h"

void eg_report_finding(FILE *out, struct eg_run *run, const struct eg_style *style, const char *gravest, int margin,
		       int verbose, const struct eg_finding *finding)
{
	static const struct {
		const char *word;
		enum eg_ink ink;
	} levels[] = {
		[EG_OFF] = {"", EG_PLAIN},
		[EG_INFO] = {"note", EG_DIM},
		[EG_WARN] = {"WARN", EG_YELLOW},
		[EG_BLOCK] = {NULL, EG_RED},
	};
	const char *word = levels[finding->level].word;

	fprintf(out, "%s%-*s%s", eg_ink(style, levels[finding->level].ink), margin, word ? word : gravest,
		eg_ink(style, EG_PLAIN));
	eg_write_wrapped(out, style, margin, eg_printable(run->arena, finding->message));
	fputc('\n', out);
	if (verbose <= 0)
		return;
	fprintf(out, "%*srule     %s\n", margin, "", finding->rule);
	if (finding->source)
		fprintf(out, "%*ssource   %s\n", margin, "", eg_printable(run->arena, finding->source));
}
