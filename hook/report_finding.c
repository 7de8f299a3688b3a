#include "report_finding.h"

#include <string.h>

#include "strs.h"

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
	const char *word = levels[finding->level].word, *message = finding->message;

	/* As compilers name a warning's option: a policy and ENVGUARD_ALLOW call the rule so. */
	if (finding->level > EG_INFO || verbose > 0)
		message = eg_strf(run->arena, "%s [%s]", message, finding->rule);

	fprintf(out, "%s%-*s%s", eg_ink(style, levels[finding->level].ink), margin, word ? word : gravest,
		eg_ink(style, EG_PLAIN));
	eg_write_wrapped(out, style, margin, eg_printable(run->arena, message));
	fputc('\n', out);
	if (verbose > 0 && finding->level_by)
		fprintf(out, "%*slevel    by %s; %s otherwise\n", margin, "", eg_printable(run->arena, finding->level_by),
			eg_level_name(finding->original));
	if (verbose > 0 && finding->source)
		fprintf(out, "%*ssource   %s\n", margin, "", eg_printable(run->arena, finding->source));
}

bool eg_findings_share(const struct eg_finding *a, const struct eg_finding *b)
{
	bool same_no_fix = a->no_fix && b->no_fix ? !strcmp(a->no_fix, b->no_fix) : a->no_fix == b->no_fix;

	return eg_strs_same(&a->why, &b->why) && eg_strs_same(&a->fix, &b->fix) && same_no_fix;
}
