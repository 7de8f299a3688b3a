#include "shown.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "checksum.h"

static const char variable[] = "ENVGUARD_SHOWN", agreed[] = ":agreed";

static void add_package(struct eg_buf *buf, char sign, const struct eg_package *package)
{
	if (package)
		eg_buf_printf(buf, "%c%s %s %s\n", sign, package->name, package->version,
			      package->build ? package->build : "");
}

static const char *mark(struct eg_run *run, const struct eg_plan *plan)
{
	struct eg_buf buf = {0};

	for (size_t i = 0; i < plan->n_changes; i++) {
		add_package(&buf, '-', plan->changes[i].from);
		add_package(&buf, '+', plan->changes[i].to);
	}
	const char *sum = eg_sha256(run->arena, buf.n ? buf.s : "", buf.n);

	eg_buf_free(&buf);
	return sum;
}

void eg_shown_leave(struct eg_run *run, const struct eg_plan *plan, bool consent)
{
	setenv(variable, eg_strf(run->arena, "%s%s", mark(run, plan), consent ? agreed : ""), 1);
}

bool eg_shown_before(struct eg_run *run, const struct eg_plan *plan)
{
	const char *said = getenv(variable), *own = said ? mark(run, plan) : NULL;

	return said && !strncmp(said, own, strlen(own));
}

bool eg_shown_consent(struct eg_run *run, const struct eg_plan *plan)
{
	const char *said = getenv(variable);

	return said && !strcmp(said, eg_strf(run->arena, "%s%s", mark(run, plan), agreed));
}
