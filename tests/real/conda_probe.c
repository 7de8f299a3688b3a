/* Answers questions about MatchSpecs, conda's versions and conda-meta/history, so that compare_conda_standards.py can
   hold the answers against those of conda's and libmamba's own readers.

   Fields are separated by 0x1f, questions and answers end with 0x1e. "-" stands for what is refused. */
#include <stdio.h>
#include <stdlib.h>

#include "conda/history.h"
#include "conda/matchspec.h"

enum { MAX_FIELDS = 8, FIELD_END = 0x1f, RECORD_END = 0x1e };

struct probe {
	struct eg_run run;
	char *field[MAX_FIELDS];
};

static void put(const char *s)
{
	fputs(s ? s : "", stdout);
	putchar(FIELD_END);
}

static bool read_spec(struct probe *p, const char *text, bool mamba, struct eg_matchspec *ret)
{
	struct eg_run quiet = {.arena = p->run.arena};

	return !(mamba ? eg_matchspec_parse_mamba(&quiet, NULL, text, ret)
		       : eg_matchspec_parse(&quiet, NULL, text, ret));
}

/* spec TEXT: its fields, and how it is written */
static void answer_spec(struct probe *p, bool mamba)
{
	struct eg_matchspec spec;

	if (!read_spec(p, p->field[1], mamba, &spec)) {
		put("-");
		return;
	}
	put(spec.name);
	put(spec.version ? eg_conda_spec_text(spec.version) : NULL);
	put(spec.build);
	put(spec.build_number);
	put(spec.channel);
	put(spec.subdir);
	put(eg_matchspec_str(p->run.arena, &spec));
}

/* match SPEC NAME VERSION BUILD NUMBER CHANNEL SUBDIR */
static void answer_match(struct probe *p, bool mamba)
{
	struct eg_matchspec spec;
	const struct eg_conda_record record = {
		.name = p->field[2],
		.version = p->field[3],
		.build = p->field[4],
		.build_number = strtoll(p->field[5], NULL, 10),
		.channel = p->field[6],
		.subdir = p->field[7],
		.fn = "",
	};

	if (!read_spec(p, p->field[1], mamba, &spec))
		put("-");
	else
		put(eg_matchspec_match(p->run.arena, &spec, &record) ? "1" : "0");
}

/* form SPEC: what libsolv gets to see of it */
static void answer_form(struct probe *p)
{
	struct eg_matchspec spec;

	if (!read_spec(p, p->field[1], false, &spec))
		put("-");
	else
		put(eg_matchspec_build_form(p->run.arena, &spec));
}

/* merge A B */
static void answer_merge(struct probe *p)
{
	struct eg_matchspec a, b, both;
	struct eg_run quiet = {.arena = p->run.arena};

	if (!read_spec(p, p->field[1], false, &a) || !read_spec(p, p->field[2], false, &b) ||
	    eg_matchspec_merge(&quiet, &a, &b, &both))
		put("-");
	else
		put(eg_matchspec_str(p->run.arena, &both));
}

/* compare A B */
static void answer_compare(struct probe *p)
{
	const struct eg_conda_version *a = eg_conda_version_parse(p->run.arena, p->field[1]);
	const struct eg_conda_version *b = eg_conda_version_parse(p->run.arena, p->field[2]);

	if (!a || !b) {
		put("-");
		return;
	}
	int order = eg_conda_version_cmp(a, b);
	put(order < 0 ? "-1" : order ? "1" : "0");
}

/* history TEXT: the names and what was asked for each, as written */
static void answer_history(struct probe *p, bool mamba)
{
	struct eg_map specs;

	if ((mamba ? eg_mamba_history : eg_conda_history)(&p->run, p->field[1], &specs)) {
		put("-");
		return;
	}
	for (size_t i = 0; i < specs.n; i++)
		if (specs.v[i].value) {
			put(specs.v[i].key);
			put(specs.v[i].value);
		}
}

/* state TEXT REVISION: the packages of it */
static void answer_state(struct probe *p)
{
	struct eg_strs packages = {0};
	bool found;
	long n = strtol(p->field[2], NULL, 10);

	if (eg_conda_history_state(&p->run, p->field[1], (size_t)n, &packages, &found) || !found) {
		put("-");
		return;
	}
	for (size_t i = 0; i < packages.n; i++)
		put(packages.v[i]);
}

static void answer(struct probe *p)
{
	const char *what = p->field[0];
	bool mamba = !strncmp(what, "mamba-", 6);

	what += mamba ? 6 : 0;
	if (!strcmp(what, "spec"))
		answer_spec(p, mamba);
	else if (!strcmp(what, "match"))
		answer_match(p, mamba);
	else if (!strcmp(what, "form"))
		answer_form(p);
	else if (!strcmp(what, "merge"))
		answer_merge(p);
	else if (!strcmp(what, "compare"))
		answer_compare(p);
	else if (!strcmp(what, "history"))
		answer_history(p, mamba);
	else if (!strcmp(what, "state"))
		answer_state(p);
	putchar(RECORD_END);
}

static void take_apart(struct probe *p, char *record)
{
	static char empty[1];

	for (int i = 0; i < MAX_FIELDS; i++) {
		char *end = record ? strchr(record, FIELD_END) : NULL;

		p->field[i] = record ? record : empty;
		if (end)
			*end = 0;
		record = end ? end + 1 : NULL;
	}
}

int main(void)
{
	struct probe probe = {0};
	char *record = NULL;
	size_t room = 0;
	ssize_t n;

	while ((n = getdelim(&record, &room, RECORD_END, stdin)) > 0) {
		if (record[n - 1] == RECORD_END)
			record[n - 1] = 0;
		probe.run = (struct eg_run){.arena = eg_arena_new(NULL)};
		take_apart(&probe, record);
		answer(&probe);
		eg_arena_free(probe.run.arena);
	}
	free(record);
	return 0;
}
